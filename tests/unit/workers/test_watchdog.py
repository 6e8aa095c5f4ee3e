"""A loop that hangs ends its process."""

import asyncio
from datetime import timedelta

import pytest

from tests.unit.workers.fakes import Facts
from workers.watchdog import HUNG, Watchdog


@pytest.fixture
def ended():
    return []


@pytest.fixture
def watchdog(ended):
    return Watchdog(timedelta(seconds=4), Facts(), end=ended.append)


def looks(watchdog, number, missed=0):
    for _ in range(number):
        missed = watchdog.look(missed)
    return missed


def test_a_loop_that_stands_still_for_too_long_ends_the_process(watchdog, ended, capfd):
    """Four looks in a row: the supervisor starts another, and the leases run out."""
    looks(watchdog, 3)
    assert [] == ended

    looks(watchdog, 1, missed=3)

    assert [HUNG] == ended
    assert "test_watchdog.py" in capfd.readouterr().err, "where every thread stood is on standard error"


async def test_a_loop_that_turns_is_left_alone(watchdog, ended):
    """One turn between two looks is enough."""
    turning = asyncio.create_task(watchdog.keep_turning())
    await asyncio.sleep(0)

    assert 0 == watchdog.look(3)
    assert [] == ended
    turning.cancel()
    await asyncio.gather(turning, return_exceptions=True)


def test_looks_are_counted_and_not_seconds(watchdog, ended):
    """A process that was stopped for an hour and goes on has missed no look."""
    assert 1 == looks(watchdog, 1)
    assert [] == ended
