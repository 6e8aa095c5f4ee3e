"""The balance, read: a sample of the newest and of any age, so that a million rows cost what a thousand do."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.balance import Invariant, Kept, Weighed

SAMPLE = 200  # submissions of each kind: latest decided, latest filed and not decided, any
MOST_BROKEN = 1_000  # named at once; more are as alarming as these
LONGEST = timedelta(hours=25)  # a decision is made or handed to a person within a day; then an hour to be noticed
SECONDS = 5  # a look may take


async def weigh(connection: AsyncConnection) -> tuple[dict[Invariant, Weighed], list[Kept]]:
    """Look at every invariant that the database can judge, and return the filings of the sample for the others."""
    await connection.execute(_MODEST, {"limit": f"{SECONDS}s"})
    sample = await _sample(connection)
    found = {
        Invariant.ACCOUNTED: await _judged(connection, _UNACCOUNTED, sample),
        Invariant.ONE_LIVE: await _judged(connection, _NOT_ONE_LIVE, sample),
        Invariant.VERIFIED: await _judged(connection, _UNVERIFIED, sample),
        Invariant.IN_TIME: await _in_time(connection),
    }
    return found, await _kept(connection, sample)


async def _sample(connection: AsyncConnection) -> list[UUID]:
    """Ids lie in the order of time, so what lies around a random one is of some time or other."""
    bounds = (await connection.execute(_BOUNDS)).one()
    if bounds.first is None:
        return []
    first, last = bounds.first.int, bounds.last.int
    random = UUID(int=first + secrets.randbelow(last - first + 1))
    return list((await connection.execute(_SAMPLE, {"random": random, "sample": SAMPLE})).scalars())


async def _judged(connection: AsyncConnection, broken: TextClause, sample: Sequence[UUID]) -> Weighed:
    rows = (await connection.execute(broken, {"sample": sample})).scalars()
    return Weighed(len(sample), frozenset(rows))


async def _in_time(connection: AsyncConnection) -> Weighed:
    """Not of a sample: whoever is too late is too late. By machine time, which no demonstration shifts."""
    row = (await connection.execute(_LATE, {"longest": LONGEST, "most": MOST_BROKEN})).one()
    return Weighed(row.looked_at, frozenset(row.late or ()))


async def _kept(connection: AsyncConnection, sample: Sequence[UUID]) -> list[Kept]:
    digests: dict[UUID, dict[tuple[str, int], bytes]] = {}
    for row in await connection.execute(_DIGESTS, {"sample": sample}):
        digests.setdefault(row.draft_id, {})[row.section, row.revision] = row.digest
    rows = await connection.execute(_FILINGS, {"sample": sample})
    return [Kept(row.draft_id, row.number, row.receipt, digests.get(row.draft_id, {})) for row in rows]


_MODEST = text("""
SELECT set_config('statement_timeout', :limit, true), set_config('max_parallel_workers_per_gather', '0', true)
""")
_BOUNDS = text("""
SELECT (SELECT draft_id FROM submission ORDER BY draft_id LIMIT 1) AS first,
       (SELECT draft_id FROM submission ORDER BY draft_id DESC LIMIT 1) AS last
""")

# Each part walks the end of an index.
_SAMPLE = text("""
(SELECT draft_id FROM decision ORDER BY decided_at DESC LIMIT :sample)
UNION (SELECT draft_id FROM submission WHERE state = 'accepted' ORDER BY state_since DESC LIMIT :sample)
UNION (SELECT draft_id FROM submission WHERE state = 'in_review' ORDER BY state_since DESC LIMIT :sample)
UNION (SELECT draft_id FROM submission WHERE draft_id >= :random ORDER BY draft_id LIMIT :sample)
UNION (SELECT draft_id FROM submission WHERE draft_id < :random ORDER BY draft_id DESC LIMIT :sample)
""")

# The state and what follows from it are written in one transaction, so in one snapshot they agree.
_UNACCOUNTED = text("""
SELECT s.draft_id FROM submission s
WHERE s.draft_id = ANY(:sample) AND CASE
    WHEN s.state IN ('granted', 'granted_in_part', 'refused', 'payment_ordered', 'payment_failed', 'paid')
    THEN NOT EXISTS (SELECT FROM decision d WHERE d.draft_id = s.draft_id AND d.round = s.round)
    WHEN s.state IN ('accepted', 'in_review', 'suspended', 'reopened', 'needs_officer')
    THEN NOT EXISTS (SELECT FROM work w WHERE w.draft_id = s.draft_id AND w.kind = 'decision')
    ELSE s.state NOT IN ('needs_applicant', 'withdrawn')
END
""")

# In the first round nothing has been given up and asked for again. A claim of the sample's persons is of a live one.
_NOT_ONE_LIVE = text("""
SELECT s.draft_id FROM submission s
LEFT JOIN live_claim c ON c.programme = s.programme AND c.person = s.person AND c."window" = s."window"
WHERE s.draft_id = ANY(:sample) AND s.person IS NOT NULL AND s.round = 1
  AND s.state NOT IN ('refused', 'withdrawn') AND c.draft_id IS DISTINCT FROM s.draft_id
UNION
SELECT c.draft_id FROM live_claim c JOIN submission s ON s.draft_id = c.draft_id
WHERE c.draft_id = ANY(:sample) AND s.state = 'withdrawn'
""")

_UNVERIFIED = text("""
SELECT d.draft_id FROM decision d
WHERE d.draft_id = ANY(:sample) AND (d.verifications = '[]' OR EXISTS (
    SELECT FROM jsonb_array_elements(d.verifications) AS used
    WHERE NOT EXISTS (
        SELECT FROM verification v
        WHERE v.draft_id = d.draft_id AND v.registry = used ->> 0 AND v.question = decode(used ->> 2, 'hex')
    )
))
""")

_LATE = text("""
WITH waiting AS (
    SELECT w.draft_id, w.created_at FROM work w
    WHERE w.buried_at IS NULL AND w.kind = 'decision'
), late AS (
    SELECT w.draft_id FROM waiting w JOIN submission s USING (draft_id)
    WHERE w.created_at < now() - CAST(:longest AS interval) AND s.state IN ('accepted', 'in_review') LIMIT :most
), overdue AS (
    SELECT draft_id FROM submission WHERE state = 'suspended' AND next_check_at < now() - interval '1 hour' LIMIT :most
)
SELECT (SELECT count(*) FROM waiting) AS looked_at,
       (SELECT array_agg(draft_id) FROM (SELECT * FROM late UNION SELECT * FROM overdue) AS both_kinds) AS late
""")

_DIGESTS = text("SELECT draft_id, section, revision, digest FROM section_revision WHERE draft_id = ANY(:sample)")
# Of a filing before `filing` was its own table, or by a counter of the version before, the receipt is in `submission`.
_FILINGS = text("""
SELECT s.draft_id, s.number, coalesce(f.receipt, s.receipt, '') AS receipt
FROM submission s LEFT JOIN filing f ON f.draft_id = s.draft_id WHERE s.draft_id = ANY(:sample)
""")
