"""told: a plan in words, for the terminal and for its page."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from loadtest.sizing.backlog import Course
from loadtest.sizing.demand import Demand
from loadtest.sizing.needs import CONNECTIONS, FOR_PEOPLE, OF_ALL, QUESTIONS, RETRIES, Assumed, Needs


def rows(need: Needs, course: Course) -> Sequence[tuple[str, str, str]]:
    """Return what is needed: name, figure, and how it comes about."""
    return (
        ("counter", f"{need.counters} pods", f"one core each, {need.requests:,.0f} requests a second, one to spare"),
        ("workers", f"{need.workers} pods", f"one core each, {need.decided:.1f} decisions a second, one to spare"),
        ("relay", f"{need.relays} pods", "any number is correct; one to spare"),
        ("connections", f"{need.connections}", f"max_connections {need.max_connections}: ours are {OF_ALL:.0%}"),
        ("PostgreSQL", f"{need.database_cores} cores, {need.memory_gb} GB", "and as much for a synchronous standby"),
        ("its disk", f"{need.database_gb:.0f} GB", f"and {need.log_gb:.0f} GB of log to keep for the time of a backup"),
        ("most waiting", f"{max(course.waiting):,.0f}", "filed, acknowledged, and not yet decided"),
        ("longest wait", duration(max(course.waits)), "from filing to decision, first come first served"),
        ("all decided", f"after {duration(course.ends)}", "from the opening"),
    )


def limit(demand: Demand, need: Needs, course: Course, assumed: Assumed) -> str:
    """Return what decides how fast decisions come, and how long the queue takes."""
    if need.decided >= demand.peak:
        return f"Decisions keep up even at the peak of {demand.peak:.1f} filings a second: the queue stays short."
    said = (
        f"Decisions are held back by {need.limit}: {need.decided:.1f} a second, of {demand.peak:.1f} filed at the peak."
    )
    if need.limit != "the workers":
        said += f" At {assumed.quota_per_s:g} calls a second the queue takes {duration(course.ends)} in all;"
        said += " more pods would change nothing. Filing is not touched: everybody is acknowledged at once."
    return said


def assumptions(demand: Demand, capacity: Mapping[str, Any], assumed: Assumed) -> Iterator[str]:
    """Yield everything that was not measured, and where the measured figures come from."""
    machine, each = capacity["machine"], ", ".join(f"{name} {count:g}" for name, count in QUESTIONS.items())
    yield (
        f"Costs were measured on {capacity['measured_at'][:10]}, everything on one machine ({machine['cores']} cores,"
        f" {machine['processor']}): {capacity['filings_per_s']:.1f} filings a second;"
        f" held back by: {capacity['bottleneck']}."
    )
    yield "CPU a request stays the same with more processes; processes are added, not made faster."
    yield f"{assumed.requests_per_filing:g} requests to a filing: six steps of loading, saving, checking are 15 to 30."
    yield f"A process is planned at {assumed.busy:.0%} of a core at the peak, PostgreSQL {assumed.database_busy:.0%}."
    yield f"Questions to one application: {each}; {RETRIES:g} calls to each, retries included."
    yield f"Every registry takes {assumed.quota_per_s:g} calls a second. No quota is known: ask, then use --quota."
    kept = ", ".join(f"{kind} {count}" for kind, count in CONNECTIONS.items())
    yield f"Connections that a process keeps open at most: {kept}."
    yield f"{FOR_PEOPLE} connections are kept for people and backups; the disk is {assumed.headroom:g} times the bytes."
    yield f"{demand.audience:,} people apply, each once; when all have, nobody comes any more."
    yield from demand.profile.sources


def duration(seconds: float) -> str:
    """Return a time as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5_400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h" if seconds < 172_800 else f"{seconds / 86_400:.1f} days"
