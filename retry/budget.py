"""budget: what part of the calls to a registry may be retries."""

from datetime import timedelta

from core.clock import Clock
from retry.policy import BudgetPolicy


class RetryBudget:
    """Ten calls earn one retry; a retry that is answered is given back (docs/decisions/0002-retry-budget.md).

    One per registry per process. Counted in whole credits: a first try earns one, a retry costs
    `calls_per_retry`. So that a lone retry after silence is always possible, time alone fills it up to the floor.
    """

    def __init__(self, policy: BudgetPolicy, clock: Clock) -> None:
        self._clock = clock
        self._cost = policy.calls_per_retry
        self._floor = policy.floor * self._cost
        self._at_most = policy.at_most * self._cost
        self._seconds_a_credit = policy.floor_every.total_seconds() / self._cost
        self._credits = self._floor
        self._refilled_at = clock.monotonic()

    def first_try(self) -> None:
        """Note a call that is nobody's retry: it earns its share."""
        self._earn(1)

    def take(self) -> bool:
        """Pay for one retry; false where there is not enough."""
        self._refill()
        if self._credits < self._cost:
            return False
        self._credits -= self._cost
        return True

    def answered(self, retries_paid: int) -> None:
        """Note that a call was answered: what it paid comes back, and a retry earns its share as any call does."""
        if retries_paid:
            self._earn(retries_paid * self._cost + 1)

    def wait(self) -> timedelta:
        """Return how long until time alone has earned one retry; nothing where there is one already."""
        self._refill()
        missing = max(0, self._cost - self._credits)
        since = self._clock.monotonic() - self._refilled_at
        return timedelta(seconds=max(0.0, missing * self._seconds_a_credit - since)) if missing else timedelta()

    @property
    def retries(self) -> int:
        """How many retries could be made now."""
        self._refill()
        return self._credits // self._cost

    def _earn(self, credit: int) -> None:
        self._refill()
        self._credits = min(self._at_most, self._credits + credit)

    def _refill(self) -> None:
        now = self._clock.monotonic()
        earned = int((now - self._refilled_at) / self._seconds_a_credit)
        if self._credits >= self._floor:
            self._refilled_at = now
        elif earned > 0:
            self._refilled_at += earned * self._seconds_a_credit
            self._credits = min(self._floor, self._credits + earned)
