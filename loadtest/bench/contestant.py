"""A contestant: a system under measurement, and how an HTTP server takes its turn."""

import time
from dataclasses import dataclass
from itertools import islice
from random import Random
from typing import Protocol

from loadtest.bench import cpu
from loadtest.bench.asker import Asker
from loadtest.bench.cpu import Programs
from loadtest.bench.figures import Full, Open, Round
from loadtest.bench.load import Load, NotAnswered
from loadtest.bench.open_model import arrive, poisson
from loadtest.bench.plan import Plan

WITHOUT_END = 1_000_000_000


class Contestant(Protocol):
    """One system. `name` is its name in the JSON, `title` what it is for people."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str: ...

    def turn(self, plan: Plan, random: Random) -> Round:
        """Take one turn: full load, then an open model at half of its rate."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answers HTTP. `programs` are all whose CPU its requests cost; `most` bounds one turn's requests."""

    name: str
    title: str
    port: int
    programs: Programs
    asker: Asker
    most: int = WITHOUT_END

    def turn(self, plan: Plan, random: Random) -> Round:
        """Take one turn. Errors: Refused, LineBroken, NotAnswered."""
        load = Load(self.port, plan.connections, self.asker)
        try:
            full = self._full(load, plan)
            rate = full.per_second / 2
            arrivals = islice(poisson(rate, plan.open, random), max(1, self.most - load.answers))
            return Round(full, Open.of(rate, arrive(load, arrivals)))
        finally:
            load.close()

    def _full(self, load: Load, plan: Plan) -> Full:
        load.press(plan.warm, self.most // 5)
        before, client, started = cpu.used(self.programs), cpu.ours(), time.monotonic()
        requests = load.press(plan.steady, self.most // 2)
        after, seconds = cpu.used(self.programs), time.monotonic() - started
        if not requests:
            raise NotAnswered(
                f"{self.title}: no answer in {seconds:.1f} s of full load; something else has the machine"
            )
        full = Full(requests, seconds, cpu.since(before, after), cpu.ours() - client)
        load.drain()
        return full
