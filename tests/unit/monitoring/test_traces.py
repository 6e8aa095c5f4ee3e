"""Traces: spans are sent where that is asked for, and nothing is loaded where it is not."""

import subprocess
import sys
from pathlib import Path

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from core.trace import follow, tell
from monitoring.traces import Traces
from tests.unit.monitoring.people import PLANTED, is_in

ROOT = Path(__file__).parents[3]
SAID = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


@pytest.fixture
def exporter():
    """What a collector would get."""
    return InMemorySpanExporter()


@pytest.fixture
def facts():
    return []


@pytest.fixture
def traces(exporter):
    traces = Traces("http://127.0.0.1:1/v1/traces", "worker-1", exporter)
    yield traces
    traces.close()


@pytest.fixture
def observe(traces, facts):
    return traces.beside(lambda fact, /, **fields: facts.append(fact))


def sent(traces, exporter):
    traces._processor.force_flush()
    return exporter.get_finished_spans()


def test_a_span_is_sent_under_the_name_it_gave_to_those_it_called(traces, exporter, observe):
    """So that their spans hang below it."""
    span = follow(SAID)
    tell(span, "registry", "anpr", "ok", 0.25, observe)

    (got,) = sent(traces, exporter)
    assert f"{got.context.span_id:016x}" == span.traceparent.split("-")[2]
    assert f"{got.parent.span_id:016x}" == span.parent == "00f067aa0ba902b7"
    assert f"{got.context.trace_id:032x}" in SAID
    assert (got.name, dict(got.attributes)) == ("registry anpr", {"approdo.outcome": "ok"})
    assert got.end_time - got.start_time == pytest.approx(250_000_000)


def test_what_its_caller_does_not_keep_is_not_sent(traces, exporter, observe):
    """The sampled flag is the caller's word."""
    tell(follow(SAID[:-1] + "0"), "request", "section.save", 200, 0.01, observe)

    assert sent(traces, exporter) == ()


def test_every_other_fact_goes_to_its_listener_alone(traces, exporter, observe, facts):
    """As if nobody traced."""
    observe("bell.lost", failure="OSError")

    assert facts == ["bell.lost"]
    assert sent(traces, exporter) == ()


@pytest.mark.parametrize("planted", PLANTED)
def test_no_span_carries_a_person(traces, exporter, observe, planted):
    """Whatever an outcome might say."""
    tell(follow(SAID), "request", "section.save", planted, 0.01, observe)

    (got,) = sent(traces, exporter)
    assert not is_in(f"{got.name} {dict(got.attributes)}")


def test_nothing_is_needed_where_nobody_traces():
    """All processes start without OpenTelemetry's SDK and exporter (its bare API comes with FastAPI)."""
    rooms = "ingest.__main__, workers.run_worker, workers.run_lone, workers.run_relay, monitoring.__main__"
    missing = "sys.modules['opentelemetry.sdk'] = sys.modules['opentelemetry.exporter'] = None"
    code = f"import sys; {missing}; import {rooms}; print('monitoring.traces' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout.strip()) == (0, "False"), done.stderr
