"""crowd: people before a counter whose commits are shared, minute by minute, on a clock of the test's own.

The counter takes one batch after the other; the people come by chance, obey when they are told to come again, and go
home when they have tried for long enough.
"""

import heapq
import random
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from uuid import UUID

from core.domain.draft import Channel
from ingest.admission.admission import Admission
from ingest.admission.classes import Class, Kind
from ingest.admission.place import Place
from ingest.http.refusal import Refusal
from tests.fakes.clock import FakeClock

BATCH = 256
IN_TIME = 1.0  # seconds
LOOKS = 0.1  # seconds between two looks at the event loop
MIX: Sequence[tuple[Class, float]] = (
    (Class.KEEPING, 0.8),
    (Class.READING, 0.1),
    (Class.BEGINNING, 0.07),
    (Class.LOOKING, 0.03),
)

Cost = Callable[[float], tuple[float, float]]  # at a second: what a batch costs, and what each item of it does
Rate = Callable[[float], float]  # at a second: how many new ones come in a second


class Crowd:
    """`good`, `late` and `refused` count by second; `admission` is the product's own."""

    def __init__(
        self, cost: Cost, rate: Rate, *, stays: float = 20.0, mix: Sequence[tuple[Class, float]] = MIX
    ) -> None:
        self._cost, self._rate, self._stays, self._mix = cost, rate, stays, mix
        self._chance, self._clock, self._numbers = random.Random(20_251_120), FakeClock(), count(1)
        self.admission = Admission(lambda: False, self._clock, draw=self._chance.random)
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._queue: list[tuple[Place, float]] = []
        self._busy = False
        self.good, self.late, self.refused = Counter[int](), Counter[int](), Counter[int]()
        self._at(0.0, self._somebody_comes)
        self._at(0.0, self._loop_is_looked_at)

    def until(self, second: float) -> "Crowd":
        """Let time pass."""
        while self._due and self._due[0][0] <= second:
            at, _, happens = heapq.heappop(self._due)
            self._clock.forward(max(0.0, at - self._now))
            happens()
        return self

    def served(self, since: int, until: int) -> float:
        """Return the answers a second between two seconds."""
        return sum(self.good[at] + self.late[at] for at in range(since, until)) / (until - since)

    def in_time(self, since: int, until: int) -> float:
        """Return those of them that came within a second."""
        return sum(self.good[at] for at in range(since, until)) / (until - since)

    @property
    def _now(self) -> float:
        return self._clock.monotonic()

    def _at(self, second: float, happens: Callable[[], None]) -> None:
        heapq.heappush(self._due, (second, next(self._numbers), happens))

    def _somebody_comes(self) -> None:
        rate = self._rate(self._now)
        if rate:
            (of,) = self._chance.choices([each for each, _ in self._mix], [share for _, share in self._mix])
            self._asks(of, self._now)
        self._at(self._now + (self._chance.expovariate(rate) if rate else LOOKS), self._somebody_comes)

    def _asks(self, of: Class, first: float) -> None:
        if self._now > first + self._stays:
            return
        place = Place(self.admission, Kind("x", of))
        place.is_of(Channel.WEB, UUID(int=next(self._numbers)))
        try:
            place.take()
        except Refusal as refused:
            self.refused[int(self._now)] += 1
            self._at(self._now + float(refused.members["retry_after"]), lambda: self._asks(of, first))
        else:
            self._queue.append((place, self._now))
            self._take_a_batch()

    def _take_a_batch(self) -> None:
        if self._busy or not self._queue:
            return
        batch, self._queue, self._busy = self._queue[:BATCH], self._queue[BATCH:], True
        whole, each = self._cost(self._now)
        self._at(self._now + whole + each * len(batch), lambda: self._answer(batch))

    def _answer(self, batch: Sequence[tuple[Place, float]]) -> None:
        self._busy = False
        for place, since in batch:
            place.leave()
            (self.good if self._now - since <= IN_TIME else self.late)[int(self._now)] += 1
        self._take_a_batch()

    def _loop_is_looked_at(self) -> None:
        self.admission.lagged(0.0)
        self._at(self._now + LOOKS, self._loop_is_looked_at)
