"""The rehearsal of alerts, its shortest row: Redis stands still, and who hears of it, what is seen, what cures it."""

import pytest

from loadtest.alerts.faults import FAULTS
from loadtest.alerts.rehearsing import rehearse
from tests.journeys.web.browsers import chromium

#: That things are slow on a machine that many tests share is nobody's alert here.
SLOW = {"PromisesSlow", "DecisionsLate", "WorkWaiting", "LedgerStale", "CounterFull"}


@pytest.fixture(scope="module")
def outcome(tool, tmp_path_factory):
    """What came of it, on a system of its own with Prometheus, Alertmanager and a browser beside it."""
    tool("prometheus")
    tool("prometheus-alertmanager")
    chromium()
    [bell] = [fault for fault in FAULTS if fault.alert == "BellAway"]
    [outcome] = rehearse([bell], tmp_path_factory.mktemp("rehearsal") / "pictures", SLOW)
    return outcome


def test_its_alert_is_heard(outcome):
    """And no other."""
    assert outcome.seconds is not None, outcome.wrong
    assert (outcome.others, outcome.stumbled) == ([], "")


def test_the_console_says_so(outcome):
    """In words, as they are read in a browser."""
    assert outcome.lit_seconds is not None, outcome.wrong
    assert "Redis does not answer" in outcome.light.reason


def test_mothers_notice_nothing(outcome):
    """The page says that it works all the while."""
    assert outcome.said_seconds is not None, outcome.wrong


def test_the_step_of_the_runbook_cures_it(outcome):
    """The alert falls silent, the light is as before, and both pages were kept as pictures of each."""
    assert outcome.cured_seconds is not None, outcome.wrong
    assert len(outcome.pictures) == 4
