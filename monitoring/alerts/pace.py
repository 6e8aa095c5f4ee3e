"""The pace of a rehearsal: every duration of a rule shortened alike, so that minutes become seconds."""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_WINDOW = re.compile(r"(\[|\boffset )(\d+)([smhd])")
_DURATION = re.compile(r"(\d+)([smhd])")
SHORTEST = 15  # seconds of a window: two scrapes must fall into it
#: What must last a minute or more does so that what explains it is heard first. A look at a PostgreSQL that is frozen
#: takes up to twelve seconds at any pace: so it lasts half a minute at least.
LONG, PATIENT = 60, 30  # seconds


def paced(duration: str, pace: float) -> str:
    """Return a duration as it is at this pace; at 1 it is untouched."""
    return duration if pace == 1 else f"{round(_seconds(duration) * pace)}s"


def paced_wait(duration: str, pace: float) -> str:
    """Return how long something must last before an alert sounds, at this pace."""
    seconds = _seconds(duration)
    if pace == 1 or seconds < LONG:
        return paced(duration, pace)
    return f"{max(PATIENT, round(seconds * pace))}s"


def _seconds(duration: str) -> int:
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(f"{duration!r} is no duration")
    return int(found[1]) * _SECONDS[found[2]]


def paced_windows(expr: str, pace: float) -> str:
    """Return an expression with every window shortened."""
    if pace == 1:
        return expr
    return _WINDOW.sub(
        lambda found: f"{found[1]}{max(SHORTEST, round(int(found[2]) * _SECONDS[found[3]] * pace))}s", expr
    )
