"""What traces cost: `python -m monitoring.traces_cost` prints microseconds a request without and with them."""

import sys
import timeit
from collections.abc import Callable

from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core.hooks import nobody
from core.trace import follow, tell
from monitoring.traces import Traces

ROUNDS, TIMES = 5, 20_000
SAID = b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def main() -> None:
    """Measure and print."""
    traces = Traces("http://127.0.0.1:1", "cost", InMemorySpanExporter())
    observe = traces.beside(nobody)
    for name, does in (
        ("nobody traces", lambda: follow(None)),
        ("a caller traces, nothing is sent", lambda: _followed(nobody)),
        ("a caller traces, spans are sent", lambda: _followed(observe)),
    ):
        sys.stdout.write(f"{_microseconds(does):8.2f} µs a request   {name}\n")
    traces.close()


def _followed(observe: Callable[..., None]) -> None:
    if (span := follow(SAID)) is not None:
        tell(span, "request", "section.save", 200, 0.001, observe)


def _microseconds(does: Callable[[], object]) -> float:
    return min(timeit.repeat(does, number=TIMES, repeat=ROUNDS)) / TIMES * 1e6


if __name__ == "__main__":
    main()
