"""A submission: its states, the moves between them, and the verdict on a filing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from core.domain.draft import Channel, Draft
from core.domain.errors import (
    AlreadySealed,
    DeclarationsMissing,
    KeyReused,
    NotFound,
    Refused,
    SectionChanged,
    SectionsMissing,
)
from core.domain.revision import Revision
from core.domain.window import Window


class State(StrEnum):
    """Where a submission stands; `docs/states.md` draws the moves."""

    ACCEPTED = "accepted"
    IN_REVIEW = "in_review"
    SUSPENDED = "suspended"
    NEEDS_APPLICANT = "needs_applicant"
    NEEDS_OFFICER = "needs_officer"
    GRANTED = "granted"
    GRANTED_IN_PART = "granted_in_part"
    REFUSED = "refused"
    PAYMENT_ORDERED = "payment_ordered"
    PAYMENT_FAILED = "payment_failed"
    PAID = "paid"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"


S = State
MOVES: Mapping[State, frozenset[State]] = {
    S.ACCEPTED: frozenset({S.IN_REVIEW, S.WITHDRAWN}),
    S.IN_REVIEW: frozenset(
        {S.GRANTED, S.GRANTED_IN_PART, S.REFUSED, S.SUSPENDED, S.NEEDS_APPLICANT, S.NEEDS_OFFICER, S.WITHDRAWN}
    ),
    S.SUSPENDED: frozenset({S.IN_REVIEW, S.NEEDS_APPLICANT, S.NEEDS_OFFICER, S.WITHDRAWN}),
    S.NEEDS_APPLICANT: frozenset({S.IN_REVIEW, S.WITHDRAWN}),
    S.NEEDS_OFFICER: frozenset({S.IN_REVIEW, S.WITHDRAWN}),
    S.GRANTED: frozenset({S.PAYMENT_ORDERED, S.PAYMENT_FAILED, S.PAID, S.REOPENED}),
    S.GRANTED_IN_PART: frozenset({S.PAYMENT_ORDERED, S.PAYMENT_FAILED, S.PAID, S.REOPENED}),
    S.REFUSED: frozenset({S.REOPENED}),
    S.PAYMENT_ORDERED: frozenset({S.PAYMENT_FAILED, S.PAID, S.REOPENED}),
    S.PAYMENT_FAILED: frozenset({S.PAYMENT_ORDERED, S.REOPENED}),
    S.PAID: frozenset({S.REOPENED}),
    S.REOPENED: frozenset({S.IN_REVIEW, S.NEEDS_OFFICER, S.WITHDRAWN}),
    S.WITHDRAWN: frozenset(),
}
DECIDED = frozenset(
    {S.GRANTED, S.GRANTED_IN_PART, S.REFUSED, S.PAYMENT_ORDERED, S.PAYMENT_FAILED, S.PAID}
)  # an outcome is there to read
NOT_LIVE = frozenset({S.REFUSED, S.WITHDRAWN})  # the person may file again


def may_move(source: State, target: State) -> bool:
    """Say whether a submission may go from `source` to `target`."""
    return target in MOVES[source]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something happened: a code of the catalogue and what it speaks of (a fact, a pointer), if anything."""

    code: str
    about: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a submission; `why` is free text of an officer, never of an applicant."""

    to: State
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Filed:
    """A filing as it was written, from which its receipt is made."""

    draft_id: UUID
    number: str
    programme: str
    channel: Channel
    window: Window
    supplementary: bool
    arrived_at: datetime  # civil time: the request complete at the counter; decides every deadline
    filed_at: datetime  # civil time of the database, in the transaction
    sections: Mapping[str, Revision]
    trial: bool


class FilingRules(Protocol):
    """What the counter knows and storage does not: the programme's calendar and form, keys and receipts."""

    @property
    def required(self) -> Sequence[str]:
        """The sections a filing must name."""

    def window_at(self, programme: str, arrived_at: datetime) -> Window:
        """Return the window of an arrival (civil time)."""

    def person(self, applicant: bytes) -> bytes | None:
        """Return the person's key from the applicant section, or None where no valid tax code is in it."""

    def declared(self, declarations: bytes) -> bool:
        """Say whether the declarations that a filing needs are given."""

    def tells(self, applicant: bytes) -> bool:
        """Say whether she is told by letter how it goes on: letters are sent here, and she has given an address."""

    def number(self, sequence: int) -> str:
        """Return the number people read out, from a sequence value."""

    def reply(self, filed: Filed) -> tuple[str, bytes]:
        """Return the receipt and the exact bytes of the answer."""


