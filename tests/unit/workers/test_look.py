"""A worker looks for itself while the bell is silent or lost."""

import asyncio
from datetime import timedelta

import pytest

from core.domain.errors import StoreUnavailable
from tests.unit.workers.fakes import FakeRows, an_advance, attempts, until
from workers.desk import Desk
from workers.look import Look
from workers.places import Places

EVERY = timedelta(seconds=3)


class Looking:
    """A worker without a bell."""

    def __init__(self, *some, batch=100, places=400, every=EVERY):
        self.rows = FakeRows(*some)
        self.rows.offers = [each.key for each in some]
        self.deps = an_advance(self.rows)
        self.desk = Desk(self.deps, Places(places))
        self.lost = False
        self.look = Look(
            self.desk,
            self.rows,
            every=every,
            batch=batch,
            is_lost=lambda: self.lost,
            clock=self.deps.clock,
            observe=self.deps.observe,
        )


async def test_what_is_due_is_found_without_a_bell():
    """Offered to itself, claimed, settled."""
    looking = Looking(*attempts(3))

    assert not await looking.look.look_once()
    await until(lambda: len(looking.rows.settled) == 3)

    assert [3] == [fields["count"] for fields in looking.deps.observe.named("work.offered")]


async def test_no_more_is_taken_than_there_are_places_for():
    """What is not taken stays for another worker."""
    looking = Looking(*attempts(5), batch=3, places=2)

    assert await looking.look.look_once(), "there may be more"

    assert [2] == looking.rows.room_asked_for


async def looks(looking, while_true, seconds=0.05):
    task = asyncio.create_task(looking.look.keep_looking())
    try:
        async with asyncio.timeout(60):
            while while_true():  # noqa: ASYNC110  a fake has no event to wait for
                await asyncio.sleep(seconds / 10)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_bell_that_rings_is_trusted():
    """Nobody looks while messages come."""
    looking = Looking(*attempts(1), every=timedelta(milliseconds=1))
    looking.look.heard()  # and the fake clock stands still

    task = asyncio.create_task(looking.look.keep_looking())
    await asyncio.sleep(0.02)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)

    assert [] == looking.rows.room_asked_for


@pytest.mark.parametrize("why", ["silent", "lost"])
async def test_a_silent_or_lost_bell_makes_a_worker_look(why):
    """Slower, never stopped."""
    looking = Looking(*attempts(1), every=timedelta(milliseconds=1))
    looking.lost = why == "lost"
    looking.deps.clock.forward(1 if why == "silent" else 0)

    await looks(looking, lambda: not looking.rows.settled)

    assert {100} == set(looking.rows.settled)


async def test_a_database_that_is_away_does_not_end_the_looking():
    """It looks again."""
    looking = Looking(*attempts(1), every=timedelta(milliseconds=1))
    looking.deps.clock.forward(1)
    looking.rows.out_of_reach = StoreUnavailable()
    await looks(looking, lambda: not looking.deps.observe.named("look.failed"))
    looking.rows.out_of_reach = None

    await looks(looking, lambda: not looking.rows.settled)

    assert {100} == set(looking.rows.settled)
