"""A notice: a short letter about one thing that happened, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.domain.submission import Acted, State

# What an applicant is told of by letter: what she waits for, or has to do. All the rest is on her page.
TOLD = frozenset(
    {
        State.ACCEPTED,
        State.NEEDS_APPLICANT,
        State.GRANTED,
        State.GRANTED_IN_PART,
        State.REFUSED,
        State.PAYMENT_FAILED,
        State.PAID,
        State.WITHDRAWN,
    }
)
ON_ITS_WAY = "on-its-way"  # the word for a notice that has met no fate yet
COMPLAINT = "complaint"  # what the office is told of
NO_LETTERS = "none"  # in place of a language, where she wants none
MOST_SWITCHED = 20  # of her words on letters, the latest ones, whose answers are kept


class Fate(StrEnum):
    """What became of a notice."""

    SENT = "sent"
    NO_ADDRESS = "no-address"  # there is none, or what is typed there is none
    UNWANTED = "unwanted"  # she has switched notices off meanwhile
    UNDELIVERABLE = "undeliverable"  # the mail server refuses this address for good


def cause_of(topic: str, number: int) -> str:
    """Return what names a notice among those of its draft, and its row of work: `granted-5`, of the fifth event."""
    return f"{topic}-{number}"


def topic_of(cause: str) -> str:
    """Return what a notice is about: a state, or a complaint."""
    return cause.rpartition("-")[0]


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice as its applicant may read of it."""

    topic: str
    made_at: datetime  # civil time
    ended_at: datetime | None  # civil time; None: still to be sent
    fate: Fate | None


@dataclass(frozen=True, slots=True)
class Notices:
    """All notices of a submission, oldest first, and whether more are wanted, and in which language."""

    wanted: bool
    language: str
    all: Sequence[Notice]


@dataclass(frozen=True, slots=True)
class Switch:
    """Her word that she wants notices, or no more of them; in another language where one is named."""

    draft_id: UUID
    number: str
    wanted: bool
    language: str | None
    reply: Callable[[Acted], bytes]
    arrived_at: datetime  # machine time at the counter
