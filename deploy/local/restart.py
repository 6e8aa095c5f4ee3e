"""Restart: how long a dead child waits before it is started again."""

from dataclasses import dataclass

FIRST = 0.2  # seconds
LONGEST = 4.0  # seconds; under the five that are promised
LONGEST_IF_KILLED = 2.0  # seconds; it did nothing wrong
STEADY = 10.0  # a child that lived this long, in seconds, has its earlier deaths forgotten
LOOPING = 8  # so many early deaths in a row, by its own doing, are a crash loop


@dataclass(frozen=True, slots=True)
class Restart:
    """What becomes of a dead child: started again after `delay` seconds, always."""

    delay: float
    early_deaths: int
    crash_looping: bool

    @property
    def is_news(self) -> bool:
        """Say whether to tell of it: a crash loop is told when it is one, and then now and then."""
        return not self.crash_looping or self.early_deaths % LOOPING == 1


def after(code: int, lived: float, early_deaths: int) -> Restart:
    """Decide about a child that ended with `code` (minus the signal's number, if a signal ended it).

    `lived` is in seconds; `early_deaths` counts those in a row before this one. Nobody is ever given up; one that
    keeps dying early waits longer each time, but never longer than what is promised.
    """
    early = 0 if lived >= STEADY else early_deaths
    longest = LONGEST_IF_KILLED if code < 0 else LONGEST
    delay = min(longest, FIRST * 2.0 ** min(early, LOOPING))
    return Restart(delay, early + 1, crash_looping=code >= 0 and early >= LOOPING)
