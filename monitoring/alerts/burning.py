"""Alerts of the objectives: their budget burns too fast, over a long window and still over a short one."""

from collections.abc import Mapping

from monitoring.alerts.alert import Alert, Severity
from monitoring.objectives import BURNS, OBJECTIVES, Burn, Objective

#: What each means for mothers.
HERS: Mapping[str, str] = {
    "ack-availability": "Some cannot save or file now; what they typed stays with them, and they are told so.",
    "ack-latency": "Saving and filing take longer than they should; nothing is lost.",
    "time-to-decision": "Decisions come later than usual; filings and deadlines are not touched.",
    "status-freshness": "What is shown of the waiting time is old; filing is not touched.",
}
EXPLAINED_BY = ("LedgerAway", "LedgerNotDurable", "CounterDown", "CounterFull")
EXPLAINS: Mapping[str, tuple[str, ...]] = {"ack-availability": ("PromisesSlow",)}


def burning() -> list[Alert]:
    """Return one alert for each objective: any pair of windows makes it sound."""
    return [_alert(objective) for objective in OBJECTIVES]


def _alert(objective: Objective) -> Alert:
    return Alert(
        name=objective.runbook,
        expr="\nor\n".join(_burns(objective, burn) for burn in BURNS if burn.urgent or not objective.urgent),
        lasts="2m",  # what explains it is heard first
        severity=Severity.PAGE if objective.urgent else Severity.MESSAGE,
        says=f"Missed too often: {objective.title} ({objective.target:.1%} is the objective).",
        hers=HERS[objective.name],
        function=objective.function,
        explains=EXPLAINS.get(objective.name, ()),
    )


def _burns(objective: Objective, burn: Burn) -> str:
    """Both windows; of days only what has been watched for a while: a window hardly begun says nothing.

    Where somebody is woken, what was explained within the short window is not told again when its explanation ends.
    """
    over = f"> {burn.factor:g} * {objective.budget:g}"
    of = f'{{objective="{objective.name}"}}'
    since = "" if burn.urgent else f" offset {burn.short}"
    told = f'ALERTS{{alertname=~"{"|".join(EXPLAINED_BY)}",alertstate="firing"}}[{burn.short}]'
    but = f" unless on() max(max_over_time({told}))" if objective.urgent else ""
    return (
        f"(approdo:slo_errors:ratio{burn.long}{of} {over}"
        f" and approdo:slo_errors:ratio{burn.short}{of} {over}"
        f" and approdo:slo_events:count{burn.long}{of}{since} >= {objective.fewest}{but})"
    )
