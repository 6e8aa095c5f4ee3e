"""Restart: how long a dead child waits before it is started again."""

from dataclasses import dataclass

FIRST = 0.2  # seconds
LONGEST = 4.0  # seconds; under the five that are promised
STEADY = 10.0  # a child that lived this long, in seconds, has its earlier deaths forgotten
PATIENT = 8  # this many early deaths in a row, by its own doing, and it is crash-looping
SLOW = 20.0  # seconds between the starts of a crash-looping child


@dataclass(frozen=True, slots=True)
class Restart:
    """What becomes of a dead child: started again after `delay` seconds, always."""

    delay: float
    early_deaths: int
    crash_looping: bool


def after(code: int, lived: float, early_deaths: int) -> Restart:
    """Decide about a child that ended with `code` (minus the signal's number, if a signal ended it).

    `lived` is in seconds; `early_deaths` counts those in a row before this one. A child that others kill is always
    back within LONGEST; one that keeps ending by itself is slowed down, and never given up.
    """
    early = 0 if lived >= STEADY else early_deaths
    looping = code >= 0 and early >= PATIENT
    return Restart(SLOW if looping else min(LONGEST, FIRST * 2.0**early), early + 1, looping)
