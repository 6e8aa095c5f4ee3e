"""Recording rules: what several alerts and panels ask for, computed once."""

from collections.abc import Iterator
from typing import NamedTuple

from monitoring.objectives import OBJECTIVES, WINDOWS


class Recorded(NamedTuple):
    """A series that Prometheus computes: its name, its labels and what it is computed from."""

    name: str
    expr: str
    labels: dict[str, str]


_DONE = (
    "((sum(rate(approdo_work_settled_total[{w}])) or vector(0)) + (sum(rate(approdo_burials_total[{w}])) or vector(0)))"
)
_LEFT = 'sum(approdo_work_backlog{state=~"due|offered|leased"})'


#: Old though PostgreSQL has answered for a minute: while it is away LedgerAway says so, and no budget burns for it.
_STALE = (
    '(max(approdo_backlog_age_seconds) > bool 15) * max(min_over_time(approdo_store_reachable{store="postgresql"}[1m]))'
)


def recorded() -> Iterator[Recorded]:
    """Yield every recording rule."""
    yield Recorded("approdo:arrivals:rate1m", "sum(rate(approdo_arrivals_total[1m]))", {})
    yield Recorded("approdo:acks:rate1m", "sum(rate(approdo_acks_total[1m]))", {})
    yield Recorded("approdo:backlog:rows", _LEFT, {})
    yield Recorded("approdo:status:stale", _STALE, {})
    yield from _drain()
    for objective in OBJECTIVES:
        for window in WINDOWS:
            name, labels = f"approdo:slo_errors:ratio{window}", {"objective": objective.name}
            yield Recorded(name, objective.ratio(window), labels)
        for window in ("1h", "6h", "3d"):
            events = objective.all.replace("{window}", window)
            yield Recorded(f"approdo:slo_events:count{window}", events, {"objective": objective.name})


def _drain() -> Iterator[Recorded]:
    """The time to finish what is due, at the pace of now and of the last quarter of an hour: a range, and no promise.

    It ends nowhere where nothing has been done: no word is better than a wrong one.
    """
    paces = [_DONE.replace("{w}", window) for window in ("1m", "5m", "15m")]
    for bound, pick in (("quick", "max"), ("slow", "min")):
        pace = " or ".join(f'label_replace({pace}, "over", "{number}", "", "")' for number, pace in enumerate(paces))
        expr = f"{_LEFT} / ({pick}({pace}) > 0) or ({_LEFT} == 0)"
        yield Recorded("approdo:drain:seconds", expr, {"bound": bound})
