"""counts: how many points each act had when somebody last looked, so that none goes missing unseen.

`make crash-points` counts again.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).resolve().parents[1] / "golden" / "crash_points.txt"
HEAD = "act | waits | kills"


class Counts(NamedTuple):
    """Of one act: how often it waits for an answer, and in how many moments that differ to the world it was killed."""

    waits: int
    kills: int


def read() -> dict[str, Counts]:
    """Return the counts of the last time, by act."""
    return dict(_read())


def _read() -> Iterator[tuple[str, Counts]]:
    for line in FILE.read_text("utf-8").splitlines()[1:]:
        act, *counted = line.split(" | ")
        yield act, Counts(*map(int, counted))


def write(counted: dict[str, Counts]) -> None:
    """Write them down for the next time."""
    lines = [HEAD, *(f"{act} | {counts.waits} | {counts.kills}" for act, counts in counted.items())]
    FILE.write_text("\n".join(lines) + "\n", "utf-8")
