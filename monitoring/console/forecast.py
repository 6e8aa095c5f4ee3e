"""The forecast: when the backlog will be gone, as a range; nothing is promised where nothing can be said."""

from collections.abc import Sequence
from dataclasses import dataclass

FEWEST = 5  # attempts concluded in a window that say anything


@dataclass(frozen=True, slots=True)
class Forecast:
    """Seconds until what is due now is done: at the quicker and at the slower pace of late; None: nobody can say."""

    soonest: float | None
    latest: float | None
    in_words: str


@dataclass(frozen=True, slots=True)
class Pace:
    """What was accepted and what was concluded in a window of so many seconds."""

    accepted: float
    concluded: float
    seconds: float


def forecast(backlog: int | None, paces: Sequence[Pace]) -> Forecast:
    """Return when `backlog` rows will be gone, if those who work on it go on as in these windows.

    What comes in meanwhile is not waited for: everybody who is in line now is asked about. A window in which more
    came in than was concluded is said in words, since then those who come next wait longer.
    """
    if backlog is None:
        return Forecast(None, None, "The backlog is not known.")
    if backlog == 0:
        return Forecast(0.0, 0.0, "Nothing waits.")
    known = [pace for pace in paces if pace.seconds > 0 and pace.concluded >= FEWEST]
    if not known:
        return Forecast(None, None, "Too little was concluded of late to say when it will be gone.")
    left = sorted(backlog * pace.seconds / pace.concluded for pace in known)
    growing = any(pace.accepted > pace.concluded for pace in known)
    words = f"Those in line now are through in {_said(left[0])} to {_said(left[-1])}"
    return Forecast(left[0], left[-1], words + (", and the line grows." if growing else "."))


def _said(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"
