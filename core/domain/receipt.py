"""A receipt: what an acknowledgement states, and the digest that ties it to what was typed."""

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

TRIAL_NOTICE = "prova"  # what people read on anything made while the civil clock is shifted
LARGEST_INTEGER = 2**53 - 1  # beyond it a JSON number is not the same number everywhere (RFC 7493)


class NotCanonical(ValueError):
    """The content has no canonical form: a float, a number or a text beyond I-JSON, or one key twice."""


def canonical(content: object) -> bytes:
    """Return the one way to write JSON content: RFC 8785, with texts and keys in NFC, as UTF-8.

    `content` is what saves carry: dict, list, str, int, bool or None. Floats are refused, so the number
    formatting of RFC 8785 comes down to plain integers.
    Errors: NotCanonical.
    """
    try:
        return _encode(_in_order(content)).encode()
    except UnicodeEncodeError:
        raise NotCanonical("a lone surrogate") from None


_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode


def _in_order(value: object) -> object:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return _members_in_order(value)
    if isinstance(value, list):
        return [_in_order(item) for item in value]
    if value is None or (isinstance(value, int) and abs(value) <= LARGEST_INTEGER):
        return value
    raise NotCanonical(f"a {type(value).__name__}")


def _members_in_order(members: Mapping[str, object]) -> dict[str, object]:
    """RFC 8785 sorts keys by their UTF-16 code units, which differs from code points beyond U+FFFF."""
    normal = {unicodedata.normalize("NFC", key): value for key, value in members.items()}
    if len(normal) != len(members):
        raise NotCanonical("one key twice")
    return {key: _in_order(normal[key]) for key in sorted(normal, key=_utf16)}


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")


def digest(draft_id: UUID, section: str, content: bytes) -> bytes:
    """Return SHA-256(draft id, 16 bytes ‖ section name ‖ canonical content): 32 bytes, written in hex to people."""
    return sha256(draft_id.bytes + section.encode() + content).digest()


