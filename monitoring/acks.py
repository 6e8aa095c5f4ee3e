"""Acknowledgements: the answered requests that are a promise, read from the request tally at no cost of their own."""

from collections.abc import Iterable, Iterator

from prometheus_client.metrics_core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from monitoring.tally import Tally

# The operations whose 2xx says that something is kept.
PROMISES = frozenset(
    {
        "draft.start",
        "draft.delete",
        "section.save",
        "submission.file",
        "submission.integrate",
        "submission.reopen",
        "submission.withdraw",
        "submission.switch_notices",
        "draft.complain",
    }
)


class Acks(Collector):
    """`approdo_acks_total` and `approdo_ack_seconds`: the 2xx answers of the operations that promise something."""

    def __init__(self, requests: Tally) -> None:
        """Take the tally of answered requests, labelled operation and status class."""
        self._requests = requests

    def describe(self) -> Iterable[Metric]:
        """Return both families without their samples."""
        return self._families()

    def collect(self) -> Iterator[Metric]:
        """Yield both families with their samples."""
        total, seconds = self._families()
        for (operation, status), count in self._requests.items():
            if operation in PROMISES and status == "2xx":
                total.add_metric([operation], sum(count.read()[0]))
                self._requests.add(seconds, [operation], count)
        yield from (total, seconds)

    def _families(self) -> tuple[CounterMetricFamily, HistogramMetricFamily]:
        return (
            CounterMetricFamily("approdo_acks", "Requests acknowledged after the commit.", labels=["operation"]),
            HistogramMetricFamily(
                "approdo_ack_seconds", "From a request's arrival to its acknowledgement.", labels=["operation"]
            ),
        )
