"""The reckoning: how each part of the snapshot follows from what was counted and what was seen."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from core.domain.draft import Channel
from core.storage.pressure import Lane
from monitoring.console.forecast import Pace
from monitoring.console.history import History
from monitoring.console.readings import Reading
from monitoring.console.roll import Entry
from monitoring.console.samples import Samples
from monitoring.console.snapshot import Figures, Gauge, Point, Process, Register, Registry, Tallied
from monitoring.ledger_series import Seen

NOW_SECONDS = 10.0  # what "per second" and "now" are taken over
RECENT_SECONDS = 300.0  # what "in the last five minutes" is taken over
PACE_SECONDS = (60.0, 300.0)
ADMISSION = "approdo_admission_"
_REGISTER = ("open", "waiting", "oldest_seconds", "interrupted_seconds")
SKEW = "approdo_clock_skew_seconds"
BREAKER_STATES = ("open", "half_open", "closed")  # the worst first


def figures(history: History, seen: Seen) -> Figures:
    """Return the numbers at the head of the page."""
    grown, seconds = history.grown(NOW_SECONDS)
    standing, backlog = seen.standing, seen.backlog
    commits = grown.total("approdo_batch_size_count")
    return Figures(
        acks_per_second=grown.total("approdo_acks_total") / seconds if seconds else None,
        ack_p50_seconds=grown.quantile(0.5, "approdo_ack_seconds"),
        ack_p99_seconds=grown.quantile(0.99, "approdo_ack_seconds"),
        batch_size=grown.total("approdo_batch_size_sum") / commits if commits else None,
        backlog=None if backlog is None else sum(lane.due + lane.offered + lane.leased for lane in backlog),
        oldest_due_seconds=None if backlog is None else max((lane.oldest_seconds for lane in backlog), default=0.0),
        buried=None if standing is None else sum(standing.buried.values()),
        silent=None if standing is None else len(standing.silent),
        refused_per_second=grown.total("approdo_refusals_total") / seconds if seconds else None,
        decided_per_second=grown.total("approdo_decisions_total") / seconds if seconds else None,
    )


def point(at: datetime, now: Figures, seen: Seen) -> Point:
    """Return the figures as those of one moment, and the backlog of each channel."""
    channels: dict[str, int] = dict.fromkeys(map(str, Channel), 0) if seen.backlog is not None else {}
    for lane in seen.backlog or ():
        channels[lane.channel] = channels.get(lane.channel, 0) + lane.due + lane.offered + lane.leased
    return Point(**asdict(now), at=at.timestamp(), channels=channels)


def paces(history: History) -> list[Pace]:
    """Return what was accepted and concluded in the last minute, and in the last five."""
    return [_pace(*history.grown(seconds)) for seconds in PACE_SECONDS]


def _pace(grown: Samples, seconds: float) -> Pace:
    accepted = grown.total("approdo_submissions_accepted_total")
    return Pace(accepted, grown.total("approdo_work_settled_total"), seconds)


def gauges(grown: Samples, now: Samples) -> list[Gauge]:
    """Return what admission goes by: how late the loop is, how long a commit is waited for, who waits for one."""
    lag = grown.quantile(0.99, "approdo_loop_lag_seconds")
    waited = grown.quantile(0.99, "approdo_commit_wait_seconds")
    told = [("event loop late by, 99 in a hundred below", lag), ("wait for a commit, 99 in a hundred below", waited)]
    waits = [Gauge(name, value, "s") for name, value in told if value is not None]
    queue = now.by("approdo_commit_queue", "state")
    waits += [Gauge(f"commit queue, {state}", value, "") for state, value in sorted(queue.items())]
    return waits + sorted(_of_admission(now), key=lambda gauge: gauge.name)


def _of_admission(now: Samples) -> list[Gauge]:
    """Whatever series admission shows of itself."""
    sums: dict[str, float] = {}
    for name, labels, value in now:
        if name.startswith(ADMISSION) and not name.endswith(("_bucket", "_sum", "_count", "_total")):
            said = ", ".join(label for _, label in labels)
            shown = name.removeprefix("approdo_").replace("_", " ") + (f" ({said})" if said else "")
            sums[shown] = sums.get(shown, 0.0) + value
    return [Gauge(name, value, "") for name, value in sums.items()]


def register(readings: Sequence[Reading], seen: Seen, *, stands_in: bool = False) -> Register | None:
    """Return how the emergency register stands; counters of one machine all show the same one.

    `stands_in`: a counter says that it takes saves and filings without the ledger; once it took one its series say so.
    """
    told = [one.samples for one in readings if one.samples is not None and one.samples.has("approdo_register_waiting")]
    if not told:
        return None
    most = {name: max(one.value(f"approdo_register_{name}") for one in told) for name in _REGISTER}
    for_a_person = seen.standing.for_a_person if seen.standing else None
    seconds = most["oldest_seconds"], most["interrupted_seconds"]
    return Register(stands_in or bool(most["open"]), round(most["waiting"]), seconds[0], for_a_person, seconds[1])


def waiting_in_the_register(readings: Sequence[Reading]) -> int | None:
    """Return how many entries wait for the ledger; None where no counter says."""
    told = register(readings, Seen(0.0))
    return None if told is None else told.waiting


def lanes(seen: Seen) -> list[Lane]:
    """Return the work by channel and kind."""
    return sorted(seen.backlog or (), key=lambda lane: (lane.channel, lane.kind))


def registries(grown: Samples, gauges: Samples) -> list[Registry]:
    """Return each registry that was ever called: what came of the latest calls, and its breaker now."""
    known = sorted(gauges.by("approdo_attempts_total", "registry") | gauges.by("approdo_breaker_state", "registry"))
    return [_registry(name, grown, gauges) for name in known]


def attempts(grown: Samples) -> list[Tallied]:
    """Return what became of the latest attempts at work."""
    return tallied(
        {f"concluded: {name}": count for name, count in grown.by("approdo_work_settled_total", "outcome").items()}
        | {f"put off: {name}": count for name, count in grown.by("approdo_work_postponed_total", "failure").items()}
        | {f"fault: {name}": count for name, count in grown.by("approdo_faults_total", "step").items()}
        | {f"buried: {name}": count for name, count in grown.by("approdo_burials_total", "reason").items()}
    )


def tallied(counts: Mapping[str, float]) -> list[Tallied]:
    """Return counts, the largest first."""
    rows = [Tallied(name, round(count)) for name, count in counts.items()]
    return sorted(rows, key=lambda row: (-row.count, row.name))


def processes(roll: Sequence[Entry]) -> list[Process]:
    """Return the processes as the page names them."""
    return [
        Process(one.process, one.pid, one.up, one.restarts, _instant(one.started_at), one.in_hand if one.up else None)
        for one in roll
    ]


def bell(gauges: Samples) -> bool | None:
    """Say whether Redis answers all who asked it; None where nobody has."""
    asked = [value for _, labels, value in gauges if labels == (("store", "redis"),)]
    return all(asked) if asked else None


def skew(readings: Sequence[Reading]) -> float | None:
    """Return how far PostgreSQL's clock and that of one of our machines are apart, the worst; None where unknown."""
    told = [reading.samples for reading in readings if reading.samples is not None]
    apart = [abs(samples.value(SKEW)) for samples in told if samples.has(SKEW)]
    return max(apart, default=None)


def _registry(name: str, grown: Samples, gauges: Samples) -> Registry:
    outcomes = {row.name: row.count for row in tallied(grown.by("approdo_attempts_total", "outcome", registry=name))}
    held = gauges.by("approdo_breaker_state", "state", registry=name)
    return Registry(
        registry=name,
        calls=sum(outcomes.values()),
        outcomes=outcomes,
        p50_seconds=grown.quantile(0.5, "approdo_registry_seconds", registry=name),
        p99_seconds=grown.quantile(0.99, "approdo_registry_seconds", registry=name),
        breaker=next((state for state in BREAKER_STATES if held.get(state)), "closed"),
    )


def _instant(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
