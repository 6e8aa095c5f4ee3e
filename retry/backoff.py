"""backoff: how long to wait before the next attempt, with full jitter."""

from collections.abc import Callable
from datetime import timedelta

MOST_DOUBLINGS = 64  # beyond any cap; keeps the power of two a small number

Random = Callable[[], float]  # a number in [0, 1)


def full_jitter(attempt: int, base: timedelta, cap: timedelta, random: Random) -> timedelta:
    """Return a wait drawn evenly from nothing up to the ceiling of this attempt.

    `attempt`: the attempt that has just failed, from 1. Result: 0 <= wait < ceiling.
    Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 ("full jitter").
    """
    return random() * ceiling(attempt, base, cap)


def ceiling(attempt: int, base: timedelta, cap: timedelta) -> timedelta:
    """Return the longest wait after this attempt: min(cap, base * 2^(attempt - 1))."""
    growth = 2.0 ** min(attempt - 1, MOST_DOUBLINGS)
    return cap if growth >= cap / base else base * growth


def spread(waited: timedelta, base: timedelta, cap: timedelta, random: Random) -> timedelta:
    """Return a wait drawn evenly from nothing up to as long as this has been waiting already.

    For what was held back without being asked: it uses up no attempt, so its age stands in for the count. A backlog
    therefore comes back over about as long as the outage lasted, at most `cap`, and what is new comes first.
    """
    return random() * min(cap, max(base, waited))
