"""Arrivals: the requests that came in, read from the request tally at no cost of their own."""

from collections import Counter as Sum
from collections.abc import Iterable, Iterator

from prometheus_client import Counter
from prometheus_client.metrics_core import CounterMetricFamily, Metric
from prometheus_client.registry import Collector

from monitoring.tally import Tally


class Arrivals(Collector):
    """`approdo_arrivals_total`: the requests whose end is known: those answered, and those their client left."""

    def __init__(self, requests: Tally) -> None:
        """Take the tally of answered requests, labelled operation and status class."""
        self._requests = requests
        self._left = Counter(
            "approdo_requests_given_up", "Requests left by their client.", ["operation"], registry=None
        )

    def left(self, operation: str) -> Counter:
        """Return what counts the requests of an operation that their client left."""
        return self._left.labels(operation)

    def describe(self) -> Iterable[Metric]:
        """Return both families without their samples."""
        return [self._family(), *self._left.describe()]

    def collect(self) -> Iterator[Metric]:
        """Yield both families with their samples."""
        came: Sum[str] = Sum()
        for (operation, _), count in self._requests.items():
            came[operation] += sum(count.read()[0])
        left = list(self._left.collect())
        for sample in (sample for family in left for sample in family.samples if sample.name.endswith("_total")):
            came[sample.labels["operation"]] += int(sample.value)
        arrivals = self._family()
        for operation, requests in came.items():
            arrivals.add_metric([operation], requests)
        yield from (arrivals, *left)

    def _family(self) -> CounterMetricFamily:
        return CounterMetricFamily("approdo_arrivals", "Requests that came in and have ended.", labels=["operation"])
