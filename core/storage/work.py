"""Work rows: offered, claimed, kept, given back, settled under their fence, buried and replayed."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import orjson

from core.domain import switch
from core.domain.draft import Channel
from core.domain.submission import State
from core.domain.work import Attempt, Kind, Settlement, Verdict, Verification, WorkKey
from core.hooks import Observe, nobody
from core.storage.database import COMMIT_SECONDS, CONNECT_SECONDS, Connection, fetch, told_as_unavailable
from core.storage.group_commit import GroupCommit, Unit
from core.storage.notices import SettleNotice, attempts_to_tell
from core.storage.rows import ANOTHER_OF_HERS, MONTHS_ORDERED, MONTHS_TAKEN
from core.storage.settlement import Settle
from core.storage.switches import Paused, nothing_paused

CHANNELS = tuple(channel.value for channel in Channel)


@dataclass(frozen=True, slots=True)
class LeaseTerms:
    """How long a worker may hold a row, and how soon an unclaimed offer comes round again."""

    lease: timedelta
    reoffer: timedelta


class WorkRows:
    """The one way in and the one way back: whatever has to be done passes through here.

    Everything is measured with the database's machine clock. Settlements go through the group commit, all else through
    a small pool.
    """

    def __init__(
        self,
        pool: Any,
        commit: GroupCommit,
        terms: LeaseTerms,
        observe: Observe = nobody,
        paused: Paused = nothing_paused,
    ) -> None:
        """Arguments: an asyncpg pool, the writer for settlements, the terms of leases, whom to tell, what is paused."""
        self._pool, self._commit, self._terms, self._observe, self._paused = pool, commit, terms, observe, paused
        self._settle, self._settle_notice = Settle(), SettleNotice()
        self._claiming = asyncio.Lock()

    async def offer(self, room: int) -> list[WorkKey]:
        """Take up to `room` due rows, oldest first, each channel its fair share and what others leave.

        Their due time moves on by the re-offer time, so that what is not claimed comes round again. A lease that ran
        out counts as a crash here: such a row is a suspect from then on, and is not among those returned. Work of a
        paused kind stays where it is.
        """
        rows = await fetch(self._pool, _OFFER, CHANNELS, room, self._terms.reoffer, self._kinds())
        if lapsed := sum(row["crashes"] for row in rows):
            self._observe("lease.expired", count=lapsed)
        return [WorkKey(row["draft_id"], Kind(row["kind"]), row["cause"]) for row in rows if not row["crashes"]]

    def _kinds(self) -> list[str]:
        """The kinds of work that go on."""
        return [kind.value for kind in Kind if self._paused(switch.work(kind)) is None]

    async def outstanding(self) -> int:
        """Count rows that are offered and not yet claimed, so that the bell stays small."""
        rows = await fetch(self._pool, _OUTSTANDING, CHANNELS, self._terms.reoffer)
        return int(rows[0][0])

    async def claim(self, draft_ids: Sequence[UUID]) -> list[Attempt]:
        """Take what was offered of these drafts: attempt + 1, a lease and a fence, and all that the attempt needs."""
        return await self._take(_CLAIM, self._terms.lease, list(draft_ids))

    async def claim_suspects(self, most: int) -> list[Attempt]:
        """Take due rows whose last worker died, in the same way: up to `most` of those that crashed once, or one
        that crashed more often, whichever has waited longest. They need not be offered."""
        return await self._take(_CLAIM_SUSPECTS, self._terms.lease, most, self._kinds())

    async def _take(self, statement: str, *arguments: object) -> list[Attempt]:
        """One claim at a time: on one connection that knows its statements, not on four that must each learn them."""
        with told_as_unavailable():
            async with self._claiming, self._pool.acquire() as connection:
                rows = await connection.fetch(statement, *arguments)
                return await _attempts(connection, rows) if rows else []

    async def case(self, draft_id: UUID) -> Attempt:
        """Return what an attempt at deciding this submission would see now; nothing is taken, and no fence is given."""
        with told_as_unavailable():
            async with self._pool.acquire() as connection:
                (seen,) = await _attempts(connection, [{**_NOTHING_TAKEN, "draft_id": draft_id}])
                return seen

    async def extend(self, attempts: Sequence[Attempt]) -> set[int]:
        """Hold these attempts for another lease; return the fences of those still held."""
        return {row[0] for row in await fetch(self._pool, _EXTEND, *_keys(attempts), self._terms.lease)}

    async def give_back(self, attempts: Sequence[Attempt]) -> int:
        """Let go of attempts that were not made; they count neither as a try nor as a crash."""
        return len(await fetch(self._pool, _GIVE_BACK, *_keys(attempts)))

    async def settle(self, settlement: Settlement) -> tuple[State, ...]:
        """Write what an attempt came to, and return the states the submission went through.

        Errors: FenceRefused where another attempt has the row by now, or it is gone; GrantedElsewhere where a month
        of it may be granted to the person's other application; OutcomeUnknown, StoreUnavailable.
        """
        return await self._commit.put(self._unit(settlement), settlement)

    async def settle_all(self, settlements: Sequence[Settlement]) -> list[tuple[State, ...] | Exception]:
        """Write what several attempts came to; return for each, in their order, what `settle` returns or raises."""
        return await self._commit.put_all([(self._unit(settlement), settlement) for settlement in settlements])

    def _unit(self, settlement: Settlement) -> Unit[Settlement, tuple[State, ...]]:
        return self._settle_notice if settlement.key.kind is Kind.NOTICE else self._settle


async def _attempts(connection: Connection, claimed: Sequence[Any]) -> list[Attempt]:
    letters = [row for row in claimed if row["kind"] == Kind.NOTICE]
    if not letters:
        return await _attempts_to_move(connection, claimed)
    others = [row for row in claimed if row["kind"] != Kind.NOTICE]
    return [
        *(await _attempts_to_move(connection, others) if others else ()),
        *await attempts_to_tell(connection, letters),
    ]


async def _attempts_to_move(connection: Connection, claimed: Sequence[Any]) -> list[Attempt]:
    found = {row["draft_id"]: row for row in await connection.fetch(_CLAIMED, [row["draft_id"] for row in claimed])}
    not_alone = [draft_id for draft_id, row in found.items() if row["has_others"]]
    others: dict[UUID, list[Any]] = {}
    for other in await connection.fetch(_OTHERS, not_alone) if not_alone else ():
        others.setdefault(other["draft_id"], []).append(other)
    return [_attempt(row, found[row["draft_id"]], others.get(row["draft_id"], ())) for row in claimed]


_NOTHING_TAKEN = {
    "kind": Kind.DECISION,
    "cause": "",
    "fence": 0,
    "attempt": 0,
    "first_attempt_at": None,
    "created_at": None,
    "crashes": 0,
    "traceparent": None,
}


async def open_pool(database_url: str, *, size: int = 2) -> Any:
    """Open the small pool of a relay or worker; it connects when first used."""
    return await asyncpg.create_pool(
        database_url,
        min_size=0,
        max_size=size,
        timeout=CONNECT_SECONDS,
        command_timeout=COMMIT_SECONDS,
        reset=_leave_as_it_is,
        server_settings={"application_name": "approdo", "timezone": "UTC", "jit": "off"},
    )


async def _leave_as_it_is(_: Connection) -> None:
    """Nobody changes the session of these connections, and resetting it costs a round trip at every use."""


def _keys(attempts: Sequence[Attempt]) -> tuple[list[UUID], list[str], list[str], list[int]]:
    keys = [attempt.key for attempt in attempts]
    names = [key.draft_id for key in keys], [key.kind.value for key in keys], [key.cause for key in keys]
    return *names, [attempt.fence for attempt in attempts]


def _attempt(work: Any, filed: Any, others: Sequence[Any]) -> Attempt:
    return Attempt(
        key=WorkKey(work["draft_id"], Kind(work["kind"]), work["cause"]),
        fence=work["fence"],
        number_of_tries=work["attempt"],
        first_attempt_at=work["first_attempt_at"],
        created_at=work["created_at"],
        now=filed["machine_now"],
        civil_now=filed["civil_now"],
        round=filed["round"],
        programme=filed["programme"],
        channel=Channel(filed["channel"]),
        number=filed["number"],
        state=State(filed["state"]),
        arrived_at=filed["arrived_at"],
        supplementary=filed["supplementary"],
        contents=dict(zip(filed["names"] or (), filed["contents"] or (), strict=True)),
        sections=orjson.loads(filed["sections"]),
        verifications=tuple(map(_verification, filed["answers"] or ())),
        earlier_declarations=tuple(other["declarations"] for other in others if filed["supplementary"]),
        granted_elsewhere=frozenset(month for other in others for month in other["granted"] or ()),
        ordered=frozenset(filed["ordered"] or ()),
        crashes=work["crashes"],
        traceparent=work["traceparent"],
        synthetic=filed["synthetic"],
    )


def _verification(row: Any) -> Verification:
    registry, fact, question, verdict, source, evidence, answered_at = row
    return Verification(registry, fact, question, Verdict(verdict), source, evidence, answered_at)


# A lease leaves the due time where the offer put it, which spares each job an index entry; so what is due is offered
# only where nobody has it in hand.
_IN_NO_HANDS = "(lease_until IS NULL OR lease_until <= now())"

# The time to compare with is the statement's, not that of each row: only so can an index be searched for it.
# Rows are found again by where they lie: whoever moves one meanwhile keeps it, and it is found in the next round.
# A lease that has run out had a worker that died. Its row gets another fence at once, so that a worker that only slept
# writes nothing, and stays due for who sees to suspects.
_OFFER = f"""
WITH due AS (
    SELECT w.place, w.due_at, row_number() OVER (PARTITION BY c.channel ORDER BY w.due_at) AS turn
    FROM unnest($1::text[]) AS c(channel)
    CROSS JOIN LATERAL (
        SELECT ctid AS place, due_at FROM work
        WHERE channel = c.channel AND buried_at IS NULL AND crashes = 0 AND due_at <= now() AND kind = ANY($4::text[])
          AND {_IN_NO_HANDS}
        ORDER BY due_at LIMIT $2
    ) AS w
), held AS MATERIALIZED (
    SELECT ctid AS place FROM work
    WHERE ctid = ANY(ARRAY(SELECT place FROM due ORDER BY turn, due_at LIMIT $2))
      AND buried_at IS NULL AND crashes = 0 AND due_at <= now() AND {_IN_NO_HANDS}
    FOR UPDATE SKIP LOCKED
)
UPDATE work SET
    due_at = CASE WHEN lease_until IS NULL THEN clock_timestamp() + $3::interval ELSE due_at END,
    offered = lease_until IS NULL,
    crashes = (lease_until IS NOT NULL)::int,
    lease_until = NULL,
    fence = CASE WHEN lease_until IS NULL THEN fence ELSE nextval('fence') END
