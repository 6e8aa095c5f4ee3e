"""What the numbers mean, in a sentence or two: what is wrong first, and what it does to those who wait."""

from collections.abc import Iterator
from datetime import timedelta

from monitoring.console.snapshot import Snapshot

LONG_WAIT = timedelta(minutes=1)  # due work older than this is said
STALE = timedelta(seconds=30)  # what PostgreSQL said this long ago is said to be old


def sentences(now: Snapshot) -> list[str]:
    """Return what an operator should know at once; where all is well, one sentence that says so.

    The sentences are read aloud when they change, so they hold no number that changes every second.
    """
    return list(_wrong(now)) or [_well(now)]


def all_is_well(now: Snapshot) -> bool:
    """Say whether there is nothing wrong to tell."""
    return not any(_wrong(now))


def _wrong(now: Snapshot) -> Iterator[str]:
    if not now.ledger.reachable:
        yield "PostgreSQL does not answer: saves and submissions are refused, nothing acknowledged is lost."
    elif now.ledger.age_seconds > STALE.total_seconds():
        yield "The numbers read from PostgreSQL are old."
    if now.figures.silent:
        yield f"{now.figures.silent} submissions neither move nor are on a person's list."
    if down := [process.process for process in now.processes if not process.up]:
        yield f"Down: {', '.join(down)}."
    if now.bell_reachable is False:
        yield "Redis does not answer: workers look for work themselves, more slowly."
    if (oldest := now.figures.oldest_due_seconds) is not None and oldest > LONG_WAIT.total_seconds():
        yield "Due work has waited longer than a minute."
    for registry in now.registries:
        if registry.breaker == "open":
            yield f"Registry {registry.registry}: calls are stopped; the submissions that need it wait."


def _well(now: Snapshot) -> str:
    return f"All {len(now.processes)} processes are up; everything accepted is moving or on a person's list."
