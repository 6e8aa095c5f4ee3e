"""Problems: every refusal as problem+json (RFC 9457), saying what is safe and what to do."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeGuard

import orjson

from core.domain import errors
from core.domain.errors import ApprodoError
from core.domain.receipt import instant
from ingest.http.preconditions import etag
from ingest.http.refusal import Fault, Refusal, refused_for_now
from ingest.http.reply import Headers, Reply
from ingest.texts import ProblemText, Texts
from ingest.tokens import TokenInvalid

PROBLEM = b"application/problem+json"


class Problems:
    """Writes the answers; what never changes of each is written once."""

    def __init__(self, texts: Texts, draw: Callable[[int, int], int] = random.randint) -> None:
        """Arguments: the texts, and what draws a whole number of seconds between two, both included."""
        self._texts = texts
        self._draw = draw
        self.attempt_note = texts.words["attempt"]["note"]  # said beside a certificate
        self._members = {code: _members(text) for code, text in texts.problems.items()}
        self._bodies = {code: orjson.dumps(members) for code, members in self._members.items()}

    def reply(self, error: ApprodoError, certificate: str | None = None) -> Reply:
        """Return the answer to an error that was foreseen; KeyError for one that has no place in the catalogue.

        `certificate` is the signed certificate of the attempt, handed out with the refusal. A member `retry_after`
        of the refusal, in seconds, goes before what the catalogue says.
        """
        refusal = refusal_of(error)
        text = self._texts.problems[refusal.code]
        headers = [*_OF_A_CODE.get(text.code, ()), *refusal.headers, *self._retry_after(refusal, text), *_ITALIAN]
        return Reply(text.status, self._body(refusal, certificate), headers, PROBLEM, text.code)

    def unforeseen(self, incident: str, certificate: str | None = None) -> Reply:
        """Return the answer to an error nobody foresaw; `incident` finds it in our log and tells nothing about it."""
        return self.reply(Refusal("internal-error", incident=incident), certificate)

    def fault(self, fault: Fault) -> dict[str, str]:
        """Return an entry of errors[]: code, pointer and sentence, never the value."""
        return {"code": fault.code, "pointer": fault.pointer, "message": self._texts.fault(fault.code)}

    def _retry_after(self, refusal: Refusal, text: ProblemText) -> Headers:
        known = refusal.members.get("retry_after")
        if not isinstance(known, int) and text.retry_after is None:
            return []
        seconds = known if isinstance(known, int) else self._draw(*(text.retry_after or (1, 1)))
        return [(b"retry-after", b"%d" % max(seconds, 1))]

    def _body(self, refusal: Refusal, certificate: str | None) -> bytes:
        if not (refusal.faults or refusal.members or certificate):
            return self._bodies[refusal.code]
        more = dict(refusal.members)
        if refusal.faults:
            more["errors"] = [self.fault(fault) for fault in refusal.faults]
        if certificate:
            more |= {"attempt_certificate": certificate, "attempt_note": self.attempt_note}
        if more.keys() & self._members[refusal.code].keys():
            return orjson.dumps(self._members[refusal.code] | more)
        return b"%b,%b" % (self._bodies[refusal.code][:-1], orjson.dumps(more)[1:])  # the same, written once


def foreseen(error: Exception) -> TypeGuard[ApprodoError]:
    """Say whether an error has a place in the catalogue; what has none is a fault of ours."""
    return isinstance(error, Refusal | _WITH_MEMBERS) or type(error) in _CODES


def refusal_of(error: ApprodoError) -> Refusal:
    """Return the refusal an error of the domain comes down to. Errors: KeyError where there is none."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, errors.StaleRevision):
        return _stale(error)
    if isinstance(error, errors.SectionsMissing | errors.SectionChanged):
        return _about_sections(_CODES[type(error)], error.sections)
    if isinstance(error, errors.IntakePaused):
        return refused_for_now("intake-paused", error.left)
    return Refusal(_CODES[type(error)])


_WITH_MEMBERS = errors.StaleRevision | errors.SectionsMissing | errors.SectionChanged | errors.IntakePaused
_CODES: Mapping[type[ApprodoError], str] = {
    TokenInvalid: "token-invalid",
    errors.NotFound: "not-found",
    errors.DraftExpired: "draft-expired",
    errors.DraftSealed: "sealed",
    errors.RevisionLimit: "revision-limit",
    errors.DraftFull: "draft-full",
    errors.KeyReused: "idempotency-key-reused",
    errors.AlreadySealed: "already-sealed",
    errors.SectionsMissing: "section-missing",
    errors.DeclarationsMissing: "declarations-not-given",
    errors.SectionChanged: "section-changed",
    errors.AlreadyFiled: "already-filed",
    errors.MoveNotAllowed: "move-not-allowed",
    errors.StoreUnavailable: "store-unavailable",
    errors.TooManyWaiting: "overloaded",
    errors.OutcomeUnknown: "outcome-unknown",
}
_ITALIAN: Headers = [(b"content-language", b"it")]
_OF_A_CODE: Mapping[str, Headers] = {
    "token-missing": [(b"www-authenticate", b"Bearer")],
    "token-invalid": [(b"www-authenticate", b'Bearer error="invalid_token"')],
    "unsupported-encoding": [(b"accept-encoding", b"identity")],
}


@dataclass(frozen=True, slots=True)
class _SectionFault:
    code: str
    pointer: str


def _stale(error: errors.StaleRevision) -> Refusal:
    current = error.current
    if current is None:  # a revision was named of a section that was never saved
        return Refusal("stale-revision", current_revision=None)
    return Refusal(
        "stale-revision",
        headers=[(b"etag", etag(current.revision))],
        current_revision=current.revision,
        current_digest=current.digest.hex(),
        current_saved_at=instant(current.saved_at),
    )


def _about_sections(code: str, sections: Sequence[str]) -> Refusal:
    faults = [_SectionFault(code, f"/sections/{section}") for section in sections]
    return Refusal(code, faults, sections=list(sections))


def _members(text: ProblemText) -> dict[str, object]:
    return {
        "type": f"urn:approdo:problem:{text.code}",
        "title": text.title,
        "status": text.status,
        "detail": text.detail,
        "code": text.code,
        "saved": text.saved,
        "safe": text.safe,
        "action": text.action,
        "right": text.right,
        "right_preserved": text.right_preserved,
        "safe_to_retry": text.safe_to_retry,
        "reference": text.reference,
    }
