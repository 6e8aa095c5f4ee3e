"""The synthetic applicant's drafts: named in a list that nobody else writes, left out of figures, and taken away."""

from datetime import timedelta
from uuid import UUID

from core.storage.database import connected
from core.storage.tables import DRAFT_OWNED

KEPT = timedelta(hours=1)  # after that they are taken away
AT_ONCE = 200


async def name(database_url: str, draft_id: UUID) -> None:
    """Write down that a draft is the synthetic applicant's, before anything is filed. Errors: StoreUnavailable."""
    await _do(database_url, _NAME, draft_id)


async def tidy(database_url: str, kept: timedelta = KEPT) -> None:
    """Take away what synthetic applicants left more than `kept` ago, where nothing is being done with it any more.

    Errors: StoreUnavailable.
    """
    await _do(database_url, _TIDY, kept, AT_ONCE)


async def _do(database_url: str, statement: str, *arguments: object) -> None:
    async with connected(database_url) as connection:
        await connection.execute(statement, *arguments)


_NAME = "INSERT INTO synthetic (draft_id, made_at) VALUES ($1, now())"

# Data-modifying parts of one statement see one snapshot and end together; the draft itself goes last, by its key.
_LAST = ("submission", "draft", "synthetic")
_OTHERS = ("live_claim", *(table.name for table in DRAFT_OWNED if table.name not in _LAST))
_TIDY = "\n".join(
    (
        "WITH gone AS MATERIALIZED (",
        "    SELECT y.draft_id FROM synthetic y LEFT JOIN submission s USING (draft_id)",
        "    WHERE y.made_at < now() - $1::interval AND coalesce(s.state, 'refused') IN ('refused', 'withdrawn')",
        "    AND NOT EXISTS (SELECT FROM work w WHERE w.draft_id = y.draft_id)",
        "    ORDER BY y.made_at LIMIT $2",
        "),",
        *(f"gone_{name} AS (DELETE FROM {name} WHERE draft_id IN (SELECT draft_id FROM gone))," for name in _OTHERS),  # noqa: S608
        "gone_submission AS (DELETE FROM submission WHERE draft_id IN (SELECT draft_id FROM gone)),",
        "gone_draft AS (DELETE FROM draft WHERE draft_id IN (SELECT draft_id FROM gone))",
        "DELETE FROM synthetic WHERE draft_id IN (SELECT draft_id FROM gone)",
    )
)
