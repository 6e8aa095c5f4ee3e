"""Dashboards as data: every panel says what it means, in which unit, and where to read what to do."""

import json
import re
from pathlib import Path

import pytest

from monitoring.alerts.every import ALERTS
from monitoring.alerts.recording import recorded
from monitoring.dashboards.building import built
from monitoring.dashboards.every import DASHBOARDS, files
from monitoring.objectives import OBJECTIVES
from tests.unit.monitoring.catalogue import catalogue

RUNBOOK = (Path(__file__).parents[3] / "docs" / "runbook.md").read_text()
PANELS = [(one, panel) for one in DASHBOARDS for panel in one.panels]


def drawn(dashboard):
    return [panel for panel in built(dashboard, "docs/runbook.md")["panels"] if panel["type"] != "row"]


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one.slug)
def test_every_panel_has_unit_description_and_a_way_to_the_runbook(dashboard):
    """As Grafana reads it."""
    for panel in drawn(dashboard):
        assert panel["fieldConfig"]["defaults"]["unit"]
        assert len(panel["description"]) > 8
        (link,) = panel["links"]
        assert link["url"].startswith("${runbook}#")
        assert all(target["expr"] for target in panel["targets"])


def test_every_way_to_the_runbook_leads_to_a_heading():
    """That of an alert."""
    assert {panel.alert for _, panel in PANELS} <= {alert.name for alert in ALERTS}
    assert [panel.alert for _, panel in PANELS if f"\n## {panel.alert}\n" not in RUNBOOK] == []


def test_panels_ask_for_series_that_exist():
    """A misspelt name would show nothing, for ever."""
    known = {line.split()[0] for line in catalogue().splitlines()} | {one.name for one in recorded()}
    known |= {f"{name}{end}" for name in known for end in ("_count", "_sum", "_bucket", "_info")} | {"up", "ALERTS"}
    asked = {
        name
        for _, panel in PANELS
        for query in panel.queries
        for name in re.findall(r"\b(?:approdo[_:][a-zA-Z0-9_:]+|up|ALERTS)\b", query.expr)
    }

    assert asked - known == set()


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one.slug)
def test_panels_lie_beside_each_other_and_not_on_each_other(dashboard):
    """In a grid of 24 columns."""
    taken = set()
    for panel in built(dashboard, "")["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: one.slug)
def test_no_two_panels_share_a_number_or_a_title(dashboard):
    """Links and alerts find them by these."""
    panels = drawn(dashboard)

    assert len({panel["id"] for panel in panels}) == len(panels) == len({panel["title"] for panel in panels})


def test_every_objective_is_drawn():
    """Where a rehearsal is watched."""
    asked = " ".join(query.expr for _, panel in PANELS for query in panel.queries)

    assert [one.name for one in OBJECTIVES if f'objective="{one.name}"' not in asked] == []


def test_dashboards_are_found_by_an_address_of_their_own():
    """That stays when their title changes."""
    told = [json.loads(content) for name, content in files().items() if name.endswith(".json")]

    assert len({one["uid"] for one in told}) == len(DASHBOARDS)
