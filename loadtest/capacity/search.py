"""search: the highest rate at which something holds, found by halving: values in, a value out."""

from collections.abc import Callable
from math import inf

MOST = 12  # rates that are tried
Holds = Callable[[float], bool]


def highest(
    holds: Holds, low: float, high: float, close: float = 0.08, may_go_on: Callable[[], bool] = lambda: True
) -> tuple[float, float]:
    """Return the highest rate that was seen to hold, and the lowest seen not to.

    Arguments: what is asked of a rate, a rate that should hold, one that should not, how close the two shall come (a
    share of the higher), and whether there is time for one more. It is asked 12 times at most. The first figure is 0
    where none was seen to hold, the second infinite where none was seen not to.
    """
    good, bad, rate = 0.0, inf, low
    for _ in range(MOST):
        if not may_go_on():
            break
        if holds(rate):
            good = max(good, rate)
        else:
            bad = min(bad, rate)
        if good and bad < inf and bad - good <= close * bad:
            break
        rate = _next(good, bad, high)
    return good, bad


def _next(good: float, bad: float, high: float) -> float:
    if bad == inf:
        return high if good < high else good * 1.3
    return (good + bad) / 2 if good else bad / 2
