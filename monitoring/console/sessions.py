"""Sessions: who is logged in at the console; kept in this process alone, so a restart ends them all."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from monitoring.console.roster import Operator, Role, Roster

IDLE = timedelta(minutes=30)  # since something was last done by hand; a page that refreshes itself is no sign of life
LONGEST = timedelta(hours=8)
MOST = 200


@dataclass(slots=True)
class Session:
    """One login."""

    operator: Operator
    proof: str  # what every form of this session carries (CSRF)
    began: float  # monotonic seconds
    seen: float


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks. `name` is empty where the console is open and nobody has logged in."""

    name: str
    roles: frozenset[Role]
    proof: str

    @property
    def is_named(self) -> bool:
        """Say whether this name is that of a login."""
        return bool(self.name)

    def may(self, role: Role) -> bool:
        """Say whether she may do what `role` does."""
        return role in self.roles or (role is Role.VIEWER and bool(self.roles))


class Sessions:
    """Opened by a password, found by a cookie, and ended by time, by hand, or with the person's place in the roster."""

    def __init__(self, roster: Roster, monotonic: Callable[[], float]) -> None:
        self._roster, self._monotonic = roster, monotonic
        self._sessions: dict[str, Session] = {}

    def open(self, operator: Operator) -> str:
        """Begin a session and return what its cookie holds."""
        if len(self._sessions) >= MOST:
            del self._sessions[min(self._sessions, key=lambda key: self._sessions[key].seen)]
        key, now = secrets.token_urlsafe(32), self._monotonic()
        self._sessions[key] = Session(operator, secrets.token_urlsafe(32), now, now)
        return key

    def visitor(self, key: str, *, by_hand: bool) -> Visitor | None:
        """Return whose session it is, if it still holds; `by_hand` keeps it from growing idle."""
        session = self._sessions.get(key)
        if session is None:
            return None
        now = self._monotonic()
        idle, old = now - session.seen, now - session.began
        gone = self._roster.people().get(session.operator.name) != session.operator
        if gone or idle > IDLE.total_seconds() or old > LONGEST.total_seconds():
            del self._sessions[key]
            return None
        if by_hand:
            session.seen = now
        return Visitor(session.operator.name, session.operator.roles, session.proof)

    def close(self, key: str) -> None:
        """End a session."""
        self._sessions.pop(key, None)
