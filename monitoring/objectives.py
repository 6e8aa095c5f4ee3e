"""Objectives: what the service is held to in operation, as data; alerts, dashboards and series follow from it.

An objective is a share of good events. What may go wrong beside it is the budget, and an alert sounds when the budget
burns too fast: over a long window, so that it matters, and over a short one, so that it is still going on (Google, The
Site Reliability Workbook, chapter 5, "Alerting on SLOs", table 5-8).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from monitoring.acks import PROMISES

OF_PROMISES: Final = f'operation=~"{"|".join(sorted(PROMISES))}"'


@dataclass(frozen=True, slots=True)
class Objective:
    """One promise in numbers. `bad` and `all` are PromQL that counts events over `{window}`.

    `bound` is the time an event must take less than to be good, where there is one; `urgent` says whether somebody is
    woken when it is missed (refused is urgent, slow is not); below `fewest` events in the long window nothing is said.
    """

    name: str
    title: str
    target: float  # share of events that must be good
    bad: str
    all: str
    runbook: str  # the alert, and its heading
    function: str  # what is concerned, as the public status page names it
    urgent: bool = False
    bound: timedelta | None = None
    fewest: int = 50

    @property
    def budget(self) -> float:
        """The share that may go wrong."""
        return round(1 - self.target, 9)

    def ratio(self, window: str) -> str:
        """Return the share that went wrong over a window, in PromQL."""
        return f"({self.bad}) / ({self.all})".replace("{window}", window)


@dataclass(frozen=True, slots=True)
class Burn:
    """A pair of windows, and how many times faster than allowed the budget burns in both for an alert to sound."""

    long: str
    short: str
    factor: float
    urgent: bool


#: Table 5-8 of the workbook: 2 % of a month's budget in an hour, 5 % in six, 10 % in three days.
BURNS: Sequence[Burn] = (
    Burn("1h", "5m", 14.4, urgent=True),
    Burn("6h", "30m", 6, urgent=True),
    Burn("3d", "6h", 1, urgent=False),
)
WINDOWS: Sequence[str] = ("5m", "30m", "1h", "6h", "3d")

_ACKED_OR_FAILED = f'sum(increase(approdo_request_seconds_count{{{OF_PROMISES},status=~"2xx|5xx"}}[{{window}}]))'
_ACKED = "sum(increase(approdo_ack_seconds_count[{window}]))"
_REACHED = "sum(increase(approdo_time_to_decision_seconds_count[{window}]))"

OBJECTIVES: Sequence[Objective] = (
    Objective(
        name="ack-availability",
        title="promises asked for and given",
        target=0.999,
        bad=f'sum(increase(approdo_request_seconds_count{{{OF_PROMISES},status="5xx"}}[{{window}}]))',
        all=_ACKED_OR_FAILED,
        runbook="PromisesRefused",
        function="all",
        urgent=True,
    ),
    Objective(
        name="ack-latency",
        title="acknowledged within a second",
        target=0.99,
        bad=f'{_ACKED} - sum(increase(approdo_ack_seconds_bucket{{le="1.0"}}[{{window}}]))',
        all=_ACKED,
        runbook="PromisesSlow",
        function="all",
        bound=timedelta(seconds=1),
    ),
    Objective(
        name="time-to-decision",
        title="decided, or somebody's turn, within a minute",
        target=0.95,
        bad=f'{_REACHED} - sum(increase(approdo_time_to_decision_seconds_bucket{{le="60.0"}}[{{window}}]))',
        all=_REACHED,
        runbook="DecisionsLate",
        function="decision",
        bound=timedelta(minutes=1),
    ),
    Objective(
        name="status-freshness",
        title="what is shown of the queue is younger than fifteen seconds",
        target=0.99,
        bad="sum(sum_over_time(approdo:status:stale[{window}]))",
        all="sum(count_over_time(approdo:status:stale[{window}]))",
        runbook="LedgerStale",
        function="reading",
        bound=timedelta(seconds=15),
        fewest=10,
    ),
)


class Objectives(Collector):
    """`approdo_objective_ratio` and `approdo_objective_bound_seconds`: the objectives as series, to be drawn beside."""

    def describe(self) -> list[Metric]:
        """Return the families; they have no label that could come from outside."""
        return list(self.collect())

    def collect(self) -> Iterator[Metric]:
        """Yield the families with their samples."""
        ratio = GaugeMetricFamily(
            "approdo_objective_ratio", "The share of events that must be good.", labels=["objective"]
        )
        bound = GaugeMetricFamily(
            "approdo_objective_bound_seconds", "What an event must take less than to be good.", labels=["objective"]
        )
        for objective in OBJECTIVES:
            ratio.add_metric([objective.name], objective.target)
            if objective.bound is not None:
                bound.add_metric([objective.name], objective.bound.total_seconds())
        yield from (ratio, bound)
