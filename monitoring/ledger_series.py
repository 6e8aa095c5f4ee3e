"""The series that are read from the ledger, from what was seen of it last."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client.metrics_core import CounterMetricFamily, GaugeMetricFamily, Metric

from core.domain.draft import Channel
from core.domain.submission import State
from core.domain.work import Kind
from core.storage.pressure import STATES, Backlog, Standing

Values = dict[tuple[str, ...], float]

_LANES: list[tuple[str, ...]] = [(str(channel), str(kind)) for channel in Channel for kind in Kind]


@dataclass(slots=True)
class Seen:
    """What was seen of the ledger last; it stays while PostgreSQL is away, and its age says so."""

    at: float  # monotonic seconds; before the first look, the start
    backlog: tuple[Backlog, ...] | None = None
    standing: Standing | None = None
    civil_offset: timedelta = timedelta()
    silences: int = 0  # submissions found silent since the start
    reachable: bool = False


def families(seen: Seen, age: float) -> Iterator[Metric]:
    """Yield the series for what was seen `age` seconds ago; what was never seen has no samples."""
    standing = seen.standing
    yield _gauge("work_backlog", "Live work rows.", _rows(seen.backlog), "channel", "kind", "state")
    yield _gauge("work_oldest_due_seconds", "Age of the oldest due work.", _oldest(seen.backlog), "channel", "kind")
    yield _gauge("work_buried", "Work rows on a person's list.", _buried(standing), "reason")
    yield _gauge("submissions", "Submissions, by state.", _submissions(standing), "state")
    yield _gauge(
        "silent_submissions",
        "Submissions that neither move nor are on a person's list, now.",
        {} if standing is None else {(): len(standing.silent)},
    )
    silences = CounterMetricFamily(
        "approdo_silent_failure", "Submissions found neither moving nor on a person's list, since start."
    )
    silences.add_metric([], seen.silences)
    yield silences
    offset: Values = {(): seen.civil_offset.total_seconds()}
    yield _gauge("civil_offset_seconds", "How far civil time runs ahead of machine time; 0 in production.", offset)
    yield _gauge("pressure_age_seconds", "Age of the values read from PostgreSQL.", {(): age})


def _gauge(name: str, documentation: str, values: Values, *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"approdo_{name}", documentation, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, value)
    return family


def _rows(backlog: tuple[Backlog, ...] | None) -> Values:
    if backlog is None:
        return {}
    rows: Values = {(channel, kind, state): 0 for channel, kind in _LANES for state in STATES}
    rows.update({(each.channel, each.kind, each.state): each.rows for each in backlog})
    return rows


def _oldest(backlog: tuple[Backlog, ...] | None) -> Values:
    if backlog is None:
        return {}
    oldest: Values = dict.fromkeys(_LANES, 0.0)
    for each in backlog:
        lane = (each.channel, each.kind)
        oldest[lane] = max(oldest.get(lane, 0.0), each.oldest_seconds)
    return oldest


def _buried(standing: Standing | None) -> Values:
    return {} if standing is None else {(reason,): rows for reason, rows in standing.buried.items()}


def _submissions(standing: Standing | None) -> Values:
    if standing is None:
        return {}
    return {(str(state),): standing.submissions.get(state, 0) for state in State}