@dataclass(frozen=True, slots=True)
class Filing:
    """What a submission asks for."""

    draft_id: UUID
    key: UUID  # Idempotency-Key
    fingerprint: bytes  # SHA-256 of the canonical request
    sections: Mapping[str, int]  # the revisions the applicant saw
    arrived_at: datetime  # machine time at the counter
    rules: FilingRules
    traceparent: str | None = None  # the trace this is part of, where its caller said one
    language: str = "it"  # in which she is written to; no part of what is asked: a repeat in another is a repeat


@dataclass(frozen=True, slots=True)
class Remembered:
    """A 2xx answer that was given, to be given again exactly."""

    fingerprint: bytes
    status: int
    response: bytes


@dataclass(frozen=True, slots=True)
class FirstAnswer:
    """The answer the draft's filing got, found under another key."""

    sections: Mapping[str, int]
    response: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """The bytes of an answer and its status; `replayed` where given before, `filed` where a filing was new."""

    status: int
    body: bytes
    replayed: bool = False
    filed: Filed | None = None


def judge(
    filing: Filing,
    draft: Draft | None,
    remembered: Remembered | None,
    first: FirstAnswer | None,
    current: Mapping[str, Revision],
) -> Answer | Refused | None:
    """Say what becomes of a filing, in the order of the contract.

    Arguments: the draft's row, what its key is remembered for, the answer its first filing got, and the current
    revision of each section (with the content of the declarations), all read under the draft's lock.
    Returns the answer that was given before, the error that refuses it, or None where it is to be written.
    """
    if draft is None or draft.gone:
        return NotFound()
    if remembered is not None:
        same = remembered.fingerprint == filing.fingerprint
        return Answer(remembered.status, remembered.response, replayed=True) if same else KeyReused()
    if first is not None:
        return Answer(200, first.response, replayed=True) if first.sections == filing.sections else AlreadySealed()
    return _incomplete(filing, current) or _changed(filing, current)


def _incomplete(filing: Filing, current: Mapping[str, Revision]) -> Refused | None:
    missing = tuple(name for name in filing.rules.required if name not in current or name not in filing.sections)
    if missing:
        return SectionsMissing(missing)
    return None if filing.rules.declared(current["declarations"].content) else DeclarationsMissing()


def _changed(filing: Filing, current: Mapping[str, Revision]) -> Refused | None:
    """A newer acknowledged revision than the one named, or one not named at all, is never sealed silently."""
    named = filing.sections
    seen = {name: revision.revision for name, revision in current.items()}
    changed = tuple(sorted(name for name in named.keys() | seen.keys() if named.get(name) != seen.get(name)))
    return SectionChanged(changed) if changed else None


@dataclass(frozen=True, slots=True)
class NewContent:
    """What an integration writes into a section: the revision it builds on, and its canonical bytes."""

    base: int
    content: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Integration:
    """What an applicant adds after filing; `filed_at` stays."""

    draft_id: UUID
    number: str
    key: UUID
    fingerprint: bytes
    sections: Mapping[str, NewContent]
    key_id: str
    rules: FilingRules
    reply: Callable[["Acted"], bytes]
    arrived_at: datetime  # machine time at the counter


@dataclass(frozen=True, slots=True)
class Action:
    """A withdrawal, a review request, or a deletion of an open draft."""

    draft_id: UUID
    number: str | None  # None: the draft itself
    reply: Callable[["Acted"], bytes]
    arrived_at: datetime  # machine time at the counter


@dataclass(frozen=True, slots=True)
class Acted:
    """What an action did, from which its receipt is made."""

    draft_id: UUID
    number: str | None
    programme: str
    state: str
    arrived_at: datetime  # civil time: the request complete at the counter
    at: datetime  # civil time of the database, in the transaction
    filed_at: datetime | None
    sections: Mapping[str, Revision]
    trial: bool
    letters: str | None = None  # of her word on letters: the language they are in from now on, or `none`


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a submission."""

    at: datetime  # civil time
    kind: str  # "moved", "replayed", "ruled", ...
    state: State | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class MonthDue:
    """One month of a decision."""

    month: int  # 1..12
    due: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """One outcome of one round."""

    outcome: State  # granted, granted_in_part or refused
    months: tuple[MonthDue, ...]
    amount_cents: int
    rules_version: str
    decided_at: datetime | None = None  # civil time; set by storage


@dataclass(frozen=True, slots=True)
class SubmissionView:
    """A submission as its applicant may read it."""

    draft_id: UUID
    number: str
    programme: str
    channel: Channel
    state: State
    window: Window
    arrived_at: datetime
    filed_at: datetime
    sections: Mapping[str, int]
    receipt: str
    timeline: Sequence[Event]
    decision: Decision | None
    next_check_at: datetime | None
    civil_now: datetime
    trial: bool
    language: str  # in which she is written to
    payment_stands: bool  # ordered, and not failed since: no month is paid twice, so it is not taken back
