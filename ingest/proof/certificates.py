"""Attempt certificates: signed proof that a known draft asked and was refused; made without the store."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from core.clock import Clock
from core.domain.attempt import Certified, Surroundings
from core.domain.errors import StoreUnavailable
from core.domain.receipt import AttemptCertificate
from core.hooks import Observe
from core.storage.attempts import AttemptLog
from ingest.http.call import Call
from ingest.http.full_house import CODE as FULL
from ingest.http.rate_limits import Rate, RateLimits
from ingest.proof.receipts import Receipts
from ingest.texts import Texts
from ingest.tokens import Token, TokenInvalid, Tokens

SAME = timedelta(seconds=10)  # one refusal of one operation, again within this, is the same attempt: one certificate
MOST_KEPT = 20_000  # certificates at hand to be given again, about 1 kB each
EVERY_SECONDS, IN_A_CROWD = 1.0, 0.25
NEW_OF_A_FULL_HOUSE = Rate(per_minute=120_000, burst=2_000)  # 33 µs each: 7 % of a core
FOR_OTHERS = 4  # times as long as a hundred attempts took the writer, before the next hundred in a crowd
LOOK_SECONDS = 5.0

#: What a request is for, by the name of its operation; what needs no token is not here.
OPERATIONS = {
    "draft.read": "reading",
    "draft.delete": "deletion",
    "draft.export": "reading",
    "draft.attempts": "reading",
    "draft.attempt": "reading",
    "draft.receipts": "reading",
    "draft.register": "reading",
    "section.save": "section",
    "section.read": "reading",
    "section.revisions": "reading",
    "submission.file": "submission",
    "submission.read": "reading",
    "submission.outcome": "reading",
    "submission.receipt": "reading",
    "submission.integrate": "integration",
    "submission.withdraw": "withdrawal",
    "submission.reopen": "review-request",
    "submission.notices": "reading",
    "submission.switch_notices": "notices",
    "draft.complain": "complaint",
}
# A request that could be read and was refused for how things stand, with us or with the draft. What is wrong in the
# request's own form (400, 404, 413, 415, 422 ...) proves nothing about us: docs/decisions/0010.
_STATUSES = frozenset({408, 409, 412, 429, 500, 503})
_UNREADY = frozenset({"section-missing", "declarations-not-given"})  # 422, and yet a filing that was tried


def certified_codes(texts: Texts) -> frozenset[str]:
    """Return the problems whose answer carries a certificate."""
    return frozenset(code for code, text in texts.problems.items() if text.status in _STATUSES or code in _UNREADY)


class Certificates:
    """Signs certificates, gives the same one again for the same refusal, and has each noted in the attempt log."""

    def __init__(self, receipts: Receipts, tokens: Tokens, texts: Texts, log: AttemptLog, observe: Observe) -> None:
        self._receipts, self._tokens, self._log, self._observe = receipts, tokens, log, observe
        self._codes = certified_codes(texts)
        self._surroundings = Surroundings()
        self._given: dict[tuple[UUID, str, str], _Given] = {}
        self._older: dict[tuple[UUID, str, str], _Given] = {}
        self._in_a_storm = RateLimits(NEW_OF_A_FULL_HOUSE)

    def of_call(self, call: Call, operation: str, code: str, incident: str | None = None) -> str | None:
        """Return the certificate that goes with the answer to a call, or None where it gets none.

        Arguments: the call, its operation's name (`section.save`), the code of the problem that answers it, and the
        incident told with it. Never raises: a refusal is answered whatever becomes of its certificate.
        """
        if code not in self._codes or operation not in OPERATIONS:
            return None
        try:
            draft_id = self._draft_of(call)
            return self.certify(draft_id, OPERATIONS[operation], code, call.arrived_at, incident) if draft_id else None
        except Exception as error:  # noqa: BLE001
            self._observe("certificate.failed", failure=type(error).__name__)
            return None

    def of_token(self, token: Token | None, named: str | None, operation: str, code: str, at: datetime) -> str | None:
        """Return the certificate of who was not let in, whose token was read at the entrance, or None for none there.

        Arguments: the token, the draft that the address names if it names one, and as `of_call`. Never raises.
        """
        if token is None or operation not in OPERATIONS or not _opens(token.draft_id, named):
            return None
        try:
            return self.certify(token.draft_id, OPERATIONS[operation], code, at)
        except Exception as error:  # noqa: BLE001
            self._observe("certificate.failed", failure=type(error).__name__)
            return None

    def certify(self, draft_id: UUID, asked: str, code: str, at: datetime, incident: str | None = None) -> str | None:
        """Return a certificate for a draft whose owner is known to ask, and note it; None for a code that gets none.

        Arguments: the draft; what was asked, one of the values of OPERATIONS; the code of the problem that answers;
        the instant of arrival in machine time; the incident told with it.
        In a storm so large that signing would take the place of saving, who is new to it gets one the next time.
        """
        if code not in self._codes:
            return None
        place = (draft_id, asked, code)
        given = self._known(place)
        if given is None and code == FULL and not self._in_a_storm.count(FULL, at.timestamp()).admitted:
            return None
        if given is None or incident is not None or not timedelta(0) <= at - given.at < SAME:
            given = self._sign(place, at, incident)
            self._keep(place, given)
        self._log.note(given.certified)
        return given.text

    def _draft_of(self, call: Call) -> UUID | None:
        """Return the draft whose token came with a call, unless the call names another: that is a 404 in the end."""
        token = call.seat.token if call.seat is not None else None
        draft_id = token.draft_id if token is not None else self._draft_in(call.header(b"authorization") or b"")
        return draft_id if _opens(draft_id, call.path.get("draft_id")) else None

    def _draft_in(self, authorization: bytes) -> UUID | None:
        scheme, _, credentials = authorization.partition(b" ")
        try:
            return self._tokens.read(credentials.strip()).draft_id if scheme.lower() == b"bearer" else None
        except TokenInvalid:
            return None

    def _sign(self, place: tuple[UUID, str, str], at: datetime, incident: str | None) -> "_Given":
        around = self._surroundings
        stated = AttemptCertificate(
            *place,
            attempted_at=at + around.ahead,
            trial=bool(around.ahead),
            incident=incident or around.outage_of(place[1]),
        )
        return _Given(at, Certified(stated, self._receipts.key_id), self._receipts.sign(stated))

    def _known(self, place: tuple[UUID, str, str]) -> "_Given | None":
        return self._given.get(place) or self._older.get(place)

    def _keep(self, place: tuple[UUID, str, str], given: "_Given") -> None:
        if len(self._given) >= MOST_KEPT // 2:
            self._older, self._given = self._given, {}
        self._given[place] = given

    def again(self, certified: Certified) -> str:
        """Return the text of a certificate that was given before: the same text. Errors: KeyGone."""
        return self._receipts.sign(certified.stated, certified.key_id)

    async def keep_up(self, clock: Clock, crowded: Callable[[], bool] = lambda: False) -> None:
        """Learn what certificates say beside the attempt, and have attempts written, until cancelled.

        In a crowd the writer is for who is let in: attempts take a fifth of its time, and the others wait.
        """
        look_at = clock.monotonic()
        while True:
            began = clock.monotonic()
            try:
                if self._log.waiting or clock.monotonic() >= look_at:
                    look_at = clock.monotonic() + LOOK_SECONDS
                    self._surroundings = await self._log.surroundings()
                    await self._log.write(lambda: not crowded())
            except StoreUnavailable:
                pass  # what is known stays so, and what is noted waits
            except Exception as error:  # noqa: BLE001  a fault here must not end what comes after it
                self._observe("attempts.failed", failure=type(error).__name__)
            took = clock.monotonic() - began
            await asyncio.sleep(max(IN_A_CROWD, FOR_OTHERS * took) if crowded() else EVERY_SECONDS)


def _opens(draft_id: UUID | None, named: str | None) -> bool:
    return named is None or named.lower() == str(draft_id)


class _Given:
    __slots__ = ("at", "certified", "text")

    def __init__(self, at: datetime, certified: Certified, text: str) -> None:
        self.at, self.certified, self.text = at, certified, text
