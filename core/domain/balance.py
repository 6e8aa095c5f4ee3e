"""The balance: what must be true of the ledger at every instant, and what a look at it found."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Invariant(StrEnum):
    """What must be true. Docstrings of the checks say how each is looked at."""

    STORED = "stored"  # what a receipt states is there
    SIGNED = "signed"  # a receipt is ours, unaltered
    ACCOUNTED = "accounted"  # decided, on a list, or in progress
    ONE_LIVE = "one-live"  # a live application holds its person's claim, and a claim is of a live application
    VERIFIED = "verified"  # a decision rests on verifications that are there
    IN_TIME = "in-time"  # no state lasts longer than it may


@dataclass(frozen=True, slots=True)
class Weighed:
    """What a look at one invariant found: how many it looked at, and the drafts of which it is not true."""

    looked_at: int
    broken: frozenset[UUID]


Balance = Mapping[Invariant, Weighed]


@dataclass(frozen=True, slots=True)
class Kept:
    """What the ledger keeps of a filing, to be held against its receipt."""

    draft_id: UUID
    number: str
    receipt: str
    digests: Mapping[tuple[str, int], bytes]  # by section and revision


def as_stated(kept: Kept, claims: Mapping[str, object]) -> bool:
    """Say whether the ledger has what a receipt states: the number, and every revision with its digest."""
    if claims.get("number") != kept.number or claims.get("draft_id") != str(kept.draft_id):
        return False
    sections = claims.get("sections")
    if not isinstance(sections, Mapping) or not sections:
        return False
    return all(
        kept.digests.get((name, int(one["revision"]))) == bytes.fromhex(one["digest"]) for name, one in sections.items()
    )
