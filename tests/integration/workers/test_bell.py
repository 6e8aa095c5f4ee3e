"""Redis as a bell: whatever happens to a message, the work is done, once."""

import asyncio
import threading
from contextlib import contextmanager
from uuid import uuid4

import dramatiq
import pytest
import redis
from dramatiq.errors import ConnectionClosed

from core.domain.submission import State
from tests.integration.workers.conftest import PATIENCE, SHORT
from tests.unit.workers.fakes import Facts
from workers.broker import QUEUE, Bell, message

S = State


@contextmanager
def ear(bell):
    """Dramatiq's own worker, as `python -m workers run` sets it up."""
    worker = dramatiq.Worker(bell, worker_threads=2, worker_timeout=20)
    worker.queue_prefetch = 4
    worker.start()
    try:
        yield worker
    finally:
        worker.stop(2_000)


async def decided(pipeline, *drafts):
    async with asyncio.timeout(PATIENCE):
        for draft_id in drafts:
            while (await pipeline.submission(draft_id)).decision is None:  # noqa: ASYNC110
                await asyncio.sleep(0.01)


async def test_dramatiqs_own_worker_hears_what_the_relay_rings(pipeline):
    """The pipelined messages are messages like any other, and are acknowledged."""
    drafts = [await pipeline.file() for _ in range(3)]

    with ear(pipeline.bell):
        await pipeline.relay.run_once()
        await decided(pipeline, *drafts)
        async with asyncio.timeout(PATIENCE):
            while await asyncio.to_thread(pipeline.bell.do_qsize, QUEUE):  # noqa: ASYNC110  nor has Redis
                await asyncio.sleep(0.01)

    assert "message.failed" not in pipeline.facts.count()


async def test_a_message_sent_twice_is_worked_once(pipeline):
    """And so is one that is delivered twice."""
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)

    pipeline.bell.ring([message([str(draft_id)])] * 3)
    await pipeline.hear()

    assert 5 == len(pipeline.registries.asked)
    assert [(1,)] == [tuple(row) for row in await pipeline.ledger.sql("SELECT count(*) FROM decision")]


async def test_ids_that_nobody_knows_are_heard_and_forgotten(pipeline):
    """Of another database, of another time, or no ids at all; the next message is worked."""
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)

    pipeline.bell.ring(
        [
            message([str(uuid4())]),
            message(["not an id"]),
            message([]),
            message([str(draft_id)]),
        ]
    )

    assert 4 == await pipeline.hear()
    assert S.GRANTED is (await pipeline.submission(draft_id)).state
    assert [{"failure": "ValueError"}] == pipeline.facts.named("message.failed")


async def test_an_actor_that_nobody_knows_stops_nobody(pipeline):
    """A message of another release is set aside; the next one is worked."""
    draft_id = await pipeline.file()
    await pipeline.rows.offer(10)

    with ear(pipeline.bell):
        pipeline.bell.ring([message([]).copy(actor_name="of_another_release"), message([str(draft_id)])])
        await decided(pipeline, draft_id)


async def test_a_flushed_bell_is_rung_again(build, redis_url):
    """What was offered and not claimed comes round."""
    pipeline = await build(SHORT)
    draft_id = await pipeline.file()
    assert 1 == (await pipeline.relay.run_once()).sent
    with redis.Redis.from_url(redis_url) as client:
        client.flushall()

    async with asyncio.timeout(PATIENCE):
        while (await pipeline.submission(draft_id)).decision is None:
            await pipeline.run_once()
            await asyncio.sleep(0.01)

    assert [(1,)] == [tuple(row) for row in await pipeline.ledger.sql("SELECT count(*) FROM decision")]


async def test_without_a_bell_a_worker_finds_its_work(build, nowhere):
    """The relay leaves it alone, and nothing is decided twice."""
    pipeline = await build(bell_url=nowhere)
    drafts = [await pipeline.file() for _ in range(3)]

    first = await pipeline.relay.run_once()
    assert (3, 0, "ConnectionError") == (first.offered, first.sent, first.failure)
    second = await pipeline.relay.run_once()
    assert (0, "ConnectionError") == (second.offered, second.failure)
    await pipeline.set_due()
    await pipeline.look.look_once()
    await decided(pipeline, *drafts)

    assert 1 == pipeline.facts.count()["bell.lost"]


async def test_a_frozen_bell_costs_a_moment_and_no_more(pipeline, redis_url):
    """Every answer is waited for half a second, once; the round ends, and a later one finds the bell again."""
    await pipeline.file()
    pipeline.bell.ping()
    with redis.Redis.from_url(redis_url) as client:
        client.client_pause(3_000)

    done = await pipeline.relay.run_once()

    assert (1, 0, "TimeoutError") == (done.offered, done.sent, done.failure)
    async with asyncio.timeout(PATIENCE):
        while pipeline.bell.is_lost:
            await pipeline.relay.run_once()
    assert ["bell.found", "bell.lost", "bell.found"] == [f for f, _ in pipeline.facts if f.startswith("bell")]


@contextmanager
def full(redis_url):
    """A Redis without room for anything."""
    with redis.Redis.from_url(redis_url) as client:
        client.config_set("maxmemory", 1)
        try:
            yield
        finally:
            client.config_set("maxmemory", 0)


async def test_a_full_redis_reads_as_one_that_is_away(pipeline, redis_url):
    """Whatever it answers: the relay goes on, and the workers look for themselves."""
    draft_id = await pipeline.file()

    with full(redis_url):
        done = await pipeline.relay.run_once()
        assert done.failure is not None
        assert pipeline.bell.is_lost
        await pipeline.set_due()
        await pipeline.look.look_once()
        await decided(pipeline, draft_id)


@pytest.mark.parametrize(
    "use",
    [
        lambda bell: bell.ping(),
        lambda bell: bell.ring([message([])]),
        lambda bell: bell.do_fetch(QUEUE, 1),
        lambda bell: bell.do_ack(QUEUE, "id"),
        lambda bell: bell.do_nack(QUEUE, "id"),
        lambda bell: bell.do_requeue(QUEUE, "id"),
    ],
)
def test_every_use_of_an_absent_redis_is_a_lost_connection(use, nowhere):
    """Dramatiq knows what to do about those, and about nothing else."""
    facts = Facts()
    bell = Bell(nowhere, facts)

    with pytest.raises(ConnectionClosed):
        use(bell)

    assert [("bell.lost", {"failure": "ConnectionError"})] == facts


async def test_no_queue_of_delayed_messages_is_kept(pipeline, redis_url):
    """What lives in a worker's memory dies with it, so there is no such queue and nobody polls one."""
    with ear(pipeline.bell) as worker:
        assert {QUEUE} == set(worker.consumers)
    assert not any("delay" in thread.name.lower() for thread in threading.enumerate())


async def test_redis_holds_ids_and_nothing_personal(pipeline, redis_url):
    """Whoever reads it learns nothing of anybody."""
    await pipeline.file()
    await pipeline.relay.run_once()

    with redis.Redis.from_url(redis_url) as client:
        stored = b"".join(client.dump(key) or b"" for key in client.scan_iter())
    assert b"advance" in stored
    for planted in (b"RSSMRA85T50A562W", b"IT60X0542811101000000123456", b"Maria", b"N0000001"):
        assert planted not in stored
