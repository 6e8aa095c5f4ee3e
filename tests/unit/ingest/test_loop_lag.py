"""Loop lag: known as soon as anybody asks, and forgotten as soon as the loop turns as it should."""

import asyncio

import pytest

from core.hooks import nobody
from ingest.admission.admission import Admission
from ingest.admission.classes import Class, Kind
from ingest.admission.place import Place
from ingest.http.refusal import Refusal
from ingest.loop_lag import LOOK_SECONDS, MOST_SECONDS, LoopLag
from tests.fakes.clock import FakeClock


async def test_a_loop_that_stood_still_is_too_late_until_it_turns_again():
    """Asked before the overdue look as after it; a look that comes in time forgets it."""
    clock, looked = FakeClock(), asyncio.Queue()
    lag = LoopLag(clock, lambda _, seconds: looked.put_nowait(seconds))
    watching = asyncio.create_task(lag.watch())
    await asyncio.sleep(0)

    clock.forward(LOOK_SECONDS + MOST_SECONDS)
    just_in_time = lag.too_late()
    clock.forward(1)
    overdue = lag.too_late()
    late = await looked.get()
    noted = lag.too_late()
    await asyncio.sleep(0)
    clock.forward(LOOK_SECONDS)
    in_time = await looked.get()
    again = lag.too_late()
    watching.cancel()

    assert [False, True, True, False] == [just_in_time, overdue, noted, again]
    assert [MOST_SECONDS + 1, 0] == [round(late, 6), round(in_time, 6)]


def test_a_loop_nobody_looks_at_is_never_too_late():
    """Before the process has begun to look."""
    assert not LoopLag(FakeClock(), nobody).too_late()


def test_a_counter_that_is_too_late_takes_nothing_new():
    """503, before the body is read."""
    late = [False]
    admission = Admission(lambda: False, FakeClock(), too_late=lambda: late[0])
    place = Place(admission, Kind("section.save", Class.KEEPING))
    assert place.refused() is None
    late[0] = True

    with pytest.raises(Refusal, match="overloaded"):
        place.take()
