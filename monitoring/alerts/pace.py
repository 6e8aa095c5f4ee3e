"""The pace of a rehearsal: every duration of a rule shortened alike, so that minutes become seconds."""

import re

_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_WINDOW = re.compile(r"(\[|\boffset )(\d+)([smhd])")
_DURATION = re.compile(r"(\d+)([smhd])")
SHORTEST = 15  # seconds of a window: two scrapes must fall into it


def paced(duration: str, pace: float) -> str:
    """Return a duration as it is at this pace; at 1 it is untouched."""
    found = _DURATION.fullmatch(duration)
    if found is None:
        raise ValueError(f"{duration!r} is no duration")
    return duration if pace == 1 else f"{round(int(found[1]) * _SECONDS[found[2]] * pace)}s"


def paced_windows(expr: str, pace: float) -> str:
    """Return an expression with every window shortened."""
    if pace == 1:
        return expr
    return _WINDOW.sub(
        lambda found: f"{found[1]}{max(SHORTEST, round(int(found[2]) * _SECONDS[found[3]] * pace))}s", expr
    )
