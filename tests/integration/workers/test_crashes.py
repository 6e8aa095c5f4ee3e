"""Workers that die, and rows that kill them: nothing is lost, nothing runs twice, nothing comes back for ever."""

import asyncio

from core.domain.submission import State
from core.domain.work import Concluded, Postponed
from tests.integration.workers.conftest import PATIENCE, SHORT
from workers.settling import write
from workers.step import settled

S = State
MOTHER = "RSSMRA85T50A562W"


async def suspected(pipeline, draft_id, crashes=1):
    """Relay until the lease of this row has run out and it is a suspect, due, with so many crashes before."""
    async with asyncio.timeout(PATIENCE):
        while True:
            offers = await pipeline.rows.offer(10)
            assert draft_id not in [key.draft_id for key in offers], "offered, to be run in company"
            (row,) = await pipeline.ledger.sql(SUSPECT, draft_id)
            if row["crashes"] == crashes and row["is_due"]:
                return
            await asyncio.sleep(0.01)


SUSPECT = """
SELECT crashes + (crashes > 0 AND lease_until IS NOT NULL)::int AS crashes,
       greatest(due_at, lease_until) <= clock_timestamp() AS is_due
FROM work WHERE draft_id = $1
"""


async def die_with(pipeline, *draft_ids):
    """A worker claims the rows and is never heard of again."""
    attempts = await pipeline.rows.claim(draft_ids)
    assert {*draft_ids} == {attempt.key.draft_id for attempt in attempts}


async def die_alone(pipeline, most=10):
    """A lone worker takes what it may and is never heard of again; return the drafts."""
    return {attempt.key.draft_id for attempt in await pipeline.rows.claim_suspects(most)}


async def test_what_a_dead_worker_held_is_run_again_by_the_lone_worker(build):
    """Its lease runs out; nobody who has other work in hand is given it any more."""
    pipeline = await build(SHORT)
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)
    await die_with(pipeline, draft_id)

    await suspected(pipeline, draft_id)
    assert [] == await pipeline.rows.claim([draft_id]), "not in company"
    assert 1 == await pipeline.lone.run_once()

    assert S.GRANTED is (await pipeline.submission(draft_id)).state


async def test_suspects_hold_up_no_ordinary_work(build):
    """A worker died with rows whose registry hangs; what was filed after them is decided meanwhile, by anybody."""
    pipeline = await build(SHORT)
    dead = [await pipeline.file() for _ in range(3)]
    await pipeline.rows.offer(10)
    await die_with(pipeline, *dead)
    for draft_id in dead:
        await suspected(pipeline, draft_id)
    hanging = pipeline.registries.hangs["identity", MOTHER] = asyncio.Event()
    lone = asyncio.create_task(pipeline.lone.run_once())
    async with asyncio.timeout(PATIENCE):
        while [fact for fact, _ in pipeline.registries.asked].count("identity") < 3:  # noqa: ASYNC110  it has no event to wait for
            await asyncio.sleep(0.002)
    del pipeline.registries.hangs["identity", MOTHER]

    good = await pipeline.file()
    await pipeline.run_once()

    assert S.GRANTED in await pipeline.states(good)
    assert not lone.done()
    hanging.set()
    await lone


async def test_what_dies_in_a_few_is_run_one_by_one(build):
    """A first crash accuses nobody, so a few are run together; after a second one each of them is run alone."""
    pipeline = await build(SHORT)
    dead = {await pipeline.file() for _ in range(3)}
    await pipeline.rows.offer(10)
    await die_with(pipeline, *dead)
    for draft_id in dead:
        await suspected(pipeline, draft_id)

    assert dead == await die_alone(pipeline)
    for draft_id in dead:
        await suspected(pipeline, draft_id, crashes=2)
    later = [await die_alone(pipeline) for _ in dead]

    assert [1, 1, 1] == [len(drafts) for drafts in later]
    assert dead == set.union(*later)


async def test_the_lane_serves_who_has_waited_longest(build):
    """One that is to be run alone does not overtake the few before it, nor they it."""
    pipeline = await build(SHORT)
    first, second, third = [await pipeline.file() for _ in range(3)]
    for draft_id, crashes, since in ((first, 1, 3), (second, 2, 2), (third, 1, 1)):
        await pipeline.ledger.sql(SUSPECTS_SINCE, draft_id, crashes, since)

    assert [{first, third}, {second}] == [await die_alone(pipeline), await die_alone(pipeline)]


SUSPECTS_SINCE = (
    "UPDATE work SET crashes = $2, due_at = clock_timestamp() - make_interval(mins => $3) WHERE draft_id = $1"
)


