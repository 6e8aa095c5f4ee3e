"""One more try at once, for a blip under a second."""

import pytest

from retry.inline import LONGEST_WAIT, SHORTEST_WAIT, through_a_blip
from tests.fakes.clock import FakeClock


class Blip(Exception):
    """The connection was refused."""


class Line:
    """A line to a registry that fails as scripted, each try taking so many seconds."""

    def __init__(self, *ends, seconds=0.0):
        self.clock = FakeClock()
        self.ends = list(ends)
        self.seconds = seconds
        self.tries = 0
        self.waits = []

    async def call(self):
        self.tries += 1
        self.clock.forward(self.seconds)
        end = self.ends.pop(0)
        if isinstance(end, BaseException):
            raise end
        return end

    async def sleep(self, seconds):
        self.waits.append(seconds)
        self.clock.forward(seconds)

    async def ask(self, may_repeat=lambda: True):
        return await through_a_blip(
            self.call,
            is_blip=lambda error: isinstance(error, Blip),
            may_repeat=may_repeat,
            clock=self.clock,
            sleep=self.sleep,
        )


async def test_a_blip_is_ridden_out():
    """One refused connection, then the answer, after a short and random wait."""
    line = Line(Blip(), "answer")

    assert await line.ask() == "answer"
    assert len(line.waits) == 1
    assert SHORTEST_WAIT <= line.waits[0] <= LONGEST_WAIT


async def test_there_is_one_extra_try_at_most():
    """The second failure is raised as it came; the row's due time does the rest."""
    line = Line(Blip(), Blip(), "answer")

    with pytest.raises(Blip):
        await line.ask()
    assert line.tries == 2


async def test_what_is_no_blip_is_not_tried_again():
    """An answer that is wrong stays wrong a moment later."""
    line = Line(ValueError("html"), "answer")

    with pytest.raises(ValueError, match="html"):
        await line.ask()
    assert line.tries == 1


async def test_a_failure_that_took_a_second_is_no_blip():
    """The extra try begins within a second of the first, or not at all."""
    line = Line(Blip(), "answer", seconds=0.95)

    with pytest.raises(Blip):
        await line.ask()
    assert line.tries == 1


async def test_an_extra_try_is_paid_for_or_not_made():
    """`may_repeat` is asked once, and only where a second try would follow."""
    asked = []
    line = Line(Blip(), "answer")

    with pytest.raises(Blip):
        await line.ask(may_repeat=lambda: asked.append(1))
    assert line.tries == 1

    await Line("answer").ask(may_repeat=lambda: asked.append(1))
    assert len(asked) == 1
