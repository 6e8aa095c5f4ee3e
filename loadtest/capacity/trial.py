"""trial: one rate, offered for some seconds: whether the objectives hold, and what every process used meanwhile."""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random

from loadtest.bench import cpu
from loadtest.bench.cpu import Programs
from loadtest.bench.database import Database
from loadtest.bench.figures import quantile
from loadtest.bench.load import NotAnswered
from loadtest.bench.open_model import arrive, poisson
from loadtest.capacity.applications import PER_FILING, Applications
from loadtest.capacity.lines import Lines
from loadtest.objectives import ACK, ACKS

LINES = 256  # kept-alive connections
FALLEN_BEHIND = 2.0  # seconds' worth of filings that may be undecided when the last request is answered
CLIENT = 0.9  # of a core: a client above it measures itself
FILED = "SELECT count(*) FROM submission"
DECIDED = "SELECT count(*) FROM decision"


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of one rate. Rates are a second, `cores` in use by process, latencies in seconds.

    `client`: cores in use by the generator; `others`: by programs that have nothing to do with us.
    """

    rate: float
    seconds: float
    answers: int
    refused: int
    p50: float
    p99: float
    filed: int
    decided: int
    cores: Mapping[str, float]
    client: float
    others: float
    statuses: Mapping[int, int]
    missed: Sequence[str]

    @property
    def holds(self) -> bool:
        """Whether every objective holds."""
        return not self.missed

    @property
    def is_ours(self) -> bool:
        """Whether the client had time to spare, so that what was missed was missed by the system."""
        return self.client < CLIENT


class Offer:
    """Offers rates to one counter, with Poisson arrivals."""

    def __init__(self, port: int, of: Applications, programs: Programs, ledger: Database, random: Random) -> None:
        """Take the counter's port, who comes, the processes to watch, and the ledger."""
        self._port, self._of, self._programs = port, of, programs
        self._ledger, self._random = ledger, random

    def press(self, seconds: float) -> float:
        """Ask on every line as soon as it is answered, and return the requests a second that came through."""
        refused = self._of.refused
        with self._lines() as load:
            answers = load.press(seconds)
            load.drain()
        return max(0, answers - (self._of.refused - refused)) / seconds

    def offer(self, rate: float, seconds: float) -> Trial:
        """Offer a rate, once the work of earlier ones is done. Errors: LineBroken, OSError where a process is gone."""
        self._until_decided()
        filed, decided = self._count(FILED), self._count(DECIDED)
        answers, refused = Counter(self._of.answers), self._of.refused
        before, client, worked, began = cpu.used(self._programs), cpu.ours(), cpu.busy(), time.monotonic()
        latencies = self._latencies(rate, seconds)
        took = time.monotonic() - began
        used, client, worked = cpu.since(before, cpu.used(self._programs)), cpu.ours() - client, cpu.busy() - worked
        filed, decided = self._count(FILED) - filed, self._count(DECIDED) - decided
        refused = self._of.refused - refused
        rising = sorted(latencies) or [float("inf")]
        p99 = quantile(rising, 0.99)
        return Trial(
            rate=rate,
            seconds=took,
            answers=(self._of.answers - answers).total(),
            refused=refused,
            p50=quantile(rising, 0.5),
            p99=p99,
            filed=filed,
            decided=decided,
            cores={name: seconds_used / took for name, seconds_used in used.items()},
            client=client / took,
            others=max(0.0, worked - client - sum(used.values())) / took,
            statuses=dict(self._of.answers - answers),
            missed=list(_missed(rate, len(latencies), refused, p99, filed - decided)),
        )

    def _latencies(self, rate: float, seconds: float) -> list[float]:
        """On lines of its own: the counter hangs up on those that were idle for long."""
        with self._lines() as load:
            try:
                return arrive(load, poisson(rate, seconds, self._random))
            except NotAnswered:
                return []

    @contextmanager
    def _lines(self) -> Iterator[Lines]:
        load = Lines(self._port, LINES, self._of)
        try:
            yield load
        finally:
            load.close()

    def _until_decided(self, patience: float = 20.0) -> None:
        give_up_at = time.monotonic() + patience
        while self._count(DECIDED) < self._count(FILED) and time.monotonic() < give_up_at:
            time.sleep(0.2)

    def _count(self, statement: str) -> int:
        return int(self._ledger.value(statement))


def _missed(rate: float, answers: int, refused: int, p99: float, undecided: int) -> Sequence[str]:
    """Return the objectives that were missed."""
    may_be_undecided = FALLEN_BEHIND * rate / PER_FILING
    said = {
        "not every request was answered": not answers,
        f"{refused} of {answers} refused": bool(answers) and refused > (1 - ACKS.target) * answers,
        f"99 of 100 within {p99:.2f} s": bool(answers) and not ACK.holds(p99),
        f"decisions {undecided} behind": undecided > may_be_undecided,
    }
    return [what for what, is_so in said.items() if is_so]
