"""offers: what was found to be due, sorted by how it is to be run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from core.domain.work import Offer


@dataclass(frozen=True, slots=True)
class Batches:
    """Ids to run together, ids to run each alone, and the offers that crashed too often to be run again."""

    together: Sequence[Sequence[UUID]]
    alone: Sequence[UUID]
    spent: Sequence[Offer]


def sort(offers: Sequence[Offer], size: int) -> Batches:
    """Sort offers into batches of at most `size` ids; one draft is named once."""
    together = _drafts(offer for offer in offers if not offer.alone)
    return Batches(
        together=[together[first : first + size] for first in range(0, len(together), size)],
        alone=_drafts(offer for offer in offers if offer.alone and not offer.spent),
        spent=[offer for offer in offers if offer.spent],
    )


def _drafts(offers: Iterable[Offer]) -> list[UUID]:
    return list(dict.fromkeys(offer.key.draft_id for offer in offers))
