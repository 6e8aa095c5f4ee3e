"""Rows of the ledger, written directly: what the exporter must be able to read."""

from datetime import timedelta
from uuid import uuid4

NOW = timedelta()


async def add_submission(connection, state="accepted", *, channel="web"):
    """Add a sealed draft and its submission; return the draft's id."""
    draft_id = uuid4()
    await connection.execute(
        """
        WITH made AS (
            INSERT INTO draft (draft_id, programme, channel, form_version, fingerprint, created_at, expires_at,
                               sealed_at)
            VALUES ($1, 'bonus-mamme-2025', $3, '1', '', now(), now() + interval '9 days', now())
        )
        INSERT INTO submission (draft_id, number, programme, channel, "window", supplementary, arrived_at, filed_at,
                                filed_sections, sections, state, state_since, round, receipt, trial)
        VALUES ($1, $4, 'bonus-mamme-2025', $3, 'ordinary', false, now(), now(), '{}', '{}', $2, now(), 1, '', false)
        """,
        draft_id,
        state,
        channel,
        draft_id.hex[:8].upper(),
    )
    return draft_id


async def add_work(connection, draft_id, *, channel="web", kind="decision", due=NOW, made=NOW, lease=None, **columns):
    """Add a work row: due in `due`, made `made` from now, leased for `lease`."""
    row = {"offered": False, "attempt": 0, "crashes": 0, "fence": 0, "buried_reason": None, **columns}
    await connection.execute(
        """
        INSERT INTO work (draft_id, kind, cause, channel, due_at, created_at, lease_until, offered, attempt, crashes,
                          fence, buried_at, buried_reason)
        VALUES ($1, $2, 'filed', $3, now() + $4, now() + $5, now() + $6, $7, $8, $9, $10,
                CASE WHEN $11::text IS NOT NULL THEN now() END, $11)
        """,
        draft_id,
        kind,
        channel,
        due,
        made,
        lease,
        *row.values(),
    )


async def add(connection, state="accepted", *, channel="web", **work):
    """Add a submission and its work row."""
    draft_id = await add_submission(connection, state, channel=channel)
    await add_work(connection, draft_id, channel=channel, **work)
    return draft_id
