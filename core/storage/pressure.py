"""Pressure: what waits, since when, and what nobody is moving; read for the exporter, never on a walk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

BACKLOG_SECONDS = 2  # how long a look at the queue may take: it gives way to those who work on it
STANDING_SECONDS = 10  # and a look at all submissions, which is taken less often
STUCK_AFTER = timedelta(hours=24)  # longer than this, due work that nobody holds is a silence
MOST_SILENT = 1_000  # named at once; more are as alarming as these

STATES = ("due", "offered", "leased", "waiting")


@dataclass(frozen=True, slots=True)
class Lane:
    """The live work rows of one channel and kind."""

    channel: str
    kind: str
    due: int
    offered: int  # rung for, not claimed
    leased: int  # under way
    waiting: int  # due later
    oldest_seconds: float  # how long the oldest due or offered row has been due


@dataclass(frozen=True, slots=True)
class Standing:
    """Where accepted submissions stand."""

    buried: Mapping[str, int]  # reason: work rows on a person's list
    submissions: Mapping[str, int]  # state: submissions
    silent: frozenset[UUID]  # drafts of submissions that neither move nor are on a list
    for_a_person: int = 0  # entries of emergency registers that could not be brought in, and nobody has settled


async def read_backlog(connection: AsyncConnection) -> tuple[Lane, ...]:
    """Return the live work rows of one moment, by channel and kind. One pass over a narrow table."""
    await _be_modest(connection, BACKLOG_SECONDS)
    rows = await connection.execute(_BACKLOG)
    return tuple(
        Lane(row.channel, row.kind, row.due, row.offered, row.leased, row.waiting, float(row.oldest)) for row in rows
    )


async def read_standing(connection: AsyncConnection) -> Standing:
    """Return where submissions stand; dearer than the backlog, so to be asked less often."""
    await _be_modest(connection, STANDING_SECONDS)
    buried = {row.reason: row.rows for row in await connection.execute(_BURIED)}
    submissions = {row.state: row.rows for row in await connection.execute(_SUBMISSIONS)}
    bounds = {"stuck_after": STUCK_AFTER, "most": MOST_SILENT}
    silent = frozenset(row.draft_id for row in await connection.execute(_SILENT, bounds))
    for_a_person = (await connection.execute(_FOR_A_PERSON)).scalar_one()
    return Standing(buried, submissions, silent, for_a_person)


async def _be_modest(connection: AsyncConnection, seconds: int) -> None:
    """Take so long at most, and one processor of those that serve the counter."""
    await connection.execute(_MODEST, {"limit": f"{seconds}s"})


_MODEST = text("""
SELECT set_config('statement_timeout', :limit, true), set_config('max_parallel_workers_per_gather', '0', true)
""")

# The relay moves `due_at` when it offers a row, so a row that is offered in vain again and again never looks old by
# it; one that was never claimed (its fence is 0) has been due since it was made.
_BACKLOG = text("""
SELECT channel, kind,
       count(*) FILTER (WHERE state = 'due') AS due,
       count(*) FILTER (WHERE state = 'offered') AS offered,
       count(*) FILTER (WHERE state = 'leased') AS leased,
       count(*) FILTER (WHERE state = 'waiting') AS waiting,
       greatest(0, extract(epoch FROM now() - min(since) FILTER (WHERE state IN ('due', 'offered')))) AS oldest
FROM (
    SELECT channel, kind,
           CASE WHEN lease_until > now() THEN 'leased'
                WHEN offered THEN 'offered'
                WHEN due_at <= now() THEN 'due'
                ELSE 'waiting' END AS state,
           CASE WHEN offered AND fence = 0 THEN created_at ELSE due_at END AS since
    FROM work WHERE buried_at IS NULL
) AS live
GROUP BY channel, kind
""")

_BURIED = text("SELECT buried_reason AS reason, count(*) AS rows FROM work WHERE buried_at IS NOT NULL GROUP BY 1")

# Those of the synthetic applicant are few, and counted apart: the large count stays one pass over an index.
_SUBMISSIONS = text("""
SELECT state, sum(rows)::bigint AS rows FROM (
    SELECT state, count(*) AS rows FROM submission GROUP BY state
    UNION ALL
    SELECT s.state, -count(*) FROM synthetic y JOIN submission s USING (draft_id) GROUP BY s.state
) AS counted GROUP BY state
""")

_FOR_A_PERSON = text("SELECT count(*) FROM register_entry WHERE for_a_person AND settled_at IS NULL")

# The state and the work row change in one transaction, so in one snapshot a submission that should move has its row.
# MATERIALIZED: with the limit in sight the planner would probe for each of a hundred thousand that do move.
_SILENT = text("""
WITH still AS MATERIALIZED (
    SELECT draft_id FROM submission
    WHERE state IN ('accepted', 'in_review', 'suspended', 'reopened')
      AND NOT EXISTS (SELECT FROM work WHERE work.draft_id = submission.draft_id AND work.kind <> 'notice')
), stuck AS (
    SELECT draft_id FROM work
    WHERE buried_at IS NULL AND due_at < now() - CAST(:stuck_after AS interval)
      AND (lease_until IS NULL OR lease_until < now())
    LIMIT :most
)
SELECT draft_id FROM still UNION SELECT draft_id FROM stuck LIMIT :most
""")
