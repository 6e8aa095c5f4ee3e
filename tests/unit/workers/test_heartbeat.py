"""Leases are kept while work is in hand, and what is lost is let go of."""

import asyncio
from datetime import timedelta

import pytest

from core.domain.errors import StoreUnavailable
from core.settings import Loop
from core.storage.database import COMMIT_SECONDS
from tests.unit.workers.attempts import TERMS, an_attempt
from tests.unit.workers.fakes import FakeRegistries, FakeRows, an_advance, until
from workers.advance import advance
from workers.heartbeat import AGAIN_SECONDS, beat
from workers.kinds import decider

EVERY = timedelta(seconds=5)


class InHand:
    """One attempt that waits for a registry."""

    def __init__(self):
        self.rows, self.registries = FakeRows(an_attempt(fence=100)), FakeRegistries()
        self.hanging = self.registries.hangs["identity", "RSSMRA85T50A562W"] = asyncio.Event()
        self.deps = an_advance(self.rows, decide=decider(TERMS), ask=self.registries)
        self.facts, self.clock = self.deps.observe, self.deps.clock
        self.under_way = asyncio.create_task(advance(list(self.rows.waiting), self.deps))

    async def beat(self, after):
        await until(lambda: bool(self.registries.asked))
        self.clock.forward(after)
        return await beat(self.deps.held, self.rows, EVERY, self.clock, self.facts)

    async def end(self):
        self.hanging.set()
        await self.under_way


@pytest.fixture
async def in_hand():
    in_hand = InHand()
    yield in_hand
    await in_hand.end()


async def test_a_lease_is_extended_with_each_beat(in_hand):
    """As long as its worker lives."""
    await in_hand.beat(after=5)
    await in_hand.beat(after=5)

    assert [[100], [100]] == in_hand.rows.extended
    assert [{"count": 1}, {"count": 1}] == in_hand.facts.named("lease.extended")


async def test_a_fresh_lease_is_left_alone(in_hand):
    """What is done within a beat costs no heartbeat."""
    await in_hand.beat(after=1)

    assert [] == in_hand.rows.extended


async def test_work_whose_lease_was_lost_stops(in_hand):
    """Somebody else has it; the registries are not kept busy for nothing."""
    in_hand.rows.held.clear()

    await in_hand.beat(after=5)
    await in_hand.under_way

    assert {} == in_hand.rows.settled
    assert [{"count": 1}] == in_hand.facts.named("fence.refused")
    assert 0 == len(in_hand.deps.held)


async def test_a_beat_that_cannot_reach_the_database_lets_go_of_nothing(in_hand):
    """The lease runs on for a while; the next beat tries again."""
    in_hand.rows.out_of_reach = StoreUnavailable()
    await in_hand.beat(after=5)
    in_hand.rows.out_of_reach = None
    await in_hand.beat(after=5)

    assert {"heartbeat.failed": 1, "lease.extended": 1, "work.claimed": 1} == in_hand.facts.count()
    assert [[100]] == in_hand.rows.extended


async def test_a_beat_that_is_not_answered_is_soon_followed_by_another(in_hand):
    """It waited for an answer, and as long for the end of what it asked; the lease has to hold until the next.

    The oldest was half a beat too young for the beat before.
    """
    in_hand.rows.out_of_reach = StoreUnavailable()
    soon = await in_hand.beat(after=5)
    in_hand.rows.out_of_reach = None

    assert [soon, EVERY.total_seconds()] == [AGAIN_SECONDS, await in_hand.beat(after=1)]
    assert 1.5 * EVERY.total_seconds() + 2 * COMMIT_SECONDS + soon < Loop().lease.total_seconds()


async def test_an_outcome_on_its_way_is_not_let_go_of():
    """A row that is being settled is locked, so the beat does not see it: that is no loss."""
    rows = FakeRows(an_attempt(fence=100))
    writing, written = asyncio.Event(), asyncio.Event()
    settle = rows.settle

    async def slowly(settlement):
        writing.set()
        await written.wait()
        return await settle(settlement)

    rows.settle = slowly
    deps = an_advance(rows)
    under_way = asyncio.create_task(advance(list(rows.waiting), deps))
    await writing.wait()

    held, rows.held = rows.held, set()
    deps.clock.forward(5)
    await beat(deps.held, rows, EVERY, deps.clock, deps.observe)
    rows.held = held
    written.set()
    await under_way

    assert {100} == set(rows.settled)
    assert [] == deps.observe.named("fence.refused")