@lru_cache(maxsize=256)
def instant(at: datetime) -> str:
    """Write an aware instant as RFC 3339 in UTC, always with six decimals, so that one instant is one text.

    A whole batch was saved at one instant, and each of its answers tells it twice: it is written once.
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


class Kind(StrEnum):
    """What a receipt acknowledges."""

    SECTION = "section"
    SUBMISSION = "submission"
    INTEGRATION = "integration"
    WITHDRAWAL = "withdrawal"
    REVIEW_REQUEST = "review-request"
    DELETION = "deletion"
    COMPLAINT = "complaint"
    NOTICES = "notices"  # her word that she wants letters, or none
    ATTEMPT = "attempt"  # a request that was refused: an attempt certificate, never a filing
    OUTAGE = "outage"  # something that was out of order for everybody: an attestation, of nobody's draft
    REGISTER = "register"  # taken into the emergency register while the ledger was away


#: What is acknowledged of a draft as a whole, to its owner.
OF_A_DRAFT = (
    Kind.SUBMISSION,
    Kind.INTEGRATION,
    Kind.WITHDRAWAL,
    Kind.REVIEW_REQUEST,
    Kind.NOTICES,
    Kind.COMPLAINT,
    Kind.DELETION,
)


@dataclass(frozen=True, slots=True)
class SectionReceipt:
    """One acknowledged save of one section. `trial`: made while the civil clock was shifted."""

    draft_id: UUID
    section: str
    revision: int
    digest: bytes
    saved_at: datetime  # civil time
    trial: bool = False

    def claims(self) -> dict[str, object]:
        """Return what the receipt states, ready for JSON."""
        stated: dict[str, object] = {
            "digest": self.digest.hex(),
            "draft_id": str(self.draft_id),
            "kind": "section",
            "revision": self.revision,
            "saved_at": instant(self.saved_at),
            "section": self.section,
            "service": "approdo",
            "trial": self.trial,
        }
        return stated | _NOTICE if self.trial else stated


@dataclass(frozen=True, slots=True)
class SealedSection:
    """A section as a submission holds it."""

    revision: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class SubmissionReceipt:
    """One acknowledged act on a whole application: its filing, or something done to it afterwards.

    `arrived_at` is when the request was complete at the counter and decides deadlines; `filed_at` is the database's
    time in the transaction that recorded it. For an act after the filing both speak of that act, and
    `first_filed_at` repeats the filing's own instant, which never changes (L. 241/1990, art. 18-bis).
    All are civil time. What does not apply to a kind is None or empty: a deleted draft has no number.
    """

    draft_id: UUID
    filed_at: datetime
    trial: bool
    kind: Kind = Kind.SUBMISSION
    number: str | None = None
    programme: str | None = None
    sections: Mapping[str, SealedSection] = field(default_factory=dict)
    arrived_at: datetime | None = None
    window: str | None = None
    late_reason: str | None = None  # a code of the catalogue: why a filing in `late` or out of every window counts so
    first_filed_at: datetime | None = None
    letters: str | None = None  # the language in which she wants them from now on, or `none`

    def claims(self) -> dict[str, object]:
        """Return what the receipt states, ready for JSON."""
        stated: dict[str, object] = {
            "arrived_at": _or_none(self.arrived_at),
            "draft_id": str(self.draft_id),
            "filed_at": instant(self.filed_at),
            "first_filed_at": _or_none(self.first_filed_at),
            "kind": str(self.kind),
            "late_reason": self.late_reason,
            "letters": self.letters,
            "number": self.number,
            "programme": self.programme,
            "sections": {n: {"digest": s.digest.hex(), "revision": s.revision} for n, s in self.sections.items()},
            "service": "approdo",
            "trial": self.trial,
            "window": self.window,
        }
        told = {name: value for name, value in stated.items() if value is not None}
        return told | _NOTICE if self.trial else told


@dataclass(frozen=True, slots=True)
class AttemptCertificate:
    """A request that came in and could not be taken. It proves the attempt and its instant; it files nothing."""

    draft_id: UUID
    operation: str  # what was asked, e.g. "submission"
    code: str  # the problem that answered it
    attempted_at: datetime  # civil time as this process knows it
    trial: bool = False
    incident: str | None = None  # what we know the cause by: a published outage, or a line of our log

    def claims(self) -> dict[str, object]:
        """Return what the certificate states, ready for JSON."""
        stated: dict[str, object] = {
            "attempted_at": instant(self.attempted_at),
            "code": self.code,
            "draft_id": str(self.draft_id),
            "kind": "attempt",
            "operation": self.operation,
            "service": "approdo",
            "trial": self.trial,
        }
        told = stated | {"incident": self.incident} if self.incident else stated
        return told | _NOTICE if self.trial else told


@dataclass(frozen=True, slots=True)
class OutageAttestation:
    """An outage that is over: what it was of, from when to when, whom it turned away and what it means for terms."""

    incident: str
    function: str
    started_at: datetime  # civil time, as `ended_at`
    ended_at: datetime
    refused: int  # requests of known drafts
    effect: str
    trial: bool = False

    def claims(self) -> dict[str, object]:
        """Return what the attestation states, ready for JSON."""
        stated: dict[str, object] = {
            "effect": self.effect,
            "ended_at": instant(self.ended_at),
            "function": self.function,
            "incident": self.incident,
            "kind": "outage",
            "refused": self.refused,
            "service": "approdo",
            "started_at": instant(self.started_at),
            "trial": self.trial,
        }
        return stated | _NOTICE if self.trial else stated


@dataclass(frozen=True, slots=True)
class RegisterReceipt:
    """A save or a filing that was taken into the emergency register (DPR 445/2000, art. 63).

    `entry` is its number there, `cause` and `interrupted_at` say why and since when the ledger was away. What the
    ledger makes of it once it is back is correlated with this number for good. Instants are civil time, as this process
    knows it; `arrived_at` decides deadlines. `revisions`: of a filing, what it names.
    """

    draft_id: UUID
    entry: str
    operation: str  # section, submission
    digest: bytes
    arrived_at: datetime
    registered_at: datetime
    cause: str
    interrupted_at: datetime
    section: str | None = None
    revision: int | None = None  # that a save will be, if nobody else saved meanwhile
    revisions: Mapping[str, int] = field(default_factory=dict)
    trial: bool = False

    def claims(self) -> dict[str, object]:
        """Return what the receipt states, ready for JSON."""
        stated: dict[str, object] = {
            "arrived_at": instant(self.arrived_at),
            "cause": self.cause,
            "digest": self.digest.hex(),
            "draft_id": str(self.draft_id),
            "entry": self.entry,
            "interrupted_at": instant(self.interrupted_at),
            "kind": "register",
            "operation": self.operation,
            "registered_at": instant(self.registered_at),
            "revision": self.revision,
            "revisions": dict(sorted(self.revisions.items())) or None,
            "section": self.section,
            "service": "approdo",
            "trial": self.trial,
        }
        told = {name: value for name, value in stated.items() if value is not None}
        return told | _NOTICE if self.trial else told


Receipt = SectionReceipt | SubmissionReceipt | AttemptCertificate | OutageAttestation | RegisterReceipt
_NOTICE: dict[str, object] = {"notice": TRIAL_NOTICE}


def _or_none(at: datetime | None) -> str | None:
    return instant(at) if at is not None else None
