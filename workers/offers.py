"""offers: what was found to be due, in messages' worth of ids."""

from collections.abc import Sequence
from uuid import UUID

from core.domain.work import WorkKey


def batches(offers: Sequence[WorkKey], size: int) -> list[list[UUID]]:
    """Return the drafts of these rows in batches of at most `size` ids; one draft is named once."""
    drafts = list(dict.fromkeys(key.draft_id for key in offers))
    return [drafts[first : first + size] for first in range(0, len(drafts), size)]
