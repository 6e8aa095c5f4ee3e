"""What a worker has in hand."""

import asyncio
from datetime import timedelta

from core.domain.errors import StoreUnavailable
from tests.unit.workers.attempts import TERMS, an_attempt
from tests.unit.workers.fakes import FakeRegistries, FakeRows, an_advance, attempts, until
from workers.desk import Desk
from workers.kinds import decider
from workers.places import Places

MOTHER = "RSSMRA85T50A562W"


class Hung:
    """A desk whose first application waits for a registry that hangs."""

    def __init__(self, *more, places=4):
        self.rows = FakeRows(*more)
        self.registries = FakeRegistries()
        self.hanging = self.registries.hangs["identity", MOTHER] = asyncio.Event()
        self.deps = an_advance(self.rows, decide=decider(TERMS), ask=self.registries)
        self.places = Places(places)
        self.desk = Desk(self.deps, self.places)

    async def take(self, *draft_ids):
        await self.desk.take(draft_ids or list(self.rows.waiting))
        await until(lambda: bool(self.registries.asked))


async def test_the_bell_is_answered_as_soon_as_there_is_a_place():
    """A message is done with when its ids are in hand: leases see to the rest."""
    hung = Hung(an_attempt(fence=100))

    await hung.take()

    assert 3 == hung.desk.free
    hung.hanging.set()
    await until(lambda: 100 in hung.rows.settled)
    await until(lambda: hung.desk.free == 4)


async def test_where_there_is_no_place_the_bell_waits():
    """Nothing piles up in a worker's memory."""
    hung = Hung(an_attempt(fence=100), an_attempt(fence=101), places=1)
    first, second = hung.rows.waiting
    await hung.take(first)

    waiting = asyncio.create_task(hung.desk.take([second]))
    await asyncio.sleep(0)
    assert not waiting.done()
    hung.hanging.set()

    await waiting
    await until(lambda: len(hung.rows.settled) == 2)


async def test_more_ids_than_places_are_taken_in_parts():
    """A message of another's making is no reason to wait for ever."""
    some = attempts(5)
    rows, places = FakeRows(*some), Places(2)
    desk = Desk(an_advance(rows), places)

    await desk.take([attempt.key.draft_id for attempt in some])
    await until(lambda: len(rows.settled) == 5)

    await until(lambda: desk.free == 2)


async def test_a_database_that_is_away_costs_no_place():
    """What was offered comes round again."""
    rows = FakeRows(an_attempt(fence=100))
    rows.out_of_reach = StoreUnavailable()
    deps = an_advance(rows)
    desk = Desk(deps, Places(4))
    draft_id = next(iter(rows.waiting))

    await desk.take([draft_id])
    await until(lambda: desk.free == 4)

    assert [{"failure": "StoreUnavailable"}] == deps.observe.named("claim.failed")


async def test_a_closed_desk_takes_nothing():
    """A worker that is asked to stop begins nothing."""
    rows = FakeRows(an_attempt(fence=100))
    desk = Desk(an_advance(rows), Places(4))

    desk.close()
    await desk.take(list(rows.waiting))

    assert [] == rows.claims


async def test_what_is_ready_in_time_is_finished():
    """Nothing is given back that only needed a moment."""
    some = attempts(3)
    rows = FakeRows(*some)
    desk = Desk(an_advance(rows), Places(4))
    await desk.take([attempt.key.draft_id for attempt in some])

    left = await desk.drain(timedelta(seconds=60))

    assert [] == left
    assert 3 == len(rows.settled)


async def test_what_is_not_ready_in_time_is_let_go_of_to_be_given_back():
    """A hanging registry keeps nobody from leaving."""
    hung = Hung(an_attempt(fence=100))
    await hung.take()

    left = await hung.desk.drain(timedelta())

    assert [100] == [attempt.fence for attempt in left]
    assert {} == hung.rows.settled
    assert 0 == len(hung.deps.held)


async def test_an_outcome_that_is_on_its_way_is_not_let_go_of():
    """Cancelling it could only hide that it was written."""
    rows = FakeRows(an_attempt(fence=100))
    writing, written = asyncio.Event(), asyncio.Event()
    settle = rows.settle

    async def slowly(settlement):
        writing.set()
        await written.wait()
        return await settle(settlement)

    rows.settle = slowly
    desk = Desk(an_advance(rows), Places(4))
    await desk.take(list(rows.waiting))
    await writing.wait()

    leaving = asyncio.create_task(desk.drain(timedelta()))
    await asyncio.sleep(0.01)
    written.set()

    assert [100] == [attempt.fence for attempt in await leaving]
    assert 100 in rows.settled
