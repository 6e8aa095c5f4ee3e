"""offer: one rate after the other on the same lines, by the open model, and what each process used meanwhile."""

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import NamedTuple

from loadtest.bench import cpu
from loadtest.bench.cpu import Programs
from loadtest.bench.load import GLANCE, PATIENCE
from loadtest.bench.open_model import poisson
from loadtest.capacity.lines import Lines
from loadtest.goodput.patient import Patients
from loadtest.goodput.seconds import Seconds

LINES, MOST_LINES = 64, 6_000  # kept-alive connections: at first, and as more are needed
BEHIND = 1.0  # seconds after which what could not be sent is counted as unsent: the generator has fallen behind


@dataclass(frozen=True, slots=True)
class Stretch:
    """One rate: from when to when, in seconds since the load began, and the cores that were in use.

    `client`: those of the generator; `others`: those of programs that have nothing to do with us; `stood`: the
    longest the generator was kept from looking after anybody, in seconds.
    """

    factor: float
    rate: float
    begin: float
    end: float
    cores: Mapping[str, float]
    client: float
    others: float
    stood: float = 0.0


class _Used(NamedTuple):
    """CPU seconds used so far, and when."""

    at: float
    counter: float
    client: float
    others: float


class Offer:
    """People at one counter. Every line carries one request at a time, and who finds none free waits for one."""

    def __init__(self, lines: Lines, people: Patients, programs: Programs, random: Random) -> None:
        self._lines, self._people, self._programs, self._random = lines, people, programs, random
        self.seconds = Seconds()
        self._began = time.monotonic()
        self._waiting: deque[float] = deque()
        self._looked = self._look()

    @property
    def now(self) -> float:
        """Seconds since the load began."""
        return time.monotonic() - self._began

    def offer(self, factor: float, rate: float, seconds: float, until: Callable[[], bool] = lambda: False) -> Stretch:
        """Offer a rate for so long, or until something is so."""
        begin, used, ours, all_of_it = self.now, cpu.used(self._programs), cpu.ours(), cpu.busy()
        arrivals: Iterator[float] = (begin + at for at in poisson(rate, seconds, self._random))
        due, turned, stood = next(arrivals, None), begin, 0.0
        while due is not None and not until():
            turned, stood = self.now, max(stood, self.now - turned)
            due = self._come(due, arrivals)
            self._send()
            self._lines.wait(min(GLANCE, (due or 0.0) - self.now))
            self._leave()
            if self.now >= self._looked.at + 1:
                self._note_use()
        took = self.now - begin
        spent, ours = cpu.since(used, cpu.used(self._programs)), cpu.ours() - ours
        others = max(0.0, cpu.busy() - all_of_it - ours - sum(spent.values())) / took
        cores = {name: each / took for name, each in spent.items()}
        return Stretch(factor, rate, begin, self.now, cores, ours / took, others, stood)

    def _look(self) -> "_Used":
        used = cpu.used(self._programs)
        counters = sum(seconds for name, seconds in used.items() if name.startswith("counter"))
        client = cpu.ours()
        return _Used(self.now, counters, client, cpu.busy() - client - sum(used.values()))

    def _note_use(self) -> None:
        before, self._looked = self._looked, self._look()
        second, took = self.seconds[before.at], self._looked.at - before.at
        second.counter = (self._looked.counter - before.counter) / took
        second.client = (self._looked.client - before.client) / took
        second.others = max(0.0, self._looked.others - before.others) / took

    def drain(self) -> None:
        """Take the answers under way, as far as they come."""
        give_up_at = self.now + PATIENCE
        while self._lines.busy and self.now < give_up_at:
            self._lines.wait(GLANCE)
            self._leave()

    def _come(self, due: float | None, arrivals: Iterator[float]) -> float | None:
        now = self.now
        while due is not None and due <= now:
            self.seconds[due].meant += 1
            self._waiting.append(due)
            due = next(arrivals, None)
        while self._waiting and self._waiting[0] < now - BEHIND:
            self.seconds[self._waiting.popleft()].unsent += 1
        return due

    def _send(self) -> None:
        while self._waiting and (self._lines.idle or self._lines.open(MOST_LINES)):
            meant = self._waiting.popleft()
            self.seconds[meant].sent += 1
            self._lines.ask(self._lines.idle[-1], meant)
            self._lines.idle.pop()

    def _leave(self) -> None:
        for line in self._lines.answered(0):
            now = self.now
            self.seconds.answered(now, *self._people.last, now - line.since)
            self._lines.idle.append(line)
