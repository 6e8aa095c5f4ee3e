"""The rule file of Prometheus: what is recorded, and what alerts."""

from typing import Any

from monitoring.alerts.alert import Alert
from monitoring.alerts.every import ALERTS
from monitoring.alerts.pace import paced_wait, paced_windows
from monitoring.alerts.recording import recorded


def rule_file(pace: float = 1) -> dict[str, Any]:
    """Return the file; `pace` shortens every duration for a rehearsal."""
    recording = [
        {"record": one.name, "expr": paced_windows(one.expr, pace), **({"labels": one.labels} if one.labels else {})}
        for one in recorded()
    ]
    alerting = [_alerting(alert, pace) for alert in ALERTS]
    return {
        "groups": [
            {"name": "approdo-recorded", "rules": recording},
            {"name": "approdo-alerts", "rules": alerting},
        ]
    }


def _alerting(alert: Alert, pace: float) -> dict[str, Any]:
    return {
        "alert": alert.name,
        "expr": paced_windows(alert.expr, pace),
        "for": paced_wait(alert.lasts, pace),
        "labels": {"severity": str(alert.severity), "function": alert.function},
        "annotations": {"summary": alert.says, "for_mothers": alert.hers, "runbook": alert.runbook},
    }
