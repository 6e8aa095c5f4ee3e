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
        expr=_burning(objective),
        lasts="2m",  # what explains it is heard first
        severity=Severity.PAGE if objective.urgent else Severity.MESSAGE,
        says=f"Missed too often: {objective.title} ({objective.target:.1%} is the objective).",
        hers=HERS[objective.name],
        function=objective.function,
        explains=EXPLAINS.get(objective.name, ()),
    )


def _burning(objective: Objective) -> str:
    """Any pair of windows; what was explained a moment ago is not told again once the explanation has ended."""
    burns = "\nor\n".join(_burns(objective, burn) for burn in BURNS if burn.urgent or not objective.urgent)
    if not objective.urgent:
        return burns
    explained = "|".join(EXPLAINED_BY)
    return f'({burns})\nunless on() max(max_over_time(ALERTS{{alertname=~"{explained}",alertstate="firing"}}[5m]))'


def _burns(objective: Objective, burn: Burn) -> str:
    """Both windows; of days only what has been watched for a while: a window hardly begun says nothing."""
    over = f"> {burn.factor:g} * {objective.budget:g}"
    of = f'{{objective="{objective.name}"}}'
    since = "" if burn.urgent else f" offset {burn.short}"
    return (
        f"(approdo:slo_errors:ratio{burn.long}{of} {over}"
        f" and approdo:slo_errors:ratio{burn.short}{of} {over}"
        f" and approdo:slo_events:count{burn.long}{of}{since} >= {objective.fewest})"
    )
