"""The series: their catalogue, and that counting never reaches whoever states a fact."""

import ast
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Histogram, generate_latest

from ingest.contract import OPERATIONS
from monitoring.acks import PROMISES
from monitoring.exporter import Exporter
from monitoring.fields import FIELDS
from monitoring.listeners import listen, rules
from monitoring.pace import MOST_A_SECOND
from monitoring.series import Series
from monitoring.tally import QUICK, Tally
from tests.unit.monitoring.catalogue import CATALOGUE, catalogue, with_everything
from tests.unit.monitoring.people import PLANTED, is_in

ROOT = Path(__file__).parents[3]


def shown(series):
    return generate_latest(series.registry).decode()


def value(series, name, **labels):
    found = series.registry.get_sample_value(name, labels)
    return 0 if found is None else found


@pytest.fixture
def series():
    return Series()


@pytest.fixture
def observe(series, written):
    return listen(series, written.log.logger)


def test_the_catalogue_is_the_golden_one():
    """Dashboards and alerts of others depend on it: `python -m tests.unit.monitoring.catalogue` writes it anew."""
    assert catalogue() == CATALOGUE.read_text()


def test_every_series_begins_with_our_name():
    """Whatever else a Prometheus scrapes."""
    assert all(line.split()[0].startswith("approdo_") for line in catalogue().splitlines())


def test_every_fact_the_code_states_has_a_row(series):
    """A new fact is counted or told on purpose."""
    stated = {fact for path in _sources() for fact in _facts(path)}

    assert stated
    assert stated <= rules(series).keys()


@pytest.mark.parametrize("planted", PLANTED)
def test_no_fact_can_carry_a_person_into_a_label_or_a_line(series, observe, written, planted):
    """Whichever fact, whichever field."""
    for fact in rules(series):
        observe(fact, **dict.fromkeys(FIELDS, planted))
        observe(fact, **{**with_everything(), "code": planted, "outcome": planted, "registry": planted, planted: 1})

    assert not is_in(shown(series))
    assert not is_in(written.text())


def test_every_row_of_the_table_takes_its_fact(series, observe):
    """With the fields that facts have, nothing is lost."""
    for fact in rules(series):
        observe(fact, **with_everything())

    assert value(series, "approdo_observations_lost_total") == 0


@pytest.mark.parametrize("fields", [{}, {"seconds": "soon"}, {"operation": [], "status": {}, "seconds": None}])
def test_a_fact_that_cannot_be_counted_reaches_nobody(series, observe, fields):
    """It is counted as lost, and its stater goes on."""
    observe("request.answered", **fields)

    assert value(series, "approdo_observations_lost_total") == 1


def test_a_broken_logger_reaches_nobody(series):
    """Nor does a log that fails."""

    class Broken:
        def __getattr__(self, name):
            raise OSError(28, "No space left on device")

    listen(series, Broken())("process.started", pid=1)

    assert value(series, "approdo_observations_lost_total") == 1


def test_an_unknown_fact_is_told(series, observe, written):
    """Never an error."""
    observe("moon.risen", count=1)

    assert written.lines()[0]["event"] == "moon.risen"
    assert value(series, "approdo_observations_lost_total") == 0


def test_promises_are_operations_of_the_counter():
    """A name that the counter does not use would count nothing."""
    assert {operation.name for operation in OPERATIONS} >= PROMISES


def test_an_acknowledgement_is_a_2xx_of_a_promise(series, observe):
    """A refusal is none, and neither is reading."""
    observe("request.answered", operation="section.save", status=200, seconds=0.004)
    observe("request.answered", operation="section.save", status=412, seconds=0.004)
    observe("request.answered", operation="draft.read", status=200, seconds=0.004)

    assert value(series, "approdo_acks_total", operation="section.save") == 1
    assert value(series, "approdo_ack_seconds_count", operation="section.save") == 1
    assert value(series, "approdo_request_seconds_count", operation="section.save", status="4xx") == 1
    assert "draft.read" not in [line for line in shown(series).splitlines() if line.startswith("approdo_ack")]


def test_a_batch_is_counted_once_for_all_its_items(series, observe):
    """Its size, its items by kind, and each item's wait."""
    observe("batch.committed", units={"save": 2, "submit": 1}, size=3, seconds=0.002, waits=(0.001, 0.002, 0.003))

    assert value(series, "approdo_batch_size_sum") == 3
    assert value(series, "approdo_batch_items_total", unit="save") == 2
    assert value(series, "approdo_commit_wait_seconds_count") == 3
    assert value(series, "approdo_commit_wait_seconds_bucket", le="0.002") == 2


