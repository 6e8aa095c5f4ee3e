"""The open model: people come when they come, however slow the server is, and wait from the instant they meant to."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Protocol

from loadtest.bench.line import Line
from loadtest.bench.load import GLANCE, PATIENCE, NotAnswered


class Lines(Protocol):
    """What carries the requests (loadtest/bench/load.py)."""

    idle: list[Line]

    @property
    def busy(self) -> int:
        """Requests under way."""

    def ask(self, line: Line, since: float = 0.0) -> bool:
        """Send the next request on a free line; False where there is none."""

    def answered(self, seconds: float) -> Iterable[Line]:
        """Give the lines whose answers are there."""

    def wait(self, seconds: float) -> None:
        """Wait until an answer comes, or for so long."""


def poisson(rate: float, seconds: float, random: Random) -> Iterator[float]:
    """Yield the instants, in seconds from now, of arrivals at `rate` a second that know nothing of each other."""
    at = random.expovariate(rate)
    while at < seconds:
        yield at
        at += random.expovariate(rate)


def evenly(rate: float, count: int) -> Iterator[float]:
    """Yield `count` instants at one pace."""
    return (number / rate for number in range(count))


def arrive(lines: Lines, offsets: Iterable[float], now: Callable[[], float] = time.monotonic) -> list[float]:
    """Ask at the given instants (seconds from now, rising), and return the latencies in the order of the answers.

    A latency is in seconds from the intended instant: a request that finds no free line waits for one, and that wait
    is its own. Errors: NotAnswered.
    """
    crowd = _Crowd(lines, offsets, now)
    while crowd.goes_on():
        crowd.come()
        crowd.send()
        lines.wait(crowd.pause())
        crowd.leave()
    return crowd.latencies


class _Crowd:
    def __init__(self, lines: Lines, offsets: Iterable[float], now: Callable[[], float]) -> None:
        self._lines, self._offsets, self._now = lines, iter(offsets), now
        self._start = self._last = now()
        self._waiting: deque[float] = deque()
        self._due = self._next()
        self.latencies: list[float] = []

    def goes_on(self) -> bool:
        """Say whether anybody is still to come or to be answered. Errors: NotAnswered."""
        if self._due is not None:
            return True
        left = len(self._waiting) + self._lines.busy
        if left and self._now() > self._last + PATIENCE:
            raise NotAnswered(f"{left} requests without an answer {PATIENCE:.0f} s after the last arrival")
        return left > 0

    def come(self) -> None:
        """Let everybody in whose instant has come."""
        now = self._now()
        while self._due is not None and self._due <= now:
            self._waiting.append(self._due)
            self._last, self._due = self._due, self._next()

    def send(self) -> None:
        """Send for those who wait, as far as lines are free; when there is nothing more to ask, nobody comes."""
        while self._waiting and self._lines.idle:
            if self._lines.ask(self._lines.idle[-1], self._waiting[0]):
                self._lines.idle.pop()
                self._waiting.popleft()
            else:
                self._due = None
                self._waiting.clear()

    def pause(self) -> float:
        """Return the seconds until the next arrival."""
        return GLANCE if self._due is None else self._due - self._now()

    def leave(self) -> None:
        """Note the latency of everybody who was answered."""
        for line in self._lines.answered(0):
            self.latencies.append(self._now() - line.since)
            self._lines.idle.append(line)

    def _next(self) -> float | None:
        offset = next(self._offsets, None)
        return None if offset is None else self._start + offset
