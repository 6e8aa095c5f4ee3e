"""Workers that die, and rows that kill them: nothing is lost, nothing runs twice, nothing comes back for ever."""

import asyncio

from core.domain.submission import State
from core.domain.work import Concluded, Postponed
from tests.integration.workers.conftest import PATIENCE, SHORT
from workers.settling import write
from workers.step import settled

S = State


async def offered_again(pipeline, draft_id):
    """Look until this draft is due; return its offer."""
    async with asyncio.timeout(PATIENCE):
        while True:
            for offer in await pipeline.rows.offer(10):
                if offer.key.draft_id == draft_id:
                    return offer
            await asyncio.sleep(0.01)


async def die_with(pipeline, draft_id, *, alone=False):
    """A worker claims the row and is never heard of again."""
    attempts = await pipeline.rows.claim([draft_id], alone=alone)
    assert [draft_id] == [attempt.key.draft_id for attempt in attempts]


async def test_what_a_dead_worker_held_is_run_again_alone(build):
    """Its lease runs out, and the next attempt takes nothing else meanwhile."""
    pipeline = await build(SHORT)
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)
    await die_with(pipeline, draft_id)

    offer = await offered_again(pipeline, draft_id)
    assert (True, False) == (offer.alone, offer.spent)
    assert [] == await pipeline.rows.claim([draft_id]), "not in company"
    await pipeline.desk.take_alone(draft_id)
    await pipeline.at_rest()

    assert S.GRANTED is (await pipeline.submission(draft_id)).state


async def test_a_row_that_kills_each_worker_is_buried_and_the_others_go_on(build):
    """Once in company, then alone until it is enough: a person's list, where she can see it, and no further attempt."""
    pipeline = await build(SHORT)
    poison, good = await pipeline.file(), await pipeline.file()
    await pipeline.rows.offer(10)
    await die_with(pipeline, poison)
    await offered_again(pipeline, poison)
    await die_with(pipeline, poison, alone=True)

    async with asyncio.timeout(PATIENCE):
        while (await pipeline.submission(poison)).state is not S.NEEDS_OFFICER:
            await pipeline.run_once()
            await asyncio.sleep(0.01)
    await pipeline.run_once()

    (buried,) = await pipeline.ledger.operators.buried()
    assert ("crashes", poison) == (buried.reason, buried.key.draft_id)
    assert S.GRANTED in await pipeline.states(good)
    assert S.GRANTED not in await pipeline.states(poison)


async def test_a_suspect_that_behaves_is_a_suspect_no_longer(build):
    """It crashed in bad company: after an attempt that ended, its crashes are forgotten."""
    pipeline = await build(SHORT)
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)
    await die_with(pipeline, draft_id)
    await offered_again(pipeline, draft_id)
    (attempt,) = await pipeline.rows.claim([draft_id], alone=True)

    await pipeline.rows.settle(settled(attempt, Postponed(SHORT.lease, "transient:status-503", counts=True)))

    offer = await offered_again(pipeline, draft_id)
    assert not offer.alone


async def test_a_zombie_writes_nothing(build):
    """A worker that was frozen past its lease finds its fence used up; the decision of the other stands."""
    pipeline = await build(SHORT)
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)
    (zombie,) = await pipeline.rows.claim([draft_id])
    await offered_again(pipeline, draft_id)
    await pipeline.desk.take_alone(draft_id)
    await pipeline.at_rest()
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

    (offer,) = await pipeline.rows.offer(10)
    (row,) = await pipeline.work(draft_id)
    assert (False, 0, 0) == (offer.alone, row["attempt"], row["crashes"])


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

    offer = await offered_again(pipeline, draft_id)
    assert offer.alone
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
