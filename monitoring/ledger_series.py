"""The series that are read from the ledger, from what was seen of it last."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta

from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from core.domain.draft import Channel
from core.domain.submission import State
from core.domain.work import Kind
from core.storage.estimate import Estimate
from core.storage.pressure import STATES, Lane, Standing

Values = dict[tuple[str, ...], float]

_LANES: list[tuple[str, ...]] = [(str(channel), str(kind)) for channel in Channel for kind in Kind]


@dataclass(slots=True)
class Seen:
    """What was seen of the ledger last; it stays while PostgreSQL is away, and its age says so."""

    at: float  # monotonic seconds at which the backlog was read; before the first look, the start
    backlog: tuple[Lane, ...] | None = None
    standing: Standing | None = None
    standing_at: float = 0.0  # monotonic seconds, like `at`
    civil_offset: timedelta = timedelta()
    durable: Mapping[str, bool] | None = None  # setting: whether it is on
    estimate: Estimate | None = None  # None where too little was decided lately to say anything
    clock_skew: timedelta | None = None
    reachable: bool = False


def families(seen: Seen, now: float) -> Iterator[Metric]:
    """Yield the series for what was seen, at `now` (monotonic seconds); what was never seen has no samples."""
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
    yield _gauge(
        "register_for_a_person",
        "Entries of emergency registers that could not be brought in, and nobody has settled.",
        {} if standing is None else {(): standing.for_a_person},
    )
    yield _gauge("ledger_durable", "A setting without which a commit may be lost is on: 1.", _durable(seen), "setting")
    yield _gauge(
        "decision_estimate_seconds",
        "From filing to decision, as of the last hour: half stay below `quick`, nine in ten below `slow`.",
        _estimate(seen.estimate),
        "bound",
    )
    offset: Values = {(): seen.civil_offset.total_seconds()}
    yield _gauge("civil_offset_seconds", "How far civil time runs ahead of machine time; 0 in production.", offset)
    skew: Values = {} if seen.clock_skew is None else {(): seen.clock_skew.total_seconds()}
    yield _gauge("clock_skew_seconds", "How far PostgreSQL's clock runs ahead of this machine's.", skew)
    yield _gauge("backlog_age_seconds", "How long ago the backlog was read.", {(): now - seen.at})
    yield _gauge("standing_age_seconds", "How long ago submissions were counted.", {(): now - seen.standing_at})


def _gauge(name: str, documentation: str, values: Values, *labels: str) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"approdo_{name}", documentation, labels=labels)
    for label_values, value in values.items():
        family.add_metric(label_values, value)
    return family


def _rows(backlog: tuple[Lane, ...] | None) -> Values:
    if backlog is None:
        return {}
    rows: Values = {(*lane, state): 0 for lane in _LANES for state in STATES}
    rows.update({(lane.channel, lane.kind, state): getattr(lane, state) for lane in backlog for state in STATES})
    return rows


def _oldest(backlog: tuple[Lane, ...] | None) -> Values:
    if backlog is None:
        return {}
    oldest: Values = dict.fromkeys(_LANES, 0.0)
    oldest.update({(lane.channel, lane.kind): lane.oldest_seconds for lane in backlog})
    return oldest


def _buried(standing: Standing | None) -> Values:
    return {} if standing is None else {(reason,): rows for reason, rows in standing.buried.items()}


def _durable(seen: Seen) -> Values:
    return {(setting,): on for setting, on in (seen.durable or {}).items()}


def _estimate(estimate: Estimate | None) -> Values:
    if estimate is None:
        return {}
    return {("quick",): estimate.quick.total_seconds(), ("slow",): estimate.slow.total_seconds()}


def _submissions(standing: Standing | None) -> Values:
    if standing is None:
        return {}
    return {(str(state),): standing.submissions.get(state, 0) for state in State}
