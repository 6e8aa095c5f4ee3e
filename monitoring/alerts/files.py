"""Every file that Prometheus and Alertmanager read, as this code writes them."""

from collections.abc import Mapping
from types import MappingProxyType

from monitoring.alerts.plain import yaml
from monitoring.alerts.routing import Hearers, routing
from monitoring.alerts.rule_file import rule_file
from monitoring.alerts.scraping import scraping

HEAD = "# Written by `make golden` from monitoring/alerts; do not edit.\n"
OPS = "http://127.0.0.1:8001"
#: As committed: beside a system on its usual ports.
HEARERS = Hearers(incidents=f"{OPS}/v1/alerts", incidents_key="/var/lib/approdo/public/alerts.key")


def files(
    ops: str = OPS,
    alertmanager: str = "127.0.0.1:9093",
    hearers: Hearers = HEARERS,
    *,
    pace: float = 1,
    every: str = "5s",
) -> Mapping[str, str]:
    """Return name and content of each file."""
    return MappingProxyType(
        {
            "prometheus.yml": HEAD + yaml(scraping(ops, alertmanager, every)),
            "rules.yml": HEAD + yaml(rule_file(pace)),
            "alertmanager.yml": HEAD + yaml(routing(hearers, pace)),
        }
    )
