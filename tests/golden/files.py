"""The golden files: what another party depends on, each with what writes it."""

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from monitoring.alerts import files as alerts
from monitoring.dashboards import every as dashboards
from tests.contracts.openapi import document
from tests.golden.decisions import decisions
from tests.golden.messages import messages
from tests.golden.schema import schema
from tests.golden.settings import settings
from tests.golden.states import states
from tests.unit.monitoring.catalogue import catalogue

ROOT = Path(__file__).resolve().parents[2]


def openapi() -> str:
    """Return the document, to be read and compared line by line."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


GOLDEN: Mapping[str, Callable[[], str]] = {
    "tests/golden/openapi.json": openapi,
    "tests/golden/schema.sql": schema,
    "tests/golden/messages.json": messages,
    "tests/golden/series.txt": catalogue,
    "docs/states.md": states,
    "docs/decisions/README.md": decisions,
    "docs/settings.md": settings,
    **{f"deploy/prometheus/{name}": partial(alerts.files().__getitem__, name) for name in alerts.files()},
    **{f"deploy/grafana/{name}": partial(dashboards.files().__getitem__, name) for name in dashboards.files()},
}

# Written by those who run what they count: `make crash-points`.
COUNTED = {"tests/golden/crash_points.txt"}
