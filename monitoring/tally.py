"""A tally: a histogram cheap enough for the counter's own path, shown to Prometheus when it asks.

A save is observed in the loop that serves it, where prometheus_client's `observe` costs three times this one; so the
counts are plain integers under one lock, and the library only renders them.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from threading import Lock

from prometheus_client.metrics_core import HistogramMetricFamily, Metric
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

QUICK = (0.001, 0.002, 0.003, 0.005, 0.0075, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # s
LONG = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 60.0, 120.0, 300.0, 900.0, 3_600.0, 14_400.0, 86_400.0)  # s
SIZES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)  # items


class Count:
    """The observations of one combination of label values."""

    __slots__ = ("_bounds", "_lock", "buckets", "total")

    def __init__(self, bounds: Sequence[float]) -> None:
        """Take the upper bounds of the buckets, in order."""
        self._bounds = bounds
        self._lock = Lock()
        self.buckets = [0] * (len(bounds) + 1)
        self.total = 0.0

    def observe(self, value: float) -> None:
        """Note one observation."""
        place = bisect_left(self._bounds, value)
        with self._lock:
            self.buckets[place] += 1
            self.total += value

    def observe_all(self, values: Sequence[float]) -> None:
        """Note many observations, for less than one each."""
        bounds, buckets = self._bounds, self.buckets
        with self._lock:
            for value in values:
                buckets[bisect_left(bounds, value)] += 1
            self.total += sum(values)

    def read(self) -> tuple[list[int], float]:
        """Return the buckets and the total as they were at one moment."""
        with self._lock:
            return list(self.buckets), self.total


class Tally(Collector):
    """A histogram of one name, with a `Count` for each combination of label values."""

    def __init__(
        self, name: str, documentation: str, labels: Sequence[str] = (), bounds: Sequence[float] = QUICK
    ) -> None:
        """Take the series' name and help text, its label names, and the upper bounds of its buckets, in order."""
        self.name = name
        self.documentation = documentation
        self.labels = tuple(labels)
        self.bounds = tuple(bounds)
        self._ends = (*map(floatToGoString, self.bounds), "+Inf")
        self._counts: dict[tuple[str, ...], Count] = {}
        self._lock = Lock()
        if not labels:
            self.of()

    def of(self, *values: str) -> Count:
        """Return the count of one combination of label values."""
        with self._lock:
            return self._counts.setdefault(values, Count(self.bounds))

    def items(self) -> list[tuple[tuple[str, ...], Count]]:
        """Return what has been counted so far."""
        with self._lock:
            return list(self._counts.items())

    def describe(self) -> Iterable[Metric]:
        """Return the family without its samples."""
        return [self._family()]

    def collect(self) -> Iterator[Metric]:
        """Yield the family with its samples."""
        family = self._family()
        for values, count in self.items():
            self.add(family, values, count)
        yield family

    def add(self, family: HistogramMetricFamily, values: Sequence[str], count: Count) -> None:
        """Add one count's samples to `family`."""
        buckets, total = count.read()
        ends = zip(self._ends, accumulate(buckets), strict=True)
        family.add_metric(values, buckets=list(ends), sum_value=total)

    def _family(self) -> HistogramMetricFamily:
        return HistogramMetricFamily(self.name, self.documentation, labels=self.labels)
