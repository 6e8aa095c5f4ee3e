"""Who hears of what: Alertmanager's own tool walks the routes."""

import pytest

from monitoring.alerts.alert import Severity
from monitoring.alerts.every import ALERTS
from monitoring.alerts.files import files

HEARS = {
    Severity.PAGE: "incidents,pager",
    Severity.MESSAGE: "incidents,messages",
    Severity.ALIVE: "alive",
}


@pytest.fixture
def config(tmp_path):
    (tmp_path / "alertmanager.yml").write_text(files()["alertmanager.yml"])
    return tmp_path / "alertmanager.yml"


def test_alertmanager_takes_its_file(run, config):
    """Routes, inhibitions and receivers."""
    code, _, said = run("amtool", "check-config", config)

    assert code == 0, said


def test_every_alert_reaches_those_it_is_for(run, config):
    """Lost or silent wakes somebody, slow is a message, and the public word hears of all."""
    wrong = {}
    for alert in ALERTS:
        labels = f"alertname={alert.name}", f"severity={alert.severity}"
        heard = run("amtool", "config", "routes", "test", f"--config.file={config}", *labels)[1].strip()
        if heard != HEARS[alert.severity]:
            wrong[alert.name] = heard

    assert {} == wrong


def test_what_is_lost_or_silent_wakes_somebody():
    """And what is only slow wakes nobody."""
    pages = {alert.name for alert in ALERTS if alert.severity is Severity.PAGE}

    assert {"LedgerAway", "CounterDown", "SilentSubmissions", "LedgerNotDurable", "PromisesRefused"} <= pages
    assert not pages & {"WorkWaiting", "PromisesSlow", "DecisionsLate", "RegistryStopped", "BellAway"}
