"""gate: may this call be made? The breaker first, then the budget."""

from collections.abc import Iterator
from contextlib import contextmanager

from retry.breaker import Breaker, Permit
from retry.budget import RetryBudget
from retry.failure import BudgetEmpty, Failure, NotAsked, Permanent


class Gate:
    """What stands before every call to one registry, and learns from how the call ended."""

    def __init__(self, breaker: Breaker, budget: RetryBudget) -> None:
        self._breaker = breaker
        self._budget = budget

    @property
    def retries(self) -> int:
        """How many retries could be made now."""
        return self._budget.retries

    @contextmanager
    def call(self, attempt: int) -> "Iterator[Call]":
        """Let one call through, and note how the block ended: answered, failed, or dropped.

        `attempt`: from 1; above 1 it is a retry and is paid for, unless it is the probe of the breaker, which is
        rationed already. Errors: BreakerOpen, BudgetEmpty; the block's own pass through.
        """
        permit = self._breaker.enter()
        try:
            call = self._admit(attempt, permit)
            yield call
        except Permanent:
            permit.succeeded()
            call.answered()
            raise
        except NotAsked:
            permit.dropped()
            raise
        except Failure as failure:
            permit.failed(failure)
            raise
        except BaseException:  # cancelled, or a fault of ours: nothing was learned of the registry
            permit.dropped()
            raise
        permit.succeeded()
        call.answered()

    def _admit(self, attempt: int, permit: Permit) -> "Call":
        call = Call(self._budget)
        if attempt <= 1:
            self._budget.first_try()
        elif not permit.probe and not call.again():
            raise BudgetEmpty("retries-used-up", self._budget.wait())
        return call


class Call:
    """One call under way, and what it has paid."""

    __slots__ = ("_budget", "_paid")

    def __init__(self, budget: RetryBudget) -> None:
        self._budget = budget
        self._paid = 0

    def again(self) -> bool:
        """Pay for one retry; false where the budget is empty."""
        paid = self._budget.take()
        self._paid += paid
        return paid

    def answered(self) -> None:
        """Take back what was paid: a retry that was answered has amplified nothing."""
        self._budget.answered(self._paid)
