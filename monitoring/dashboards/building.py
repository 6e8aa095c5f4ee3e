"""Building: a dashboard as Grafana reads it."""

import json
from collections.abc import Iterator
from typing import Any

from monitoring.dashboards.panel import Dashboard, Panel, Query, Shape, Unit

RUNBOOK = "${runbook}#"  # the address is a variable of the dashboard, so that each house names its own
SOURCE = {"type": "prometheus", "uid": "approdo-prometheus"}
SCHEMA = 39
ROW, HIGH = 1, 8
COLOURS = {"good": "#1b7f4d", "warn": "#b3541e"}  # told apart by brightness too
WIDTH = 24


def as_json(dashboard: Dashboard, runbook: str) -> str:
    """Return the file; `runbook` is where its headings are found."""
    return json.dumps(built(dashboard, runbook), indent=1, ensure_ascii=False) + "\n"


def built(dashboard: Dashboard, runbook: str) -> dict[str, Any]:
    """Return the dashboard as Grafana's own model."""
    return {
        "uid": f"approdo-{dashboard.slug}",
        "title": f"Approdo: {dashboard.title}",
        "description": dashboard.says,
        "tags": ["approdo"],
        "schemaVersion": SCHEMA,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "refresh": "5s",
        "timezone": "Europe/Rome",
        "time": {"from": "now-1h", "to": "now"},
        "links": [{"type": "dashboards", "tags": ["approdo"], "title": "Approdo", "asDropdown": False}],
        "templating": {"list": [_constant("runbook", runbook)]},
        "annotations": {"list": []},
        "panels": list(_panels(dashboard)),
    }


def _constant(name: str, value: str) -> dict[str, Any]:
    return {"type": "constant", "name": name, "hide": 2, "query": value, "current": {"text": value, "value": value}}


def _panels(dashboard: Dashboard) -> Iterator[dict[str, Any]]:
    top, number = 0, 1
    for question, panels in dashboard.rows:
        place = {"x": 0, "y": top, "w": WIDTH, "h": ROW}
        yield {"id": number, "type": "row", "title": question, "collapsed": False, "gridPos": place, "panels": []}
        top, left, number = top + ROW, 0, number + 1
        for panel in panels:
            if left + panel.width > WIDTH:
                top, left = top + HIGH, 0
            yield _panel(panel, number, {"x": left, "y": top, "w": panel.width, "h": HIGH})
            left, number = left + panel.width, number + 1
        top += HIGH


def _panel(panel: Panel, number: int, place: dict[str, int]) -> dict[str, Any]:
    return {
        "id": number,
        "type": str(panel.shape),
        "title": panel.title,
        "description": panel.says,
        "datasource": SOURCE,
        "gridPos": place,
        "targets": [_target(query, letter) for query, letter in zip(panel.queries, "ABCDEFGH", strict=False)],
        "links": [{"title": f"What to do: {panel.alert}", "url": RUNBOOK + panel.alert.lower(), "targetBlank": True}],
        "fieldConfig": {"defaults": _field(panel), "overrides": []},
        "options": _options(panel),
    }


def _target(query: Query, letter: str) -> dict[str, Any]:
    return {"refId": letter, "expr": query.expr, "legendFormat": query.legend, "datasource": SOURCE}


def _field(panel: Panel) -> dict[str, Any]:
    field: dict[str, Any] = {"unit": str(panel.unit), "min": 0, "noValue": "nothing yet"}
    if panel.unit is Unit.SHARE:
        field["max"] = 1
    if panel.warns is not None:
        below, above = ("good", "warn") if panel.good_is_low else ("warn", "good")
        steps = [{"color": COLOURS[below], "value": None}, {"color": COLOURS[above], "value": panel.warns}]
        field |= {"thresholds": {"mode": "absolute", "steps": steps}, "color": {"mode": "thresholds"}}
    if panel.shape is Shape.LINES:
        field |= {"color": {"mode": "palette-classic"}, "custom": {"lineWidth": 2, "fillOpacity": 8}}
        if panel.warns is not None:
            field["custom"]["thresholdsStyle"] = {"mode": "line"}
    return field


def _options(panel: Panel) -> dict[str, Any]:
    if panel.shape is Shape.LINES:
        return {"legend": {"displayMode": "table", "placement": "bottom", "calcs": ["lastNotNull", "max"]}}
    latest = {"calcs": ["lastNotNull"], "fields": "", "values": False}
    return (
        {"reduceOptions": latest, "textMode": "value_and_name"}
        if panel.shape is Shape.NUMBER
        else {
            "reduceOptions": latest,
            "orientation": "horizontal",
            "displayMode": "basic",
        }
    )
