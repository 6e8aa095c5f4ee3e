"""Traces for whoever collects them: spans that core states as facts, sent by OpenTelemetry (APPRODO_TRACES_URL).

Imported only where that is set; OpenTelemetry comes with `requirements-traces.lock`. Whether a trace is kept is the
caller's word (its sampled flag), and its spans hold what facts hold: names, codes and seconds.
"""

import time
from contextlib import suppress
from typing import Any

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter
from opentelemetry.trace import SpanContext, SpanKind, TraceFlags

from core.hooks import Observe
from monitoring import words

FACT = "span.ended"
KINDS = {"request": SpanKind.SERVER, "attempt": SpanKind.CONSUMER, "registry": SpanKind.CLIENT}
SECONDS = 2.0  # for what is left at the end


class Traces:
    """Listens to the end of spans, beside whoever listens to everything."""

    def __init__(self, url: str, process: str, exporter: SpanExporter | None = None) -> None:
        """Take where to send (OTLP over HTTP), and the name of this process."""
        self._resource = Resource({"service.name": "approdo", "service.instance.id": process})
        self._processor = BatchSpanProcessor(exporter or OTLPSpanExporter(endpoint=url, timeout=SECONDS))

    def beside(self, observe: Observe) -> Observe:
        """Return a listener that tells `observe` everything, and sends the spans."""

        def both(fact: str, /, **fields: object) -> None:
            observe(fact, **fields)
            if fact == FACT:
                with suppress(Exception):  # a listener never raises (core/hooks.py)
                    self._send(**fields)

        return both

    def close(self) -> None:
        """Send what is left, for a moment."""
        self._processor.shutdown()  # type: ignore[no-untyped-call]

    def _send(
        self, *, traceparent: Any, parent: Any, stage: Any, operation: Any, outcome: Any, seconds: Any, **_: object
    ) -> None:
        _, trace, span, flags = traceparent.split("-")
        if not int(flags, 16) & TraceFlags.SAMPLED:
            return
        now = time.time_ns()
        self._processor.on_end(
            ReadableSpan(
                name=f"{stage} {operation}",
                context=_context(trace, span, flags),
                parent=_context(trace, parent, flags),
                resource=self._resource,
                kind=KINDS[stage],
                attributes={"approdo.outcome": str(words.class_name(str(outcome)))},
                start_time=now - int(seconds * 1e9),
                end_time=now,
            )
        )


def _context(trace: str, span: str, flags: str) -> SpanContext:
    return SpanContext(int(trace, 16), int(span, 16), is_remote=True, trace_flags=TraceFlags(int(flags, 16)))
