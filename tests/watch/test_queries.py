"""Every query of every panel and rule, asked of a real Prometheus that looks at the real system under load."""

import json
import os
import re
import subprocess
import sys
from contextlib import contextmanager
from itertools import count

import httpx
import pytest

from monitoring.alerts.every import ALERTS
from monitoring.alerts.recording import recorded
from monitoring.dashboards.every import DASHBOARDS
from tests.integration.stack.running import PATIENCE, until
from tests.journeys.applicant import Applicant
from tests.journeys.system import ROOT, running_system

FEW = 8  # people who file: more than an estimate needs
WITH_A_FLAG = 38  # a golden case that an officer sees


@contextmanager
def watching(system):
    """Prometheus and Alertmanager beside it, as `make watch` starts them; give Prometheus' client."""
    command = [sys.executable, "-m", "deploy.watch", "--prometheus-port=0", "--alertmanager-port=0", "--every=1s"]
    said = system.data.parent / "watching.txt"
    with said.open("wb") as output:
        watch = subprocess.Popen(
            command,
            cwd=ROOT,
            env={"PATH": os.defpath, "APPRODO_DATA": str(system.data)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        until(lambda: "WATCHING" in said.read_text() or watch.poll() is not None, said.read_text)
        where = json.loads((system.data / "watch" / "where.json").read_text())
        with httpx.Client(base_url=where["prometheus"], timeout=PATIENCE, trust_env=False) as prometheus:
            yield prometheus
    finally:
        watch.terminate()
        assert watch.wait(PATIENCE) == 0, said.read_text()


@pytest.fixture(scope="module")
def prometheus(tool):
    """It has seen people file, a few faults, and who was turned away."""
    tool("prometheus")
    with running_system(APPRODO_BASE="PT0.5S", APPRODO_SYNTHETIC="PT5S") as system, watching(system) as prometheus:
        until(lambda: len(answer(prometheus, "up == 1")) >= 6)
        people = count(9_001)
        for _ in range(2):
            for _ in range(FEW // 2):
                Applicant(system, 1, next(people)).fill().file()
            Applicant(system, WITH_A_FLAG, next(people)).fill().file()
            break_something(system, Applicant(system, 1, next(people)).fill())
            until(lambda: answer(prometheus, "sum(approdo_decisions_total)") != [])
        yield prometheus


def break_something(system, applicant):
    """A registry that fails for a moment, and somebody who is told why not."""
    system.tell_registries("anpr", "503", times=3)
    applicant.file()
    assert system.client.put("/v1/drafts/nobody/sections/income", json={}).status_code in (401, 404, 428)


def answer(prometheus, query):
    told = prometheus.get("/api/v1/query", params={"query": query}).json()
    assert told["status"] == "success", told
    return told["data"]["result"]


def test_every_panel_and_every_recording_rule_shows_something(prometheus):
    """Each of their queries returns data."""
    asked = {query.expr: panel.title for board in DASHBOARDS for panel in board.panels for query in panel.queries}
    asked |= {f"{one.name}{{{_matching(one.labels)}}}": one.name for one in recorded()}
    silent = dict(asked)

    def all_answer():
        for query in list(silent):
            if answer(prometheus, query):
                del silent[query]
        return not silent

    until(all_answer, lambda: f"nothing is shown by {silent}")
    assert len(asked) > 80


def test_no_alert_is_blind(prometheus):
    """Of each the series it compares are there, whether it sounds or not."""
    operands = {part: alert.name for alert in ALERTS for part in _operands(alert.expr)}

    assert {name for part, name in operands.items() if not answer(prometheus, part)} == set()


def test_nothing_sounds_while_all_is_well(prometheus):
    """But what shows that alerts arrive."""
    sounding = {one["metric"]["alertname"] for one in answer(prometheus, 'ALERTS{alertstate="firing"}')}

    assert sounding == {"WatchAlive"}


def test_prometheus_finds_no_fault_with_the_rules_as_they_run(prometheus):
    """Each was evaluated, and none in vain."""
    groups = prometheus.get("/api/v1/rules").json()["data"]["groups"]
    wrong = {
        rule["name"]: rule.get("lastError") for group in groups for rule in group["rules"] if rule["health"] != "ok"
    }

    assert {} == wrong


def _matching(labels):
    return ",".join(f'{name}="{value}"' for name, value in labels.items())


def _operands(expr):
    """What an alert compares: each side of `and` and `or`, without the comparison; an absence is asked as presence."""
    for part in expr.replace("\nor\n", "\nand\n").replace(" and ", "\nand\n").split("\nand\n"):
        bare = re.sub(r" offset \d+[hm]", "", part.strip().removeprefix("on() "))  # nothing is as old as that here
        if bare.startswith("absent("):
            bare = bare.removeprefix("absent(").removesuffix(")")
        elif bare.startswith("(approdo:"):
            bare = bare[1:]
        for sign in (" > ", " >= ", " == "):
            bare = bare.split(sign)[0]
        if bare.count("(") < bare.count(")"):
            bare = bare.rstrip(")")
        yield bare
