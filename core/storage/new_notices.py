"""New notices: written with what they tell of, each with its row of work."""

from collections.abc import Sequence
from uuid import UUID

from core.domain.work import Kind
from core.storage.database import Connection


async def insert_notices(connection: Connection, about: Sequence[tuple[UUID, str]]) -> None:
    """Add notices of these causes (core.domain.notice) to the applicants who want them."""
    if about:
        await connection.execute(
            _INSERT, [draft_id for draft_id, _ in about], [cause for _, cause in about], Kind.NOTICE
        )


async def insert_office_notice(connection: Connection, draft_id: UUID, channel: str, cause: str) -> None:
    """Add a notice for the office, which always wants them."""
    await connection.execute(_INSERT_FOR_OFFICE, draft_id, cause, Kind.NOTICE, channel)


_INSERT = """
WITH made AS (
    INSERT INTO notice (draft_id, cause, made_at)
    SELECT n.draft_id, n.cause, clock_timestamp()
    FROM unnest($1::uuid[], $2::text[]) AS n(draft_id, cause)
    JOIN submission s ON s.draft_id = n.draft_id AND s.notices
    RETURNING draft_id, cause, made_at
)
INSERT INTO work (draft_id, channel, kind, cause, due_at, created_at)
SELECT s.draft_id, s.channel, $3::text, made.cause, made.made_at, made.made_at
FROM made JOIN submission s ON s.draft_id = made.draft_id
"""
_INSERT_FOR_OFFICE = """
WITH made AS (
    INSERT INTO notice (draft_id, cause, made_at) VALUES ($1, $2, clock_timestamp()) RETURNING draft_id, cause, made_at
)
INSERT INTO work (draft_id, channel, kind, cause, due_at, created_at)
SELECT draft_id, $4::text, $3::text, cause, made_at, made_at FROM made
"""
