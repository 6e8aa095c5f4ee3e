"""Asking: the forms in which panels ask for what is counted, and for how long things take."""

from monitoring.dashboards.panel import Query

RECENT = "1m"  # the window of what is "now"
HALF, MOST = 0.5, 0.99  # of a hundred: what is usual, and what all but one stay below


def per_second(series: str, *by: str, called: str = "") -> Query:
    """Ask how fast a counter grows: in all, or by its labels; lines are named by these where nothing else is said."""
    grows = f"(rate({series}[{RECENT}]))"
    if not by:
        return Query(f"sum{grows}", called)
    return Query(f"sum by ({', '.join(by)}) {grows}", called or ": ".join(f"{{{{{label}}}}}" for label in by))


def within(histogram: str, share: float = MOST, *by: str, where: str = "", called: str = "") -> Query:
    """Ask below what so large a share stays, in all or by labels."""
    counts = f"sum by ({', '.join(('le', *by))}) (rate({histogram}_bucket{where}[{RECENT}]))"
    return Query(f"histogram_quantile({share}, {counts})", called or ": ".join(f"{{{{{label}}}}}" for label in by))


def usual_and_most(histogram: str) -> tuple[Query, Query]:
    """Ask below what half stay, and 99 of 100."""
    return within(histogram, HALF, called="half"), within(histogram, MOST, called="99 of 100")
