"""The round: an application at every interval; its result is a series, an alert's input and a light."""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from datetime import timedelta

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.domain.errors import ApprodoError
from core.hooks import Observe
from monitoring.synthetic.applicant import Walk

File = Callable[[int], Awaitable[Walk]]


class Round(Collector):
    """Files for ever, if an interval is set; remembers how the last application went."""

    def __init__(
        self, every: timedelta | None, file: File, tidy: Callable[[], Awaitable[None]], observe: Observe
    ) -> None:
        """Take the interval (None: never), what files one application, what takes away old ones, and whom to tell."""
        self._every, self._file, self._tidy, self._observe = every, file, tidy, observe
        self._ended: dict[str, int] = {"well": 0, "failed": 0}
        self._reached: Counter[str] = Counter()
        self._well_at: float | None = None
        self.last: Walk | None = None

    async def run(self) -> None:
        """File for ever; one that fails stops nothing."""
        while self._every is not None:
            began = time.monotonic()
            await self.file()
            await asyncio.sleep(max(0.0, self._every.total_seconds() - (time.monotonic() - began)))

    async def file(self) -> None:
        """File once, each time as somebody else, and take away what is old."""
        try:
            walk = await self._file(int(time.time()))
            await self._tidy()
        except ApprodoError as error:
            walk = Walk(failed="store")
            self._observe("synthetic.failed", reason="store", failure=type(error).__name__)
        else:
            if walk.failed:
                self._observe("synthetic.failed", reason=walk.failed, failure="Failed")
        self.last = walk
        self._ended["failed" if walk.failed else "well"] += 1
        self._reached.update(walk.steps.keys())
        if not walk.failed:
            self._well_at = time.monotonic()

    def told(self) -> dict[str, object]:
        """Return how the last one went, for whoever asks."""
        last = self.last
        return {
            "every_seconds": self._every.total_seconds() if self._every else None,
            "well": None if last is None else not last.failed,
            "failed_at": last.failed or None if last else None,
            "steps_seconds": last.steps if last else {},
            "well_seconds_ago": None if self._well_at is None else time.monotonic() - self._well_at,
        }

    def describe(self) -> Iterable[Metric]:
        """Return the families without their samples."""
        return self._families()

    def collect(self) -> Iterator[Metric]:
        """Yield how the last one went; nothing where none was filed."""
        well, seconds, ended, reached = self._families()
        if self.last is not None:
            well.add_metric([], float(not self.last.failed))
            for step, took in self.last.steps.items():
                seconds.add_metric([step], took)
            for outcome, count in self._ended.items():
                ended.add_metric([outcome], count)
            for step, count in self._reached.items():
                reached.add_metric([step], count)
        yield from (well, seconds, ended, reached)

    @staticmethod
    def _families() -> tuple[GaugeMetricFamily, GaugeMetricFamily, CounterMetricFamily, CounterMetricFamily]:
        return (
            GaugeMetricFamily("approdo_synthetic_well", "The last synthetic application went as promised: 1, or 0."),
            GaugeMetricFamily(
                "approdo_synthetic_seconds", "From its beginning to each step of the last one.", labels=["step"]
            ),
            CounterMetricFamily(
                "approdo_synthetic_applications", "Synthetic applications, by how they ended.", labels=["outcome"]
            ),
            CounterMetricFamily(
                "approdo_synthetic_steps", "Steps that synthetic applications reached.", labels=["step"]
            ),
        )
