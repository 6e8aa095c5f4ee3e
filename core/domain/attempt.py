"""A refused attempt: what the log keeps of a request that a certificate was given for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core.domain.receipt import AttemptCertificate

MOST_OF_A_DRAFT = 500  # rows; the certificate itself is the proof


@dataclass(frozen=True, slots=True)
class Certified:
    """What a certificate states and the key it was signed with: enough to write the same text again."""

    stated: AttemptCertificate
    key_id: str

    def __hash__(self) -> int:  # given out again and again in a storm: of all its parts it would cost three times this
        return hash((self.stated.draft_id, self.stated.attempted_at))


@dataclass(frozen=True, slots=True)
class LoggedAttempt:
    """A certified attempt, and how often its certificate was given out."""

    certified: Certified
    times: int


@dataclass(frozen=True, slots=True)
class AttemptsOfDraft:
    """Attempts of one draft, ready to be written. Written twice they are there once: `noted_at` tells them apart."""

    draft_id: UUID
    attempts: tuple[LoggedAttempt, ...]
    noted_at: datetime  # machine time


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a certificate says beside the attempt: how far civil time runs ahead, and the outages published as open."""

    ahead: timedelta = timedelta(0)
    outages: tuple[tuple[str, str | None], ...] = ()  # reference, and the operation it is of; None: all of them

    def outage_of(self, operation: str) -> str | None:
        """Return the reference of an open outage of this operation."""
        return next((reference for reference, of in self.outages if of in (None, operation)), None)
