"""Turns: how many are turned away in one turn of the event loop; whoever comes behind them waits for the next one.

libuv reads every line on which something has come before it lets anything else go on. In a crowd a turn would last as
long as all the refusals it has to write, and an answer under way waits for some twelve turns (a commit is four
replies of the store). So a turn has its bound. What has come and is not read yet waits here, as bytes.
"""

from asyncio import AbstractEventLoop
from collections import deque
from typing import Protocol

MOST_A_TURN = 16  # turned away: about a millisecond;
OF_THE_WAITING = 32  # and one in so many of those who wait, where that is more: else the queue would only grow
LATE_SECONDS = 0.1  # where somebody has waited for so long, the newest come first: who is let in is answered in time;
OLDEST = 8  # and of so many one is whoever has waited longest, so that everybody is told


class Line(Protocol):
    """A line on which something has come."""

    came_at: float | None  # seconds, on the loop's clock; None: nothing waits there

    def read_on(self) -> None:
        """Read what waits there, if anything does."""


class Turns:
    """The turns of one loop. Where nobody is turned away there is no bound, and nothing waits."""

    def __init__(self) -> None:
        self._turned_away, self._picked, self._share = 0, 0, 0
        self._waiting: deque[Line] = deque()
        self._is_due = False  # the next turn, here

    @property
    def is_over(self) -> bool:
        """Say whether what comes now waits for the next turn."""
        return self._turned_away >= max(MOST_A_TURN, self._share)

    def turned_away(self, loop: AbstractEventLoop) -> None:
        """Count one in this turn."""
        self._turned_away += 1
        self._see_to_the_next(loop)

    def wait(self, line: Line, loop: AbstractEventLoop) -> None:
        """Let a line wait for the next turn, or a later one."""
        self._waiting.append(line)
        self._see_to_the_next(loop)

    def _see_to_the_next(self, loop: AbstractEventLoop) -> None:
        if not self._is_due:
            self._is_due = True
            loop.call_soon(self._begin, loop)

    def _begin(self, loop: AbstractEventLoop) -> None:
        self._turned_away, self._is_due = 0, False
        self._share = len(self._waiting) // OF_THE_WAITING
        try:
            while self._waiting and not self.is_over:
                self._next(loop.time()).read_on()
        finally:
            if self._waiting:
                self._see_to_the_next(loop)

    def _next(self, now: float) -> Line:
        longest = self._waiting[0].came_at
        self._picked += 1
        if longest is None or now - longest < LATE_SECONDS or not self._picked % OLDEST:
            return self._waiting.popleft()
        return self._waiting.pop()
