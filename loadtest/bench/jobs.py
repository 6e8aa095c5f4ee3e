"""Jobs: how a system of workers takes its turn, whatever it is made of."""

import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from random import Random
from typing import Protocol

from loadtest.bench import cpu
from loadtest.bench.cpu import Programs
from loadtest.bench.figures import Full, Open, Round
from loadtest.bench.load import NotAnswered
from loadtest.bench.open_model import poisson
from loadtest.bench.plan import Plan

PATIENCE = 60.0  # seconds for all jobs of one measurement
LOOK = 0.1  # seconds between two looks at what is left
WARM = 0.2  # of the jobs of a turn, done before anything is counted: each process has to have had its share
OPEN = 0.3  # of the jobs of a turn, kept for the open model


class Crew(Protocol):
    """Workers that run, with jobs that are ready to be given to them."""

    @property
    def programs(self) -> Programs:
        """All whose CPU a job costs."""

    @property
    def ready(self) -> int:
        """Jobs that can still be given out."""

    def lay_out(self, count: int) -> None:
        """Get so many jobs ready for `give`, as far as that is paid for before any worker sees them."""

    def give(self) -> None:
        """Give out what was laid out, all at once."""

    def give_at(self, offsets: Sequence[float]) -> list[float]:
        """Give out one job at each offset (seconds from now), wait for all, and return the seconds each took."""

    def left(self) -> int:
        """Count the jobs that were given out and are not done."""


class Workers(Protocol):
    """A system of workers."""

    def hired(self, jobs: int) -> AbstractContextManager[Crew]:
        """Start them with so many jobs at most, and stop them at the end of the block."""


@dataclass(frozen=True, slots=True)
class Jobs:
    """A system of workers as a contestant."""

    name: str
    title: str
    workers: Workers

    def turn(self, plan: Plan, random: Random) -> Round:
        """Take one turn: all at once, then one by one at half of the rate. Errors: NotAnswered, NotStarted."""
        with self.workers.hired(plan.jobs) as crew:
            jobs = crew.ready
            crew.lay_out(int(jobs * WARM))
            crew.give()
            until_done(crew)
            full = _full(crew, int(jobs * (1 - WARM - OPEN)))
            rate = full.per_second / 2
            offsets = list(poisson(rate, plan.open, random))[: crew.ready]
            return Round(full, Open.of(rate, crew.give_at(offsets)))


def _full(crew: Crew, jobs: int) -> Full:
    crew.lay_out(jobs)
    before, client, started = cpu.used(crew.programs), cpu.ours(), time.monotonic()
    crew.give()
    until_done(crew)
    after, seconds = cpu.used(crew.programs), time.monotonic() - started
    return Full(jobs, seconds, cpu.since(before, after), cpu.ours() - client)


def until_done(crew: Crew) -> None:
    """Wait until everything that was given out is done. Errors: NotAnswered."""
    give_up_at = time.monotonic() + PATIENCE
    while left := crew.left():
        if time.monotonic() > give_up_at:
            raise NotAnswered(f"{left} jobs are not done after {PATIENCE:.0f} s")
        time.sleep(LOOK)
