"""visitor: somebody at the counter: how long she thinks, how she asks, and how she asks again."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from random import Random
from typing import Any, Final

import orjson

from loadtest.ledger import ACKED, DEFERRED, REFUSED, REGISTERED, UNKNOWN
from loadtest.rehearsal.wire import Answer, NoAnswer
from loadtest.rehearsal.world import World

PATIENT: Final = 14.0  # seconds without an answer; longer than any deadline of the counter
IMPATIENT: Final = 3.0
LONGEST_WAIT: Final = 30.0  # seconds between two attempts of a page's script: 1, 2, 4 … 30
_KEPT: Final = ("draft_id", "number", "revision", "arrived_at", "filed_at", "receipt", "entry")


class Gone(Exception):
    """The load is over: whoever has nothing open leaves."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, which may be sent more than once."""

    operation: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None = None
    draft_id: str | None = None  # whom it is for, where that is known


class Visitor:
    """One person, or one operator. `hurried`: she asks again at once, whatever she is told."""

    def __init__(self, world: World, random: Random, channel: str, *, hurried: bool = False) -> None:
        self.world, self.random, self.channel = world, random, channel
        self.hurried = hurried
        self._due = world.now()

    @property
    def phone(self) -> bool:
        """Say whether lines get lost on her way."""
        return self.channel == "web"

    def came_at(self, due: float) -> None:
        """Let her first request be due when she meant to come."""
        self._due = due

    def think(self, seconds: float) -> None:
        """Let her do something else for about so long, in life. Errors: Gone, as soon as the load is over."""
        pause = seconds * exp(self.random.gauss(0, 0.4)) / self.world.plan.pace
        self._due = self.world.now() + pause
        if self.world.closing.wait(pause):
            raise Gone

    def chance(self, share: float) -> bool:
        """Say whether something that happens to a share of people happens now."""
        return self.random.random() < share

    def ask(self, request: Request, intent: int | None = None) -> Mapping[str, Any] | None:
        """Send it until it is answered for good; None where it is refused for good, or nobody ever answered.

        With an `intent` every answer is written into the log.
        """
        attempt = 0
        while True:
            said, wait = self._tried(request, intent, attempt)
            if wait is None:
                return said
            attempt += 1
            if self._gives_up(wait, intent):
                return None
            self._wait(wait)

    def _tried(
        self, request: Request, intent: int | None, attempt: int
    ) -> tuple[Mapping[str, Any] | None, float | None]:
        """Send it once; return what was said and, where it is to be sent again, after how many seconds."""
        world, started = self.world, self.world.now()
        lost = self.phone and not world.over and self.chance(world.plan.mix.lost_lines)
        patience = IMPATIENT if self.hurried and not world.over else PATIENT
        if intent is not None and attempt:
            world.ledger.again(intent)
        try:
            answer = world.lines.ask(
                request.method, request.path, request.headers, request.body, patience, hang_up=lost
            )
        except NoAnswer as none:
            pause = self._pause(attempt, None, broken=True)
            self._note(request, started, 0, none.why, 0, attempt, gave_up=self._gives_up(pause, intent, to_keep=True))
            self._heard(intent, UNKNOWN, why=none.why)
            return None, pause
        said = _said(answer)
        code = "" if answer.status < 400 else str(said.get("code", "no-code"))
        told = answer.header(b"retry-after")
        if answer.status in (429, 503):
            pause = self._pause(attempt, told, broken=False)
            self._note(
                request,
                started,
                answer.status,
                code,
                len(answer.body),
                attempt,
                retry_after=told.decode("latin-1") if told and told.isdigit() else "",
                certified="attempt_certificate" in said,
                gave_up=self._gives_up(pause, intent, to_keep=True),
            )
            deferred = code != "outcome-unknown"
            self._heard(intent, DEFERRED if deferred else UNKNOWN, status=answer.status, code=code)
            return None, pause
        self._note(request, started, answer.status, code, len(answer.body), attempt)
        if request.draft_id:
            world.ledger.was_shown(request.draft_id, answer.body)
        if answer.status < 400 and "entry" in said:  # a filing is asked for again until it has its number
            self._heard(intent, REGISTERED, code=REGISTERED, **{name: said[name] for name in _KEPT if name in said})
            return (said, None) if "revision" in said else (None, self._pause(attempt, b"1", broken=False))
        if answer.status < 400:
            self._heard(intent, ACKED, **{name: said[name] for name in _KEPT if name in said})
            return said, None
        if answer.status < 500:
            self._heard(intent, REFUSED, status=answer.status, code=code)
            return {"refused": code, **said}, None
        self._heard(intent, UNKNOWN, status=answer.status, code=code)
        return None, self._pause(attempt, told, broken=False)

    def _gives_up(self, wait: float, intent: int | None, *, to_keep: bool = False) -> bool:
        """Say whether there is no time to ask again; `to_keep`: only where it was something to be kept."""
        if intent is None and (to_keep or self.world.over):
            return not to_keep
        return self.world.now() + wait > self.world.give_up_at

    def _pause(self, attempt: int, told: bytes | None, *, broken: bool) -> float:
        """Return how long she waits before she asks again, in seconds."""
        if self.hurried and not self.world.over:
            return self.random.uniform(0.05, 0.4)
        if broken and attempt == 0:
            return 0.1  # a browser repeats at once what broke under it
        own = float(min(LONGEST_WAIT, 2 ** min(attempt, 5)))
        wait = max(own, float(told)) if told and told.isdigit() else own
        return self.random.uniform(0.7, 1.0) * (min(wait, 2.0) if self.world.over else wait)

    def _wait(self, seconds: float) -> None:
        self._due = self.world.now() + seconds
        self.world.sleep(seconds)

    def _note(
        self, request: Request, started: float, status: int, code: str, size: int, attempt: int, **told: Any
    ) -> None:
        ended, due = self.world.now(), min(self._due, started)
        told |= {"retry": attempt > 0, "waits": not self.hurried}
        self.world.notes.answered(due, started, ended, request.operation, self.channel, status, code, **told)
        self.world.heard(request.operation, self.channel, ended - due, size, code)
        self._due = ended

    def _heard(self, intent: int | None, outcome: str, **said: object) -> None:
        if intent is not None:
            self.world.ledger.heard(intent, outcome, **said)


def _said(answer: Answer) -> Mapping[str, Any]:
    try:
        said = orjson.loads(answer.body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
