"""A complaint: what she writes about what went wrong, with the certificates of her attempts; kept with a receipt."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.domain.notice import Fate

MOST_COMPLAINTS = 20  # of one draft
MOST_CERTIFICATES = 50  # with one complaint: the latest
NAME = "complaint"  # as receipts name what it says


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is to be kept. `content`: canonical JSON, `{text, attempts}`; `digest` as of a section of that name."""

    draft_id: UUID
    key: UUID
    fingerprint: bytes  # SHA-256 of what she wrote
    content: bytes
    digest: bytes
    key_id: str
    reply: Callable[["Complained"], bytes]
    arrived_at: datetime  # machine time at the counter


@dataclass(frozen=True, slots=True)
class Complained:
    """A complaint as it was written, from which its receipt is made."""

    draft_id: UUID
    programme: str
    submission: str | None  # the number of what was filed from this draft, if anything was
    number: int  # from 1
    digest: bytes
    arrived_at: datetime  # civil time
    at: datetime  # civil time of the database, in the transaction
    trial: bool


@dataclass(frozen=True, slots=True)
class KeptComplaint:
    """A complaint as people of the office read it."""

    draft_id: UUID
    number: int
    submission: str | None
    made_at: datetime  # civil time
    content: bytes
    receipt: str
    told: Fate | None  # what became of the letter to the office; None: on its way

    @property
    def name(self) -> str:
        """What it is asked for by."""
        return f"{self.draft_id}-{self.number}"
