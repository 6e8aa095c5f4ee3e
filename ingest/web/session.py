"""The session: a cookie around the draft's token, and the proof that a form is one of ours."""

import hmac
import secrets
import struct
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from ingest.http.call import Call
from ingest.http.reply import Headers
from ingest.proof import base64url
from ingest.tokens import TokenInvalid, Tokens
from ingest.web import resume_code

LIFE = timedelta(hours=4)  # since it was last used; nothing typed is lost when it ends
RENEWED_AFTER = timedelta(minutes=5)
_STATED = struct.Struct(">16sIQ54s")  # visit, last use in seconds since 1970, resume code, access token
_NO_TOKEN = bytes(54)
_PROOF = 16
MOST_HELD = 8  # drafts open at once in one browser
OTHERS = "-altre"  # how the cookie of the others is called beside that of the one


@dataclass(frozen=True, slots=True)
class Session:
    """Who visits. Without a token it is a visitor who has opened no draft, or whose session has ended."""

    visit: bytes  # 16 random bytes
    seen_at: datetime  # machine time
    token: str | None = None
    draft_id: UUID | None = None
    code: str | None = None  # None where the draft was not started on these pages
    ended: bool = False  # it was open once, and was left alone for too long
    is_new: bool = False  # the browser does not know it yet
    others: tuple["Session", ...] = ()  # drafts that are open beside it, the latest used first

    @property
    def is_open(self) -> bool:
        """Say whether it opens a draft."""
        return self.token is not None

    def beside(self, known: "Session") -> "Session":
        """Return it with the drafts that were open before it, each once, and no more than a browser holds."""
        before = (known, *known.others) if known.is_open else known.others
        others = (replace(one, others=(), is_new=False) for one in before if one.draft_id != self.draft_id)
        return replace(self, others=tuple(others)[: MOST_HELD - 1])

    @property
    def following(self) -> "Session | None":
        """The session that is left when its draft is closed; None where no other is open."""
        return replace(self.others[0], others=self.others[1:]) if self.others else None


class Sessions:
    """Reads and writes the cookie; nothing about a session is kept anywhere else."""

    def __init__(self, secret: bytes, tokens: Tokens, *, production: bool) -> None:
        """Arguments: a secret of this service, what reads access tokens, and whether cookies must be Secure."""
        self._seal = hmac.digest(secret, b"session", "sha256")
        self._forms = hmac.digest(secret, b"forms", "sha256")
        self._browser = hmac.digest(secret, b"browser", "sha256")
        self._tokens, self._production = tokens, production

    def read(self, call: Call, now: datetime) -> Session:
        """Return the session of a call; a new visitor where there is none that holds."""
        name = self._name(self.is_secure(call))
        found = cookies(call)
        for cookie in found:
            if cookie[0] == name.encode() and (known := self._opened(cookie[1], now)) is not None:
                return replace(known, others=self._others(dict(found).get(f"{name}{OTHERS}".encode(), b""), now))
        return visitor(now)

    def _others(self, value: bytes, now: datetime) -> tuple[Session, ...]:
        known = (self._opened(one, now) for one in value.split(b".")[: MOST_HELD - 1] if one)
        return tuple(one for one in known if one is not None and one.is_open)

    def _opened(self, value: bytes, now: datetime) -> Session | None:
        try:
            sealed = base64url.decoded(value)
            stated, seal = sealed[: _STATED.size], sealed[_STATED.size :]
            visit, seen, code, token = _STATED.unpack(stated)
        except (ValueError, struct.error):
            return None
        if not hmac.compare_digest(hmac.digest(self._seal, stated, "sha256"), seal):
            return None
        seen_at = datetime.fromtimestamp(seen, UTC)
        if token == _NO_TOKEN:
            return Session(visit, seen_at)
        if now - seen_at > LIFE:
            return Session(visit, seen_at, ended=True)
        return self._with_token(visit, seen_at, code, token)

    def _with_token(self, visit: bytes, seen_at: datetime, code: int, token: bytes) -> Session | None:
        text = base64url.encoded(token).decode()
        try:
            draft_id = self._tokens.read(text).draft_id
        except TokenInvalid:
            return None
        return Session(visit, seen_at, text, draft_id, resume_code.written(code) if code else None)

    def cookie(self, call: Call, session: Session, now: datetime) -> Headers:
        """Return the header that hands a session to the browser, used at `now`."""
        seconds = int(LIFE.total_seconds())
        others = ".".join(self._value(one, one.seen_at) for one in session.others)
        return [
            self._header(call, self._value(session, now), seconds),
            *([self._header(call, others, seconds, OTHERS)] if others else self._none_beside(call)),
        ]

    def _value(self, session: Session, seen_at: datetime) -> str:
        token = base64url.decoded(session.token.encode()) if session.token else _NO_TOKEN
        code = resume_code.value_of(session.code) if session.code else 0
        stated = _STATED.pack(session.visit, int(seen_at.timestamp()), code, token)
        return base64url.encoded(stated + hmac.digest(self._seal, stated, "sha256")).decode()

    def _none_beside(self, call: Call) -> Headers:
        """Take the others out of a browser that still has some."""
        name = f"{self._name(self.is_secure(call))}{OTHERS}".encode()
        return [self._header(call, "", 0, OTHERS)] if name in dict(cookies(call)) else []

    def forgotten(self, call: Call) -> Headers:
        """Return the headers that take the session, and all that is open beside it, out of the browser."""
        return [self._header(call, "", 0), *self._none_beside(call)]

    def _header(self, call: Call, value: str, seconds: int, which: str = "") -> tuple[bytes, bytes]:
        secure = self.is_secure(call)
        more = "; Secure" if secure else ""
        cookie = f"{self._name(secure)}{which}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{more}"
        return b"set-cookie", cookie.encode()

    def is_secure(self, call: Call) -> bool:
        """Say whether the browser came by TLS, as far as we are told; in production it always does."""
        return self._production or (call.header(b"x-forwarded-proto") or b"").lower() == b"https"

    @staticmethod
    def _name(secure: bool) -> str:
        return "__Host-approdo" if secure else "approdo"

    def proof(self, session: Session) -> str:
        """Return what a form of ours carries; it looks different each time, so that no compression tells it."""
        mask = secrets.token_bytes(_PROOF)
        return base64url.encoded(mask + _either(mask, self._proof(session))).decode()

    def proves(self, shown: str, session: Session) -> bool:
        """Say whether a form was made for this draft, or for this visitor where there is none."""
        try:
            both = base64url.decoded(shown.encode())
        except ValueError:
            return False
        if len(both) != 2 * _PROOF:
            return False
        return hmac.compare_digest(_either(both[:_PROOF], both[_PROOF:]), self._proof(session))

    def _proof(self, session: Session) -> bytes:
        about = b"draft" + session.draft_id.bytes if session.draft_id else b"visit" + session.visit
        return hmac.digest(self._forms, about, "sha256")[:_PROOF]

    def browser_key(self, draft_id: UUID) -> str:
        """Return the key under which a browser keeps what it could not send: known only while a session is open."""
        return base64url.encoded(hmac.digest(self._browser, draft_id.bytes, "sha256")).decode()


def visitor(now: datetime) -> Session:
    """Return a visitor nobody knows."""
    return Session(secrets.token_bytes(16), now, is_new=True)


def cookies(call: Call) -> list[tuple[bytes, bytes]]:
    """Return the cookies of a call, name and value."""
    pairs = (
        pair.strip().partition(b"=") for name, value in call.headers if name == b"cookie" for pair in value.split(b";")
    )
    return [(name, value) for name, _, value in pairs]


def _either(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))
