"""The rules: Prometheus takes them, each alert sounds when it should, and keeps quiet when it should."""

import re

import pytest
import yaml

from monitoring.alerts.every import ALERTS
from monitoring.alerts.files import files
from monitoring.alerts.rule_file import rule_file
from tests.watch.cases import ALWAYS, CASES

BY_NAME = {alert.name: alert for alert in ALERTS}


@pytest.fixture
def written(tmp_path):
    """The files as they are committed."""
    for name, content in files().items():
        (tmp_path / name).write_text(content)
    return tmp_path


def test_prometheus_takes_its_files(run, written):
    """Both of them, and finds every rule."""
    code, _, said = run("promtool", "check", "config", "prometheus.yml")

    rules = sum(len(group["rules"]) for group in rule_file()["groups"])
    assert (0, True) == (code, f"{rules} rules found" in said), said


def test_prometheus_takes_the_rules_at_the_pace_of_a_rehearsal(run, tmp_path):
    """Windows and waits are shortened, and nothing else."""
    (tmp_path / "rules.yml").write_text(files(pace=0.1)["rules.yml"])

    assert run("promtool", "check", "rules", "rules.yml")[0] == 0


def test_a_broken_rule_is_seen(run, written):
    """Or the check above would show nothing."""
    (written / "rules.yml").write_text((written / "rules.yml").read_text().replace("sum(", "som(", 1))

    assert run("promtool", "check", "config", "prometheus.yml")[0] != 0


def test_every_alert_has_a_case():
    """One in which it sounds, and one in which it does not."""
    assert BY_NAME.keys() == CASES.keys() | ALWAYS


def test_every_alert_sounds_and_keeps_quiet(run, written):
    """Two worlds for each."""
    cases = [test for name in CASES for test in _tests(name)]
    (written / "cases.yml").write_text(
        yaml.safe_dump({"rule_files": ["rules.yml"], "evaluation_interval": "30s", "tests": cases})
    )

    code, _, said = run("promtool", "test", "rules", "cases.yml")

    assert code == 0, said[-3_000:]


def test_what_was_explained_a_moment_ago_is_not_told_again(run, written):
    """Its budget burns on for a while when the outage is over; somebody was woken for that already."""
    burning = CASES["PromisesRefused"].sounds | {'up{job="approdo",process="counter-1"}': "1x20 0x20 1x20"}
    again = [_test(f"at {at} s", "PromisesRefused", at, burning, []) for at in (420, 660)]
    (written / "cases.yml").write_text(
        yaml.safe_dump({"rule_files": ["rules.yml"], "evaluation_interval": "30s", "tests": again})
    )

    code, _, said = run("promtool", "test", "rules", "cases.yml")

    assert code == 0, said[-3_000:]


@pytest.mark.parametrize("name", ["LedgerAway", "PromisesRefused"])
def test_a_rule_that_no_longer_sounds_is_seen(run, written, name):
    """Its case turns red."""
    planted = written / "rules.yml"
    planted.write_text(planted.read_text().replace(f'alert: "{name}"', f'alert: "{name}Not"'))
    (written / "cases.yml").write_text(
        yaml.safe_dump({"rule_files": ["rules.yml"], "evaluation_interval": "30s", "tests": list(_tests(name))})
    )

    assert run("promtool", "test", "rules", "cases.yml")[0] != 0


def _tests(name):
    case, alert = CASES[name], BY_NAME[name]
    labels = {"severity": str(alert.severity), "function": alert.function, **dict(case.labels)}
    labels = {key: value for key, value in labels.items() if value}
    yield _test(
        f"{name} sounds", name, case.at, case.sounds, [{"exp_labels": labels, "exp_annotations": _said(alert, labels)}]
    )
    yield _test(f"{name} keeps quiet", name, case.at, case.quiet, [])


def _test(title, name, at, series, expected):
    return {
        "name": title,
        "interval": "15s",
        "input_series": [{"series": key, "values": values} for key, values in series.items()],
        "alert_rule_test": [{"eval_time": f"{at}s", "alertname": name, "exp_alerts": expected}],
    }


def _said(alert, labels):
    summary = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda found: labels[found[1]], alert.says)
    return {"summary": summary, "for_mothers": alert.hers, "runbook": alert.runbook}