def test_a_breaker_is_in_one_state(series, observe):
    """The others are 0."""
    observe("breaker.changed", registry="anpr", state="open")
    observe("breaker.changed", registry="anpr", state="half_open")

    states = {
        state: value(series, "approdo_breaker_state", registry="anpr", state=state) for state in ("closed", "open")
    }
    assert states == {"closed": 0, "open": 0}
    assert value(series, "approdo_breaker_state", registry="anpr", state="half_open") == 1


def test_every_request_that_came_is_an_arrival(series, observe):
    """Answered well or not, or left by its client."""
    observe("request.answered", operation="section.save", status=200, seconds=0.004)
    observe("request.answered", operation="section.save", status=503, seconds=0.004)
    observe("request.left", operation="section.save")

    assert value(series, "approdo_arrivals_total", operation="section.save") == 3
    assert value(series, "approdo_requests_given_up_total", operation="section.save") == 1


def test_a_failure_is_counted_by_who_knows_of_it(series, observe):
    """Nobody, an officer, or she too; what officers are there for is none."""
    kinds = ("silent", "avoided", "told")
    assert [0, 0, 0] == [series.registry.get_sample_value("approdo_silent_failure_total", {"kind": k}) for k in kinds]

    observe("silence.found", draft_id=None)
    observe("work.buried", kind="decision", reason="crashes", failed=True, told=False)
    observe("work.buried", kind="decision", reason="crashes", failed=True, told=True)
    observe("work.buried", kind="decision", reason="flag:one", failed=False, told=True)

    assert [1, 1, 1] == [value(series, "approdo_silent_failure_total", kind=kind) for kind in kinds]


def test_what_has_not_happened_yet_is_there_as_none(series, observe):
    """An alert must see the first fault of its kind: a series that begins with it has not grown."""
    series.expect_requests(PROMISES)
    observe("registry.known", registry="anpr", retries=3)

    shown_at_start = [
        ("approdo_request_seconds_count", {"operation": "section.save", "status": "5xx"}),
        ("approdo_requests_crashed_total", {"operation": "submission.file"}),
        ("approdo_attempts_total", {"registry": "anpr", "outcome": "transient"}),
        ("approdo_breaker_state", {"registry": "anpr", "state": "open"}),
    ]
    assert [0] * 4 == [series.registry.get_sample_value(name, labels) for name, labels in shown_at_start]
    assert value(series, "approdo_retry_budget", registry="anpr") == 3


def test_a_storm_of_one_fact_is_told_ten_times_a_second(series, written):
    """The next second's first line says how many were skipped; other facts are not held back."""
    seconds = [0.0]
    observe = listen(series, written.log.logger, lambda: seconds[0])
    for _ in range(1_000):
        observe("batch.failed", stage="commit", failure="OSError")
    observe("bell.found")
    seconds[0] = 1.5
    observe("batch.failed", stage="commit", failure="OSError")

    lines = written.lines()
    assert [line["event"] for line in lines].count("batch.failed") == MOST_A_SECOND + 1
    assert lines[-2]["event"] == "bell.found"
    assert lines[-1]["lines"] == 1_000 - MOST_A_SECOND
    assert value(series, "approdo_batches_failed_total", stage="commit", failure="OSError") == 1_001


def test_a_tally_shows_what_the_librarys_histogram_shows():
    """It is quicker, not different."""
    ours, theirs = CollectorRegistry(), CollectorRegistry()
    tally = Tally("seconds", "A wait.", ["kind"])
    ours.register(tally)
    histogram = Histogram("seconds", "A wait.", ["kind"], buckets=QUICK, registry=theirs)
    observed = [0.0, 0.0005, 0.001, 0.0011, 0.05, 0.2, 9.99, 10.0, 11.0, 1000.0]

    tally.of("a").observe_all(observed[:5])
    for seconds in observed[5:]:
        tally.of("a").observe(seconds)
    for seconds in observed:
        histogram.labels("a").observe(seconds)

    def samples(registry):
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): pytest.approx(sample.value)
            for family in registry.collect()
            for sample in family.samples
            if not sample.name.endswith("_created")
        }

    assert samples(ours) == samples(theirs)


def test_the_exporters_series_share_the_registry_with_the_others(series):
    """No name twice."""
    series.registry.register(Exporter(store=None, observe=lambda *_, **__: None))

    assert "approdo_silent_failure_total" in shown(series)


def _sources():
    rooms = ("core", "bonus", "ingest", "workers", "retry", "monitoring")
    return [path for room in rooms for path in (ROOT / room).rglob("*.py")]


def _facts(path):
    """The facts that a file states: calls of something named observe, with a text first."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name.lstrip("_") == "observe" and isinstance(node.args[0].value, str):
                yield node.args[0].value
