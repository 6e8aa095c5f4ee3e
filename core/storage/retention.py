"""Retention: drafts that were never filed are removed some time after they could last be saved to."""

from datetime import timedelta
from typing import Any

from core.storage.database import Connection, told_as_unavailable
from core.storage.drafts import forget_contents

AT_ONCE = 500  # drafts a transaction removes


async def expire(pool: Any, retention: timedelta) -> int:
    """Remove what open drafts hold whose time to be saved to ended more than `retention` ago; return how many.

    Bounded, and safe to run twice at once: each call takes at most 500 drafts that nobody else is taking.
    Errors: StoreUnavailable.
    """
    with told_as_unavailable():
        async with pool.acquire() as connection, connection.transaction():
            return await _expire(connection, retention)


async def _expire(connection: Connection, retention: timedelta) -> int:
    rows = await connection.fetch(_OVERDUE, retention, AT_ONCE)
    draft_ids = [row["draft_id"] for row in rows]
    if draft_ids:
        await forget_contents(connection, draft_ids)
        await connection.execute(_MARK_EXPIRED, draft_ids)
    return len(draft_ids)


_OVERDUE = """
SELECT draft_id FROM draft
WHERE num_nonnulls(sealed_at, deleted_at, expired_at) = 0 AND expires_at < clock_timestamp() - $1::interval
ORDER BY expires_at LIMIT $2 FOR NO KEY UPDATE SKIP LOCKED
"""
_MARK_EXPIRED = "UPDATE draft SET expired_at = clock_timestamp() WHERE draft_id = ANY($1::uuid[])"
