"""policy: the numbers by which second chances are given, each with its unit."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When a failed attempt is tried again, and when it no longer is."""

    base: timedelta = timedelta(seconds=5)  # the longest first wait; doubles with each attempt
    cap: timedelta = timedelta(minutes=15)  # no wait of ours is longer
    patience: timedelta = timedelta(hours=24)  # from the first attempt; then a person takes over

    def __post_init__(self) -> None:
        if not timedelta() < self.base <= self.cap <= self.patience:
            raise ValueError("a retry policy needs 0 < base <= cap <= patience")


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerPolicy:
    """When a failing registry is left alone, and for how long."""

    failures: int = 5  # consecutive failures that open the breaker
    window: int = 20  # the latest calls over which the ratio is taken; a part of it opens nothing
    ratio: float = 0.5  # the share of failures in a full window that opens the breaker
    open_for: timedelta = timedelta(seconds=5)  # the first time; doubles each time the probe fails
    open_at_most: timedelta = timedelta(minutes=1)  # so that a recovery is seen within this
    probe_limit: timedelta = timedelta(seconds=30)  # a probe not heard of for this long is given up

    def __post_init__(self) -> None:
        if self.failures < 1 or self.window < self.failures or not 0 < self.ratio <= 1:
            raise ValueError("a breaker policy needs 1 <= failures <= window and 0 < ratio <= 1")
        if not timedelta() < self.open_for <= self.open_at_most:
            raise ValueError("a breaker policy needs 0 < open_for <= open_at_most")


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetPolicy:
    """What part of the calls to a registry may be retries (docs/decisions/0002-retry-budget.md)."""

    calls_per_retry: int = 10  # ten calls earn one retry: 10 %
    floor: int = 3  # retries there are at the start, and after silence
    floor_every: timedelta = timedelta(seconds=10)  # while below the floor, time alone earns one retry in this
    at_most: int = 100  # retries that can be saved up

    def __post_init__(self) -> None:
        if self.calls_per_retry < 1 or not 1 <= self.floor <= self.at_most or self.floor_every <= timedelta():
            raise ValueError("a budget policy needs calls_per_retry >= 1, 1 <= floor <= at_most and floor_every > 0")
