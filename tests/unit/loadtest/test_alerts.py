"""The rehearsal of alerts: what it expects exists, what it hears is noted, and how an outcome is judged."""

import json
from dataclasses import replace

import httpx
import pytest

from loadtest.alerts.eyes import Light, Sight
from loadtest.alerts.faults import FAULTS
from loadtest.alerts.hearing import Hearing
from loadtest.alerts.kept import NAME, keep
from loadtest.alerts.outcome import Outcome
from loadtest.alerts.report import steps, write
from loadtest.status_page import Timed
from monitoring.alerts.every import ALERTS
from monitoring.console.lights import lights
from monitoring.public.texts import HEADLINE, HEADLINE_OF_CAUSE, WORKS
from tests.unit.monitoring.console.test_lights import CALM, LEFT


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


def outcome(**changed):
    """All as it should be, but for what is changed."""
    told = {
        "at": "2025-11-20T10:00:00+00:00",
        "seconds": 4.0,
        "lit_seconds": 5.0,
        "said_seconds": 6.0,
        "cured_seconds": 7.0,
    }
    return Outcome("one", changed.pop("alert", "A"), **(told | changed))


FAST = Timed(500, 0, 0.002, 0.02, 0.05)
MANY = replace(FAST, asked=5_000.0, taken=300.0, capacity=500.0)


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({}, ""),
        ({"echoes": ["C"], "page": FAST}, ""),
        ({"page": MANY, "is_crowded": True}, ""),
        ({"seconds": None}, "its alert was not heard"),
        ({"others": ["B"]}, "also heard: B"),
        ({"lit_seconds": None}, "the console's light did not say so; no such light"),
        ({"lit_seconds": None, "light": Light("P", "kept", "All is well.")}, "did not say so; P (kept): All is well."),
        ({"said_seconds": None, "public": ["Il servizio funziona"]}, "the public page said: Il servizio funziona"),
        ({"said_seconds": None}, "the public page said: nothing"),
        ({"page": replace(FAST, p99=0.11)}, "the public page was slow: 500 answers, 0 missing"),
        ({"page": replace(FAST, missing=1)}, "the public page was slow: 500 answers, 1 missing"),
        ({"page": replace(MANY, asked=4_900.0), "is_crowded": True}, "9.8 times what it takes"),
        ({"page": FAST, "is_crowded": True}, "too few came"),
        ({"cured_seconds": None, "left": ["A sounds"]}, "not cured: A sounds"),
        ({"stumbled": "OSError: gone"}, "the rehearsal stumbled: OSError: gone"),
    ],
)
def test_an_outcome_is_good_where_it_was_heard_alone_seen_told_and_cured(changed, wrong):
    """While the fault lasted; what follows once it is over is told, and judged by nobody."""
    said = outcome(**changed).wrong

    assert len(said) == bool(wrong)
    assert all(wrong in words for words in said)
    assert outcome(**changed).ok is not bool(wrong)


def test_a_light_says_it_only_where_it_is_not_green_and_in_these_words():
    """What is green, or red for another reason, was not seen."""
    sight = Sight("A", "is away")
    lights = [Light("A", "broken", "it is away"), Light("A", "kept", "it is away"), Light("A", "broken", "it is late")]

    assert [True, False, False] == [sight.says_so(light) for light in lights]
    assert not sight.says_so(None)


def test_a_light_is_as_it_should_be_where_it_says_nothing_more_or_only_what_lingers():
    """Another reason, or no light at all, is told."""
    sight = Sight("A", "is away", lingers="five minutes")
    fine = [Light("A", "kept", ""), Light("A", "not-known", ""), Light("A", "at-risk", "in the last five minutes")]

    assert [None] * 3 == [sight.amiss({"A": light}) for light in fine]
    assert sight.amiss({"A": Light("A", "broken", "Down: B.")}) == "A (broken): Down: B."
    assert "no light 'A'" in sight.amiss({})


def test_every_fault_is_seen_in_words_the_console_and_the_public_page_have():
    """A word that is changed there is missed here, before ten minutes are spent."""
    promises = {light.promise for light in lights(CALM, LEFT)}
    headlines = {WORKS, *HEADLINE.values(), *HEADLINE_OF_CAUSE.values()}

    assert {fault.sight.promise for fault in FAULTS} <= promises
    assert {fault.sight.public for fault in FAULTS} <= headlines


def test_the_report_shows_what_the_runbook_says(tmp_path):
    """And what was seen, escaped."""
    written = write(tmp_path, [outcome(alert="LedgerAway", public=["<b>"], pictures=["a.png"])]).read_text()

    assert "start PostgreSQL again" in written
    assert "&lt;b&gt;" in written
    assert 'src="a.png"' in written
    assert all({"Do", "Over when"} <= steps(fault.alert).keys() for fault in FAULTS)


def test_what_preflight_reads_names_what_stayed_silent_and_what_was_not_rehearsed(tmp_path):
    """Expected, and not among those that fired; the whole is as old as its oldest part."""
    later = "2025-11-21T10:00:00+00:00"
    keep(tmp_path, [outcome(alert="BellAway"), outcome(alert="LedgerAway", seconds=None, at=later)])

    told = json.loads((tmp_path / NAME).read_text())
    assert told["expected"] == [fault.alert for fault in FAULTS]
    assert (told["fired"], told["at"]) == (["BellAway"], "2025-11-20T10:00:00+00:00")


def test_one_that_is_rehearsed_again_takes_its_own_place_alone(tmp_path):
    """With everything that was seen of the others."""
    seen = outcome(alert="CounterFull", page=MANY, light=Light("P", "at-risk", "full"), is_crowded=True)
    keep(tmp_path, [seen, outcome(alert="BellAway", seconds=None)])
    both = keep(tmp_path, [outcome(alert="BellAway")])

    assert both == [outcome(alert="BellAway"), seen]
    assert json.loads((tmp_path / NAME).read_text())["fired"] == ["BellAway", "CounterFull"]


@pytest.mark.parametrize(
    "content", ["", "{}", '{"outcomes": [{"fault": "x"}]}', '{"outcomes": [{"wrong": [], "x": 1}]}']
)
def test_what_another_version_kept_is_begun_anew(tmp_path, content):
    """It cannot be told what it was held to."""
    (tmp_path / NAME).write_text(content)

    assert keep(tmp_path, [outcome(alert="BellAway")]) == [outcome(alert="BellAway")]
