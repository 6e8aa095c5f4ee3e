"""The rehearsal of alerts: what it expects exists, what it hears is noted, and how an outcome is judged."""

import json

import httpx
import pytest

from loadtest.alerts.__main__ import Outcome, _write
from loadtest.alerts.faults import FAULTS
from loadtest.alerts.hearing import Hearing
from monitoring.alerts.every import ALERTS


@pytest.fixture
def hearing():
    """Listening, and closed afterwards."""
    hearing = Hearing()
    yield hearing
    hearing.close()


def test_every_fault_has_an_alert_that_exists():
    """One each."""
    expected = [fault.alert for fault in FAULTS]

    assert set(expected) <= {alert.name for alert in ALERTS}
    assert len(set(expected)) == len(expected) == 7


def test_what_is_told_is_heard(hearing):
    """Who was told of which alert; that it is over, and the one that always sounds, are set apart."""
    told = [
        {"status": "firing", "labels": {"alertname": "LedgerAway"}},
        {"status": "resolved", "labels": {"alertname": "BellAway"}},
    ]
    httpx.post(hearing.address("pager"), json={"alerts": told}, trust_env=False)
    always = {"status": "firing", "labels": {"alertname": "WatchAlive"}}
    httpx.post(hearing.address("alive"), json={"alerts": [always]}, trust_env=False)

    assert [(one.by, one.alert) for one in hearing.since(0)] == [("pager", "LedgerAway")]
    assert hearing.since(hearing.heard[0].at + 1_000) == []


@pytest.mark.parametrize(
    ("outcome", "ok"),
    [
        (Outcome("one", "A", 4.0), True),
        (Outcome("one", "A", 4.0, echoes=["C"]), True),
        (Outcome("one", "A", None), False),
        (Outcome("one", "A", 4.0, others=["B"]), False),
        (Outcome("one", "A", 4.0, quiet=False), False),
    ],
)
def test_an_outcome_is_good_where_the_right_alert_and_only_that_was_heard(outcome, ok):
    """While the fault lasted; what follows once it is over is told, and judged by nobody."""
    assert outcome.ok is ok


def test_what_preflight_reads_names_what_stayed_silent(tmp_path):
    """Expected, and not among those that fired."""
    _write(tmp_path, [Outcome("one", "A", 4.0), Outcome("two", "B")])

    told = json.loads((tmp_path / "alerts.json").read_text())
    assert (told["expected"], told["fired"]) == (["A", "B"], ["A"])
