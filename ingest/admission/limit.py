"""The limit: how many requests may be under way at once, found again and again by how long answers take.

Concurrency, not requests a second, is what can be held: by Little's law it is both together, and it follows the
machine. The step is that of Netflix's concurrency-limits (Gradient2Limit) and of Envoy's adaptive concurrency filter:
down by the ratio of what an answer may take to what it takes, up by the root of the limit. What an answer may take is
not learnt from the quickest, as there: our commits are shared, so a second request costs less than the first, and the
quickest answer is a wasteful one. It is a bar; what is slow with the fewest under way raises it, and what was learnt so
is put to the proof now and then, for a crowd that came since looks the same. docs/decisions/0013 tells what was
measured, and 0024 what was found in a model of it.
"""

from dataclasses import dataclass
from math import ceil, sqrt
from typing import NamedTuple

WINDOW_SECONDS = 0.25
STEEPEST = 0.7  # the share of the limit that one window leaves at least
ALLOWS = 2.0  # times what the fewest take: who has just missed a batch waits for two
FORGETS = 0.8  # of a patience that was learnt, in a window of quick answers
MOST_PATIENCE = 4.5  # seconds on average, half of an answer's deadline
FEWER = 0.25  # of the limit, while a patience is put to the proof,
QUICKER = 0.45  # of what answers took: so much sooner they come where it was a crowd; far away they come as they did
BELIEVED, MOST_BELIEVED = 12, 160  # windows in which a patience is believed at first, and after it was proved often


@dataclass(frozen=True, slots=True)
class Bounds:
    """Between which the limit moves, and the seconds that answers may take on average before fewer are let in."""

    least: int = 16
    most: int = 512
    patience: float = 0.25


class Window(NamedTuple):
    """What was seen of one stretch of time.

    The mean of the answers in seconds, the most that were under way, the seconds that an answer waits for the event
    loop alone, how long those have waited on average who are under way still, and whether anybody was not let in.
    """

    answers: float
    under_way: int
    loop: float = 0.0
    waited: float = 0.0
    refused: bool = False

    @property
    def seconds(self) -> float:
        """What an answer took; where none was given, what one has waited already, or would have for the loop."""
        return self.answers or max(self.loop, self.waited)


class Proof(NamedTuple):
    """Fewer are let in for as long as an answer took: windows still to go, the limit before, and what it took."""

    left: int
    limit: float
    took: float


class Standing(NamedTuple):
    """Where the limit stands, and the patience it is held to.

    `believes`: for how many windows of a crowd a learnt patience is believed; `since`: how many it has been.
    """

    limit: float
    patience: float
    believes: int = BELIEVED
    since: int = 0
    proof: Proof | None = None


def begun(bounds: Bounds) -> Standing:
    """Return where it begins: everybody is let in until answers are late."""
    return Standing(float(bounds.most), bounds.patience)


def moved(now: Standing, seen: Window, bounds: Bounds) -> Standing:
    """Return where the limit stands after one more window."""
    if now.proof is not None:
        return _proving(now, now.proof, seen, bounds)
    patience = _learnt(now.patience, seen, bounds)
    limit = _limit(now.limit, patience, seen, bounds)
    if patience <= bounds.patience:
        return Standing(limit, patience)
    since = now.since + (seen.under_way > 2 * bounds.least)
    if since <= now.believes:
        return Standing(limit, patience, now.believes, since)
    fewer = max(FEWER * limit, 2.0 * bounds.least)
    proof = Proof(ceil(seen.seconds / WINDOW_SECONDS) + 1, limit, seen.seconds)
    return Standing(min(fewer, limit), patience, now.believes, proof=proof)


def _limit(limit: float, patience: float, seen: Window, bounds: Bounds) -> float:
    """Where hardly anybody was under way, nobody has tried how many it would bear, and fewer would be no quicker.

    Unless somebody was refused: a class below the first is, long before the limit is reached.
    """
    if seen.seconds > patience:
        if seen.under_way <= bounds.least:
            return limit
        moved_to = limit * max(STEEPEST, patience / seen.seconds)
    elif seen.refused or 2 * seen.under_way >= limit:
        moved_to = limit + sqrt(limit)
    else:
        return limit
    return min(max(moved_to, bounds.least), bounds.most)


def _learnt(patience: float, seen: Window, bounds: Bounds) -> float:
    """What takes longer than its time though hardly anybody is under way is not waiting for others of ours.

    The store is far away, or somebody else has the machine: twice as long is waited, until answers are quick.
    """
    few, tells = seen.under_way <= 2 * bounds.least, seen.answers > 0 or not seen.under_way
    learnt = min(ALLOWS * seen.seconds, MOST_PATIENCE) if few and seen.seconds > bounds.patience else 0.0
    if tells and (few or 2 * seen.seconds < patience):
        return max(bounds.patience, learnt, 2 * seen.seconds if not few else 0.0, FORGETS * patience)
    return max(patience, learnt)


def _proving(now: Standing, proof: Proof, seen: Window, bounds: Bounds) -> Standing:
    """See whether answers come sooner where fewer are let in: then it was a crowd of ours, and the bar comes down."""
    left = proof.left - 1
    if left > 0 or (seen.under_way and not seen.answers):
        return now._replace(proof=proof._replace(left=left))
    if seen.answers < QUICKER * proof.took:
        return Standing(now.limit, max(bounds.patience, min(ALLOWS * seen.answers, now.patience)))
    return Standing(proof.limit, now.patience, min(2 * now.believes, MOST_BELIEVED))
