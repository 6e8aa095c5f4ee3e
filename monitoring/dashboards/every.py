"""Every dashboard, and the files by which Grafana finds them and Prometheus."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from monitoring.alerts.plain import yaml
from monitoring.dashboards.building import SOURCE, as_json
from monitoring.dashboards.counter import COUNTER
from monitoring.dashboards.launch_day import LAUNCH_DAY
from monitoring.dashboards.panel import Dashboard
from monitoring.dashboards.rehearsal import REHEARSAL
from monitoring.dashboards.stores import STORES
from monitoring.dashboards.workers import WORKERS

DASHBOARDS: Sequence[Dashboard] = (LAUNCH_DAY, COUNTER, WORKERS, STORES, REHEARSAL)
HEAD = "# Written by `make golden` from monitoring/dashboards; do not edit.\n"
RUNBOOK = "/public/approdo/runbook.md"  # where Grafana of deploy/compose.yaml serves it; a variable of each dashboard


def files() -> Mapping[str, str]:
    """Return name and content of each file."""
    drawn = {f"dashboards/{one.slug}.json": as_json(one, RUNBOOK) for one in DASHBOARDS}
    return MappingProxyType(
        {
            **drawn,
            "provisioning/datasources/prometheus.yml": HEAD + yaml(_source()),
            "provisioning/dashboards/approdo.yml": HEAD + yaml(_provider()),
        }
    )


def _source() -> dict[str, Any]:
    source = {
        "name": "Prometheus",
        "uid": SOURCE["uid"],
        "type": SOURCE["type"],
        "access": "proxy",
        "url": "${PROMETHEUS_URL}",
        "isDefault": True,
        "editable": False,
    }
    return {"apiVersion": 1, "datasources": [source]}


def _provider() -> dict[str, Any]:
    provider = {
        "name": "Approdo",
        "folder": "Approdo",
        "type": "file",
        "disableDeletion": True,
        "allowUiUpdates": False,
        "options": {"path": "/etc/grafana/dashboards"},
    }
    return {"apiVersion": 1, "providers": [provider]}
