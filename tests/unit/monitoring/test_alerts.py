"""Alerts and objectives as data: joined to the runbook, to series that exist, and to each other."""

import re
from pathlib import Path

import pytest
import yaml

from monitoring.alerts.alert import Severity
from monitoring.alerts.every import ALERTS
from monitoring.alerts.files import files
from monitoring.alerts.pace import paced, paced_wait, paced_windows
from monitoring.alerts.plain import yaml as plain
from monitoring.alerts.recording import recorded
from monitoring.alerts.routing import Hearers, routing
from monitoring.console import notices
from monitoring.objective_series import Objectives
from monitoring.objectives import BURNS, OBJECTIVES, WINDOWS
from tests.unit.monitoring.catalogue import catalogue
from tests.unit.monitoring.people import is_in

ROOT = Path(__file__).parents[3]
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text()
NAMES = [alert.name for alert in ALERTS]
PARTS = ("- Look:", "- Do:", "- Over when:")


def section(name):
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", RUNBOOK, re.MULTILINE | re.DOTALL)
    return found[1] if found else ""


@pytest.mark.parametrize("name", NAMES)
def test_every_alert_is_in_the_runbook(name):
    """What it means, where to look, what to do, and how its cure is seen."""
    assert [part for part in PARTS if part not in section(name)] == []


def test_the_runbook_has_no_heading_that_nothing_leads_to():
    """But the notices of the console, and what is about no alert."""
    headings = set(re.findall(r"^## (\w+)$", RUNBOOK, re.MULTILINE))
    told = set(re.findall(r'Notice\("(\w+)"', Path(notices.__file__).read_text()))

    assert headings - set(NAMES) - told == set()
    assert told <= headings


def test_no_alert_has_two_meanings():
    """A name is an alert."""
    assert len(NAMES) == len(set(NAMES))


def test_what_explains_and_what_is_explained_exist():
    """And nothing explains itself."""
    assert {one for alert in ALERTS for one in alert.explains} <= set(NAMES)
    assert [alert.name for alert in ALERTS if alert.name in alert.explains] == []


def test_alerts_ask_for_series_that_exist():
    """A misspelt name would keep quiet for ever."""
    known = {line.split()[0] for line in catalogue().splitlines()} | {one.name for one in recorded()}
    known |= {f"{name}{end}" for name in known for end in ("_count", "_sum", "_bucket")} | {"up"}
    asked = {name for expr in _expressions() for name in re.findall(r"\b(?:approdo[_:][a-zA-Z0-9_:]+|up)\b", expr)}

    assert asked - known == set()
    assert len(asked) > 20


def test_nothing_in_an_alert_names_a_person():
    """Nor could its labels: they are ours."""
    assert not is_in("".join(files().values()))


def test_every_objective_has_its_alert_and_its_series():
    """With its bound where there is one."""
    assert {objective.runbook for objective in OBJECTIVES} <= set(NAMES)
    ratio, bound = Objectives().collect()
    assert {sample.labels["objective"] for sample in ratio.samples} == {one.name for one in OBJECTIVES}
    assert [sample.value for sample in bound.samples] == [1.0, 60.0, 15.0]


def test_only_a_refused_promise_wakes_somebody_by_its_objective():
    """Slow is a message."""
    by_name = {alert.name: alert for alert in ALERTS}
    woken = {one.runbook for one in OBJECTIVES if by_name[one.runbook].severity is Severity.PAGE}

    assert {"PromisesRefused"} == woken


def test_burns_are_those_of_the_workbook():
    """The share of a month's budget that is gone when the long window is full: 2 %, 5 % and 10 %."""
    hours = {"1h": 1, "6h": 6, "3d": 72}

    assert [0.02, 0.05, 0.1] == [burn.factor * hours[burn.long] / (30 * 24) for burn in BURNS]
    assert {window for burn in BURNS for window in (burn.long, burn.short)} == set(WINDOWS)


@pytest.mark.parametrize(
    ("duration", "pace", "shortened"), [("15s", 1, "15s"), ("1m", 0.1, "6s"), ("0s", 0.1, "0s"), ("3d", 0.01, "2592s")]
)
def test_a_rehearsal_shortens_durations(duration, pace, shortened):
    """And the world as it is shortens nothing."""
    assert paced(duration, pace) == shortened


@pytest.mark.parametrize(
    ("duration", "pace", "waits"),
    [
        ("15s", 0.1, "2s"),
        ("30s", 0.1, "3s"),
        ("0s", 0.1, "0s"),
        ("2m", 0.1, "30s"),
        ("2m", 0.5, "60s"),
        ("2m", 1, "2m"),
    ],
)
def test_what_waits_for_an_explanation_waits_long_enough_at_any_pace(duration, pace, waits):
    """A look at what does not move is not shortened."""
    assert paced_wait(duration, pace) == waits


def test_a_window_keeps_two_scrapes():
    """However short the rehearsal."""
    assert (
        paced_windows("rate(one[1m]) + two[1h] + three[5m:15s]", 0.1) == "rate(one[15s]) + two[360s] + three[30s:15s]"
    )
    assert paced_windows("rate(one[1m])", 1) == "rate(one[1m])"


def test_what_is_written_is_read_back_as_it_was():
    """By any reader of YAML."""
    value = {
        "one": ["a: b", {"two": {}, "three": [1, True, None]}, []],
        "more": {"lines": 'max(a)\nor\nb{c="d"}', "says": "'{{ $labels.x }}'"},
        "list of lists": [[1, 2], [{"deep": "#"}]],
    }

    assert yaml.safe_load(plain(value)) == value


def test_the_public_word_hears_with_a_key_from_a_file():
    """Never from the configuration itself."""
    told = routing(Hearers(incidents="http://127.0.0.1:8001/v1/alerts", incidents_key="/keys/alerts"))

    (webhook,) = next(one for one in told["receivers"] if one["name"] == "incidents")["webhook_configs"]
    assert webhook["http_config"] == {"authorization": {"credentials_file": "/keys/alerts"}}


def _expressions():
    yield from (alert.expr for alert in ALERTS)
    yield from (one.expr for one in recorded())