WHERE ctid = ANY(ARRAY(SELECT place FROM held))
RETURNING draft_id, kind, cause, crashes
"""  # noqa: S608  our own statement

# Nothing offered is due later than the re-offer time from now; beyond it lies what waits for tomorrow, perhaps a lot.
_OUTSTANDING = """
SELECT coalesce(sum(n), 0) FROM unnest($1::text[]) AS c(channel) CROSS JOIN LATERAL (
    SELECT count(*) AS n FROM work
    WHERE channel = c.channel AND buried_at IS NULL AND crashes = 0 AND offered
      AND due_at > now() AND due_at <= now() + $2::interval
) AS counted
"""

_TAKEN = """
    attempt = attempt + 1,
    fence = nextval('fence'),
    offered = false,
    lease_until = clock_timestamp() + $1::interval,
    first_attempt_at = coalesce(first_attempt_at, clock_timestamp())
WHERE ctid = ANY(ARRAY(SELECT place FROM free))
RETURNING draft_id, kind, cause, fence, attempt, first_attempt_at, created_at, crashes, traceparent
"""

_CLAIM = f"""
WITH free AS (
    SELECT ctid AS place FROM work
    WHERE draft_id = ANY($2::uuid[]) AND offered AND buried_at IS NULL
    FOR UPDATE SKIP LOCKED
)
UPDATE work SET {_TAKEN}"""  # noqa: S608  our own statement

# A suspect whose lease ran out had its next worker die too. It goes to the end of the lane.
_CLAIM_SUSPECTS = f"""
WITH due AS (
    SELECT draft_id, kind, cause, due_at, crashes + (lease_until IS NOT NULL)::int > 1 AS alone FROM work
    WHERE buried_at IS NULL AND crashes > 0 AND due_at <= now() AND kind = ANY($3::text[])
      AND {_IN_NO_HANDS}
), first AS (
    SELECT alone FROM due ORDER BY due_at LIMIT 1
), free AS (
    SELECT work.ctid AS place
    FROM work JOIN due USING (draft_id, kind, cause) JOIN first USING (alone)
    WHERE work.buried_at IS NULL AND work.crashes > 0 AND work.due_at <= now() AND {_IN_NO_HANDS}
    ORDER BY due.due_at, work.draft_id, work.kind, work.cause
    LIMIT (SELECT CASE WHEN alone THEN 1 ELSE $2::int END FROM first)
    FOR UPDATE OF work SKIP LOCKED
)
UPDATE work SET
    crashes = crashes + (lease_until IS NOT NULL)::int,
    due_at = clock_timestamp() + $1::interval,
    {_TAKEN}"""  # noqa: S608  our own statement

# A second statement: one that locks and reads at once reads with the snapshot it began with, in which what an officer
# ruled a moment ago is missing. The sealed revisions of a draft lie near each other in the index: one search with all
# their names and numbers finds them, and the last condition leaves out what only looks like one of them.
_CLAIMED = f"""
SELECT s.draft_id, s.round, s.programme, s.channel, s.number, s.state, s.arrived_at, s.supplementary, s.sections,
       clock_timestamp() AS machine_now, clock_timestamp() + civil_clock.ahead AS civil_now,
       sealed.names, sealed.contents, (
           SELECT array_agg((v.registry, v.fact, v.question, v.verdict, v.source, v.evidence, v.answered_at))
           FROM verification v WHERE v.draft_id = s.draft_id
       ) AS answers, {MONTHS_ORDERED} AS ordered, EXISTS (
           SELECT FROM live_claim c
           WHERE {ANOTHER_OF_HERS}
       ) AS has_others, EXISTS (SELECT FROM synthetic y WHERE y.draft_id = s.draft_id) AS synthetic