async def test_a_row_that_kills_each_worker_is_buried_and_the_others_go_on(build):
    """In company, among suspects, then alone until it is enough: a person's list, and no further attempt."""
    pipeline = await build(SHORT)
    poison, good = await pipeline.file(), await pipeline.file()
    await pipeline.rows.offer(1)
    await die_with(pipeline, poison)
    for crashes in (1, 2):
        await suspected(pipeline, poison, crashes)
        await die_alone(pipeline)

    await suspected(pipeline, poison, 3)
    await pipeline.lone.run_once()
    async with asyncio.timeout(PATIENCE):
        while S.GRANTED not in await pipeline.states(good):  # looking for suspects offered it: it comes round again
            await pipeline.run_once()

    (buried,) = await pipeline.ledger.operators.buried()
    assert ("crashes", poison) == (buried.reason, buried.key.draft_id)
    assert S.NEEDS_OFFICER is (await pipeline.submission(poison)).state
    assert S.GRANTED not in await pipeline.states(poison)


async def test_a_suspect_that_behaves_is_a_suspect_no_longer(build):
    """It crashed in bad company: after an attempt that ended, its crashes are forgotten."""
    pipeline = await build(SHORT)
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)
    await die_with(pipeline, draft_id)
    await suspected(pipeline, draft_id)
    (attempt,) = await pipeline.rows.claim_suspects(10)

    await pipeline.rows.settle(settled(attempt, Postponed(SHORT.lease, "transient:status-503", counts=True)))

    async with asyncio.timeout(PATIENCE):
        while not await pipeline.rows.offer(10):  # noqa: ASYNC110  it becomes due
            await asyncio.sleep(0.01)


async def test_a_zombie_writes_nothing(build):
    """A worker that was frozen past its lease finds its fence used up; the decision of the other stands."""
    pipeline = await build(SHORT)
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)
    (zombie,) = await pipeline.rows.claim([draft_id])
    await suspected(pipeline, draft_id)
    await pipeline.lone.run_once()
    before = await pipeline.states(draft_id)

    written = await write(
        settled(zombie, Concluded(())), pipeline.rows.settle, pipeline.deps.clock, SHORT.lease, pipeline.facts
    )

    assert written is None
    assert 1 == pipeline.facts.count()["fence.refused"]
    assert before == await pipeline.states(draft_id)
    assert [(1,)] == [tuple(row) for row in await pipeline.ledger.sql("SELECT count(*) FROM decision")]


async def test_what_is_given_back_was_never_tried(build):
    """A deploy counts neither as a try nor as a crash."""
    pipeline = await build(SHORT)
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)
    attempts = await pipeline.rows.claim([draft_id])

    assert 1 == await pipeline.rows.give_back(attempts)

    assert [draft_id] == [key.draft_id for key in await pipeline.rows.offer(10)]
    (row,) = await pipeline.work(draft_id)
    assert (0, 0) == (row["attempt"], row["crashes"])


async def test_what_was_settled_meanwhile_is_not_given_back(pipeline):
    """An outcome that was on its way when the worker stopped stands."""
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)
    attempts = await pipeline.rows.claim([draft_id])
    await pipeline.rows.settle(settled(attempts[0], Postponed(SHORT.lease, "transient:status-503", counts=True)))

    assert 0 == await pipeline.rows.give_back(attempts)
    (row,) = await pipeline.work(draft_id)
    assert 1 == row["attempt"]


async def test_a_heartbeat_keeps_the_lease(build):
    """As long as somebody beats, nobody else is offered the row; then somebody is."""
    pipeline = await build(SHORT)
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)
    attempts = await pipeline.rows.claim([draft_id])

    for _ in range(10):
        await asyncio.sleep(SHORT.lease.total_seconds() / 4)
        if await pipeline.rows.extend(attempts) != {attempts[0].fence}:
            return  # the machine was too busy to beat in time; nothing can be said
        assert [] == await pipeline.rows.offer(10)

    await suspected(pipeline, draft_id)
    assert set() == await pipeline.rows.extend(attempts)


async def test_a_heartbeat_waits_for_nobody(pipeline):
    """Rows that are locked (being settled) are passed over, the others are extended: no circle of waiting."""
    drafts = [await pipeline.file() for _ in range(3)]
    await pipeline.rows.offer(10)
    attempts = await pipeline.rows.claim(drafts)

    async with pipeline.ledger.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM work WHERE draft_id = $1 FOR UPDATE", drafts[0])
        async with asyncio.timeout(PATIENCE):
            extended = await pipeline.rows.extend(attempts)
            given_back = await pipeline.rows.give_back(attempts)

    others = {attempt.fence for attempt in attempts if attempt.key.draft_id != drafts[0]}
    assert (others, 2) == (extended, given_back)
