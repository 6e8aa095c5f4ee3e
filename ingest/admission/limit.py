"""The limit: how many requests may be under way at once, found again and again by how long answers take.

Concurrency, not requests a second, is what can be held: by Little's law it is both together, and it follows the
machine. The step is that of Netflix's concurrency-limits (Gradient2Limit) and of Envoy's adaptive concurrency filter:
down by the ratio of what an answer may take to what it takes, up by the root of the limit. What an answer may take is
not learnt from the quickest, as there: our commits are shared, so a second request costs less than the first, and the
quickest answer is a wasteful one. It is a bar, and only what is slow with the fewest under way moves it.
docs/decisions/0013 tells what was measured.
"""

from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

STEEPEST = 0.7  # the share of the limit that one window leaves at least
ALLOWS = 1.5  # times what the fewest take
FORGETS = 0.8  # of a patience that was learnt, in a window of quick answers
MOST_PATIENCE = 3.0  # seconds


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which the limit moves, and the seconds that answers may take on average before fewer are let in."""

    least: int = 16
    most: int = 512
    patience: float = 0.25


class Window(NamedTuple):
    """What was seen of one stretch of time.

    The mean of the answers in seconds, the most that were under way, and the seconds that an answer waits for the event
    loop alone.
    """

    answers: float
    under_way: int
    loop: float = 0.0

    @property
    def seconds(self) -> float:
        """What an answer took; where none was given, what one would have waited for the loop."""
        return self.answers or self.loop


class Standing(NamedTuple):
    """Where the limit stands, and the patience it is held to."""

    limit: float
    patience: float


def begun(bounds: Bounds) -> Standing:
    """Return where it begins: everybody is let in until answers are late."""
    return Standing(float(bounds.most), bounds.patience)


def moved(now: Standing, seen: Window, bounds: Bounds) -> Standing:
    """Return where the limit stands after one more window.

    Where hardly anybody was under way, nobody has tried how many it would bear, and fewer would be no quicker.
    """
    patience = _learnt(now.patience, seen, bounds)
    is_slow = seen.seconds > patience
    if seen.under_way <= bounds.least if is_slow else 2 * seen.under_way < now.limit:
        return Standing(now.limit, patience)
    limit = now.limit * max(STEEPEST, patience / seen.seconds) if is_slow else now.limit + sqrt(now.limit)
    return Standing(min(max(limit, bounds.least), bounds.most), patience)


def _learnt(patience: float, seen: Window, bounds: Bounds) -> float:
    """What takes longer than its time though hardly anybody is under way is not waiting for others of ours.

    The store is far away, or somebody else has the machine: half as long again is waited, until answers are quick.
    """
    if seen.under_way <= 2 * bounds.least and seen.seconds > patience:
        return max(patience, min(ALLOWS * seen.seconds, MOST_PATIENCE))
    if 2 * seen.seconds < patience:
        return max(bounds.patience, 2 * seen.seconds, FORGETS * patience)
    return patience