FROM submission s CROSS JOIN civil_clock CROSS JOIN LATERAL (
    SELECT array_agg(key) AS names, array_agg(value::int) AS revisions FROM jsonb_each_text(s.sections)
) AS named CROSS JOIN LATERAL (
    SELECT array_agg(r.section) AS names, array_agg(r.content) AS contents FROM section_revision r
    WHERE r.draft_id = s.draft_id AND r.section = ANY(named.names) AND r.revision = ANY(named.revisions)
      AND r.revision = (s.sections ->> r.section)::int
) AS sealed
WHERE s.draft_id = ANY($1::uuid[])
"""  # noqa: S608  our own statement

# What is locked is being settled, or taken by somebody else: nobody waits for it, so nobody can wait in a circle.
_STILL_HELD = """
WITH mine AS (
    SELECT w.draft_id, w.kind, w.cause
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[]) AS held(draft_id, kind, cause, fence)
    JOIN work w ON w.draft_id = held.draft_id AND w.kind = held.kind AND w.cause = held.cause
               AND w.fence = held.fence AND w.lease_until IS NOT NULL
    FOR UPDATE OF w SKIP LOCKED
)
"""

_EXTEND = f"""{_STILL_HELD}
UPDATE work w SET lease_until = clock_timestamp() + $5::interval
FROM mine
WHERE w.draft_id = mine.draft_id AND w.kind = mine.kind AND w.cause = mine.cause
  AND w.lease_until > clock_timestamp()
RETURNING w.fence
"""  # noqa: S608  our own statement

_GIVE_BACK = f"""{_STILL_HELD}
UPDATE work w SET lease_until = NULL, due_at = clock_timestamp(), attempt = w.attempt - 1
FROM mine
WHERE w.draft_id = mine.draft_id AND w.kind = mine.kind AND w.cause = mine.cause
RETURNING w.fence
"""  # noqa: S608  our own statement

# What the person's other live applications of the programme asked for, and were granted: no month is ever paid twice.
_OTHERS = f"""
SELECT mine.draft_id, r.content AS declarations, {MONTHS_TAKEN} AS granted
FROM submission mine
JOIN live_claim c ON c.programme = mine.programme AND c.person = mine.person AND c.draft_id <> mine.draft_id
JOIN submission s ON s.draft_id = c.draft_id
JOIN section_revision r ON r.draft_id = s.draft_id AND r.section = 'declarations'
 AND r.revision = (s.sections ->> 'declarations')::int
WHERE mine.draft_id = ANY($1::uuid[])
"""  # noqa: S608  our own statement
