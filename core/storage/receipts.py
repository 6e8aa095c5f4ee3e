"""Receipts: those of a draft, as they were given out, for whom they were given to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text

from core.domain.errors import NotFound
from core.storage.reader import Reader


@dataclass(frozen=True, slots=True)
class GivenReceipt:
    """One receipt, and what it acknowledges (core.domain.receipt.Kind)."""

    kind: str
    at: datetime  # civil time
    receipt: str


class GivenReceipts:
    """Reads what was acknowledged: every answer that is remembered carries its receipt."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    async def of_draft(self, draft_id: UUID) -> Sequence[GivenReceipt]:
        """Return the receipts of a draft, oldest first; those of its saves are in its history.

        Errors: NotFound where there is no such draft, StoreUnavailable.
        """
        async with self._reader.snapshot() as connection:
            rows = (await connection.execute(_OF_DRAFT, {"draft_id": draft_id})).mappings().all()
        if not rows:
            raise NotFound
        return [_given(row) for row in rows if row["operation"] is not None]


def _given(row: Any) -> GivenReceipt:
    answer = json.loads(row["response"])
    at = datetime.fromisoformat(answer.get("filed_at") or answer["at"])
    return GivenReceipt(row["operation"], at, answer["receipt"])


# One statement: whether the draft is there for its owner, and its answers. A draft without any gives one empty row.
_OF_DRAFT = text("""
SELECT i.operation, i.response FROM draft d LEFT JOIN idempotency i ON i.draft_id = d.draft_id
WHERE d.draft_id = :draft_id AND d.expired_at IS NULL
ORDER BY i.created_at, i.operation, i.key
""")
