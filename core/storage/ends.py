"""Ends that leave the row: it waits for its next attempt, or for a person. The caller holds it under its fence."""

from collections.abc import Sequence
from typing import Any

from core.domain.work import Buried, Postponed, Settlement
from core.storage.database import Connection
from core.storage.group_commit import Locked


async def postpone(connection: Connection, locked: Locked, items: Sequence[Settlement]) -> None:
    """Set the due time of those that are to be tried again."""
    ends = [(item, item.end) for item in items if isinstance(item.end, Postponed)]
    if ends:
        await connection.execute(
            _POSTPONE,
            *_keys([item for item, _ in ends]),
            [locked.machine_now + end.wait for _, end in ends],
            [end.failure for _, end in ends],
            [0 if end.counts else 1 for _, end in ends],
            [end.anew for _, end in ends],
        )


async def bury(connection: Connection, locked: Locked, items: Sequence[Settlement]) -> None:
    """Put those on a person's list that nobody tries any more."""
    ends = [(item, item.end) for item in items if isinstance(item.end, Buried)]
    if ends:
        keys = _keys([item for item, _ in ends])
        await connection.execute(_BURY, *keys, [end.reason for _, end in ends], locked.machine_now)


def _keys(items: Sequence[Settlement]) -> tuple[list[Any], list[str], list[str]]:
    return [item.draft_id for item in items], [item.key.kind for item in items], [item.key.cause for item in items]


# A new fence, so that a settlement repeated after a lost reply finds that it was written.
_POSTPONE = """
UPDATE work w SET due_at = n.due_at, last_failure = n.failure,
       attempt = CASE WHEN n.anew THEN 0 ELSE w.attempt - n.uncounted END,
       first_attempt_at = CASE WHEN n.anew THEN NULL ELSE w.first_attempt_at END,
       crashes = 0, lease_until = NULL, offered = false, fence = nextval('fence')
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::timestamptz[], $5::text[], $6::int[], $7::boolean[])
     AS n(draft_id, kind, cause, due_at, failure, uncounted, anew)
WHERE w.draft_id = n.draft_id AND w.kind = n.kind AND w.cause = n.cause
"""

_BURY = """
UPDATE work w SET buried_at = $5::timestamptz, buried_reason = n.reason, lease_until = NULL, offered = false
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS n(draft_id, kind, cause, reason)
WHERE w.draft_id = n.draft_id AND w.kind = n.kind AND w.cause = n.cause
"""
