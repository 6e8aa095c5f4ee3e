"""Objectives: what the service is held to in operation, as data; alerts, dashboards and series follow from it.

An objective is a share of good events. What may go wrong beside it is the budget, and an alert sounds when the budget
burns too fast: over a long window, so that it matters, and over a short one, so that it is still going on (Google, The
Site Reliability Workbook, chapter 5, "Alerting on SLOs", table 5-8).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

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


def _in_time(name: str, title: str, target: float, of: str, bound: timedelta, runbook: str, function: str) -> Objective:
    """An event of a histogram is good where it took less than the bound, which is one of its buckets."""
    events = f"sum(increase({of}_count[{{window}}]))"
    good = f'sum(increase({of}_bucket{{le="{bound.total_seconds()}"}}[{{window}}]))'
    return Objective(name, title, target, f"{events} - {good}", events, runbook, function, bound=bound)


OBJECTIVES: Sequence[Objective] = (
    Objective(
        name="ack-availability",
        title="promises asked for and given",
        target=0.999,
        bad=f'sum(increase(approdo_request_seconds_count{{{OF_PROMISES},status="5xx"}}[{{window}}]))',
        all=f'sum(increase(approdo_request_seconds_count{{{OF_PROMISES},status=~"2xx|5xx"}}[{{window}}]))',
        runbook="PromisesRefused",
        function="all",
        urgent=True,
    ),
    _in_time(
        "ack-latency",
        "acknowledged within a second",
        0.99,
        "approdo_ack_seconds",
        timedelta(seconds=1),
        "PromisesSlow",
        "all",
    ),
    _in_time(
        "time-to-decision",
        "decided, or somebody's turn, within a minute",
        0.95,
        "approdo_time_to_decision_seconds",
        timedelta(minutes=1),
        "DecisionsLate",
        "decision",
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
