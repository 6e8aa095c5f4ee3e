"""How much a worker holds at once."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.places import Places


async def test_places_are_taken_while_there_are_some():
    """No waiting where nobody has to."""
    places = Places(3)

    assert await places.take(2)
    assert await places.take(1)
    assert 0 == places.free


async def test_who_wants_too_many_waits_until_they_are_given_back():
    """The bell waits, and nothing piles up in memory."""
    places = Places(3)
    await places.take(2)

    waiting = asyncio.create_task(places.take(2))
    await asyncio.sleep(0)
    assert not waiting.done()
    places.give(1)

    assert await waiting
    assert 0 == places.free


async def test_who_wants_many_is_not_overtaken_by_who_wants_one():
    """A large message is not kept waiting for ever by small ones."""
    places = Places(3)
    await places.take(1)
    large, later = asyncio.create_task(places.take(3)), asyncio.create_task(places.take(1))
    await asyncio.sleep(0)

    assert (False, False, 0) == (large.done(), later.done(), places.free)
    places.give(1)
    assert await large
    assert not later.done()
    places.give(3)
    assert await later


async def test_a_closed_door_sends_everybody_away():
    """At the end nobody waits for ever, and nobody is let in."""
    places = Places(1)
    await places.take(1)
    waiting = asyncio.create_task(places.take(1))
    await asyncio.sleep(0)

    places.close()

    assert not await waiting
    assert not await places.take(1)


@pytest.mark.parametrize("served", [False, True])
async def test_who_is_cancelled_takes_nothing_along(served):
    """Neither while waiting nor in the moment of being served."""
    places = Places(2)
    await places.take(2)
    waiting, behind = asyncio.create_task(places.take(2)), asyncio.create_task(places.take(1))
    await asyncio.sleep(0)

    if served:
        places.give(2)
    waiting.cancel()
    if not served:
        await asyncio.gather(waiting, return_exceptions=True)
        places.give(2)

    assert await behind
    assert 1 == places.free


@given(wants=st.lists(st.integers(1, 5), max_size=30))
def test_nobody_is_overtaken_and_no_place_is_lost(wants):
    """Whatever is wanted: served in order, never more than there are, and all of them there at the end."""

    async def take_and_give() -> tuple[list[int], int, int]:
        places, served, most = Places(5), [], 0
        in_hand = 0

        async def one(number: int, wanted: int) -> None:
            nonlocal in_hand, most
            assert await places.take(wanted)
            served.append(number)
            in_hand += wanted
            most = max(most, in_hand)
            await asyncio.sleep(0)
            in_hand -= wanted
            places.give(wanted)

        await asyncio.gather(*(one(number, wanted) for number, wanted in enumerate(wants)))
        return served, most, places.free

    served, most, free = asyncio.run(take_and_give())

    assert list(range(len(wants))) == served
    assert most <= 5
    assert 5 == free
