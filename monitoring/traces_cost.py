"""What traces cost: `python -m monitoring.traces_cost` prints microseconds a request with and without, in pairs.

Each round times all of them, one right after the other, so that what else the machine does strikes all alike; what is
printed is the median of each, and of what it takes more than where nobody traces in the same round.
"""

import sys
from collections.abc import Callable
from statistics import median
from timeit import timeit

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core.hooks import nobody
from core.trace import follow, tell
from monitoring.traces import Traces

ROUNDS, TIMES = 21, 5_000
SAID = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def main() -> None:
    """Measure and print."""
    exporter = InMemorySpanExporter()
    traces = Traces("http://127.0.0.1:1", "cost", exporter)
    observe = traces.beside(nobody)
    ways: dict[str, Callable[[], object]] = {
        "nobody traces": lambda: follow(None),
        "a caller traces, nothing is sent": lambda: _followed(nobody),
        "a caller traces, spans are sent": lambda: _followed(observe),
    }
    took: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, does in ways.items():
            took[name].append(timeit(does, number=TIMES) / TIMES * 1e6)
        exporter.clear()
    first = took["nobody traces"]
    for name, each in took.items():
        more = median(one - off for one, off in zip(each, first, strict=True))
        sys.stdout.write(f"{median(each):8.2f} µs a request, {more:5.2f} more   {name}\n")
    traces.close()


def _followed(observe: Callable[..., None]) -> None:
    if (span := follow(SAID)) is not None:
        tell(span, "request", "section.save", 200, 0.001, observe)


if __name__ == "__main__":
    main()
