"""A revision: one acknowledged save of one section."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Revision:
    """One save of one section."""

    section: str
    revision: int
    digest: bytes
    saved_at: datetime  # civil time
    key_id: str  # of the key its receipt is signed with
    trial: bool  # saved while the civil clock was shifted
    content: bytes = b""  # canonical bytes; empty where the reader did not ask for them
