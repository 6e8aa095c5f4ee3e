"""Work: something still to do, claimed under a fence, and what an attempt at it came to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from core.domain.draft import Channel
from core.domain.notice import Fate
from core.domain.submission import Decision, Move, Reason, State


class Kind(StrEnum):
    """What is to be done."""

    DECISION = "decision"  # verify and decide
    PAYMENT = "payment"  # ask the bank
    NOTICE = "notice"  # tell somebody by letter; moves nothing


REVIEW = "review"  # how the cause of a review's work begins, and the fact on which an officer says: I have looked

# Why work waits for what only a person does; trying it again changes nothing.
REVIEW_ASKED = "review-asked"  # she asked for a decision to be looked at again
DIFFERENCE_TO_PAY = "difference-to-pay"  # a review granted more than was ordered before it
DIFFERENCE_TO_RECOVER = "difference-to-recover"  # a review granted less than was ordered before it
FOR_A_PERSON = frozenset({REVIEW_ASKED, DIFFERENCE_TO_PAY, DIFFERENCE_TO_RECOVER})


REGISTRIES = ("anpr", "revenue", "labour", "bank")  # whom the questions of a work row go to


class WorkKey(NamedTuple):
    """What names a work row."""

    draft_id: UUID
    kind: Kind
    cause: str


class Verdict(StrEnum):
    """A registry's answer that stays: the fact holds, or it is contradicted."""

    OK = "ok"
    KO = "ko"


@dataclass(frozen=True, slots=True)
class Verification:
    """One registry's answer to one question; no retry asks it again."""

    registry: str
    fact: str
    question: bytes  # SHA-256 of the canonical question
    verdict: Verdict
    source: str  # "registry" or "officer"
    evidence: bytes
    answered_at: datetime | None = None  # machine time; set by storage


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at one work row: what was claimed, and what is needed to do it."""

    key: WorkKey
    fence: int
    number_of_tries: int
    first_attempt_at: datetime  # machine time, of the database
    now: datetime  # machine time, of the database
    civil_now: datetime
    created_at: datetime  # machine time; registries' contradictions older than this are asked again
    round: int
    programme: str
    channel: Channel
    number: str
    state: State
    arrived_at: datetime  # civil time
    supplementary: bool
    contents: Mapping[str, bytes]  # section: canonical bytes, as sealed
    sections: Mapping[str, int]  # the revisions sealed
    verifications: tuple[Verification, ...]
    earlier_declarations: tuple[bytes, ...]  # of the person's other live applications, where this one adds to them
    granted_elsewhere: frozenset[int] = frozenset()  # months granted by the person's other live applications
    ordered: frozenset[int] = frozenset()  # months of an order that stands from before a review
    crashes: int = 0  # attempts in a row, just before this one, that ended with their worker
    traceparent: str | None = None  # the trace of the request that made the work
    notices: bool = False  # its applicant wants to be told by letter,
    language: str = "it"  # and in which language
    trial: bool = False  # filed while the civil clock was shifted
    synthetic: bool = False  # the synthetic applicant's, who is in no count of people


@dataclass(frozen=True, slots=True)
class Postponed:
    """To be tried again. `counts` is false where nothing was asked (open breaker, empty budget).

    `anew`: everybody answered, so patience and the count of tries begin again with the next attempt.
    """

    wait: timedelta
    failure: str
    counts: bool
    moves: tuple[Move, ...] = ()
    anew: bool = False


@dataclass(frozen=True, slots=True)
class Concluded:
    """Done: the row goes, its effect stays. `difference`: why what was ordered before the decision is no more right;
    `fate`: what became of a notice."""

    moves: tuple[Move, ...]
    decision: Decision | None = None
    difference: str | None = None
    fate: Fate | None = None


@dataclass(frozen=True, slots=True)
class Buried:
    """On a person's list, with a reason."""

    reason: str
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True, slots=True)
class Settlement:
    """What an attempt came to, to be written under its fence."""

    key: WorkKey
    fence: int
    end: Postponed | Concluded | Buried
    verifications: tuple[Verification, ...] = ()

    @property
    def draft_id(self) -> UUID:
        """The draft this belongs to; a batch holds at most one item per draft."""
        return self.key.draft_id


@dataclass(frozen=True, slots=True)
class Ruling:
    """An officer's verifications: facts of registries, flags of the rules, or that a review was looked at."""

    number: str
    draft_id: UUID
    questions: Mapping[str, bytes]  # by fact: SHA-256 of what was ruled on, so that none outlives what it was about
    holds: bool
    who: str
    why: str

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What the applicant reads about it."""
        verdict = Verdict.OK if self.holds else Verdict.KO
        return tuple(
            Reason("review-looked-at") if fact == REVIEW else Reason(f"ruled-{verdict}", fact)
            for fact in self.questions
        )
