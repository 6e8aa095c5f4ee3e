"""An incident: a published outage of one function, with start and end, and what it meant for who asked meanwhile."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Function(StrEnum):
    """What is out of order, as people meet it. All but the last are operations that an attempt certificate names."""

    ALL = "all"  # everything at the counter
    SECTION = "section"
    SUBMISSION = "submission"
    READING = "reading"
    DECISION = "decision"  # what is filed waits longer than it should


class Cause(StrEnum):
    """What can be said about why, in words that were written beforehand."""

    STORE = "store"
    REGISTER = "register"  # the store is away, and the emergency register takes saves and filings in its place
    ENTRIES = "entries"  # the store answers, and not all that the emergency register took is in it
    COUNTER = "counter"
    CROWDED = "crowded"
    SLOW = "slow"
    REGISTRY = "registry"
    PLANNED = "planned"
    OTHER = "other"


class Effect(StrEnum):
    """What an outage means for the terms; the words are the catalogue's."""

    NO_TERM = "no-term"  # no last day to file fell into it
    TERM_INSIDE = "term-inside"


#: The problems that are a fault of ours: a request refused with one of them counts among those an outage turned away.
OURS = frozenset(
    {
        "intake-paused",
        "internal-error",
        "not-ready",
        "outcome-unknown",
        "overloaded",
        "shutting-down",
        "starts-paused",
        "store-unavailable",
        "unsound",
    }
)


@dataclass(frozen=True, slots=True)
class Incident:
    """One outage as it is published. Machine time; it is open while `ended_at` is None."""

    incident_id: str  # eight hexadecimal digits: people read it out
    function: Function
    cause: Cause
    started_at: datetime
    said_at: datetime  # when the public was last told
    next_word_at: datetime  # by when it is told again, whatever happens
    alarms: frozenset[str] = frozenset()  # what holds it open: a probe, an alert's fingerprint, somebody's hand
    calm_since: datetime | None = None  # since when nothing does
    ended_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Say whether it lasts."""
        return self.ended_at is None


@dataclass(frozen=True, slots=True)
class Outage:
    """A closed incident as its attestation states it. Civil time: the time that receipts and certificates state."""

    incident_id: str
    function: Function
    started_at: datetime
    ended_at: datetime
    refused: int  # requests of known drafts that were turned away meanwhile, as far as the attempt log holds them
    effect: Effect
    trial: bool
    attested_at: datetime  # machine time: the key that was newest then signs

    def covers(self, operation: str, at: datetime) -> bool:
        """Say whether an attempt at an operation (civil time) fell into it."""
        return self.function in (Function.ALL, operation) and self.started_at <= at <= self.ended_at
