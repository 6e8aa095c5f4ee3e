"""The configuration of Alertmanager: who hears of what, and what explains what."""

from dataclasses import dataclass
from typing import Any

from monitoring.alerts.alert import Severity
from monitoring.alerts.every import ALERTS
from monitoring.alerts.pace import paced


@dataclass(frozen=True, slots=True)
class Hearers:
    """Addresses of webhooks; who is not named is a receiver without any, to be filled in."""

    pager: str | None = None  # whoever is woken
    messages: str | None = None  # what is read in the morning
    alive: str | None = None  # whoever notices that nothing comes any more
    incidents: str | None = None  # the monitoring process, which tells the public
    incidents_key: str | None = None  # file with what authorises us there


def routing(hearers: Hearers, pace: float = 1) -> dict[str, Any]:
    """Return the file. Everything goes to `incidents`, and then by severity; `pace` shortens every wait."""

    def waits(first: str, again: str, repeated: str) -> dict[str, str]:
        return {
            "group_wait": paced(first, pace),
            "group_interval": paced(again, pace),
            "repeat_interval": paced(repeated, pace) if pace == 1 else "1h",
        }

    routes: list[dict[str, Any]] = [
        {"receiver": "incidents", "matchers": [f'severity!="{Severity.ALIVE}"'], "continue": True}
        | waits("5s", "30s", "5m"),
        {"receiver": "pager", "matchers": [f'severity="{Severity.PAGE}"']} | waits("10s", "1m", "30m"),
        {"receiver": "messages", "matchers": [f'severity="{Severity.MESSAGE}"']} | waits("30s", "5m", "12h"),
        {"receiver": "alive", "matchers": [f'severity="{Severity.ALIVE}"']} | waits("1s", "30s", "1m"),
    ]
    return {
        "route": {"receiver": "messages", "group_by": ["alertname"], "routes": routes} | waits("30s", "5m", "12h"),
        "inhibit_rules": [
            {
                "source_matchers": [f'alertname="{alert.name}"'],
                "target_matchers": [f'alertname=~"{"|".join(alert.explains)}"'],
            }
            for alert in ALERTS
            if alert.explains
        ],
        "receivers": [
            {"name": "incidents", **_webhook(hearers.incidents, hearers.incidents_key)},
            {"name": "pager", **_webhook(hearers.pager)},
            {"name": "messages", **_webhook(hearers.messages)},
            {"name": "alive", **_webhook(hearers.alive)},
        ],
    }


def _webhook(url: str | None, key_file: str | None = None) -> dict[str, Any]:
    if url is None:
        return {}
    key = {"http_config": {"authorization": {"credentials_file": key_file}}} if key_file else {}
    return {"webhook_configs": [{"url": url, "send_resolved": True, **key}]}
