"""Breaker and budget together: who is let through, and what is learned from how a call ended."""

import asyncio
from datetime import timedelta

import pytest

from retry.breaker import Breaker, State
from retry.budget import RetryBudget
from retry.failure import BreakerOpen, BudgetEmpty, Permanent, Transient
from retry.gate import Gate
from retry.policy import BreakerPolicy, BudgetPolicy
from tests.fakes.clock import FakeClock


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def breaker(clock):
    return Breaker(BreakerPolicy(), clock, lambda state: None)


@pytest.fixture
def budget(clock):
    return RetryBudget(BudgetPolicy(floor=1), clock)


@pytest.fixture
def gate(breaker, budget):
    return Gate(breaker, budget)


def fails(gate, attempt, error):
    with pytest.raises(type(error)), gate.call(attempt):
        raise error


def test_a_first_try_needs_no_budget(gate, budget):
    """What is new is never held back for what failed before."""
    assert budget.take()

    with gate.call(1):
        pass


def test_a_retry_without_budget_is_held_back_and_says_how_long(gate, budget):
    """Until time alone has earned the next one."""
    assert budget.take()

    with pytest.raises(BudgetEmpty) as refusal, gate.call(2):
        pytest.fail("it was let through")

    assert timedelta() < refusal.value.retry_after <= BudgetPolicy().floor_every


def test_a_retry_that_fails_is_paid_for_and_one_that_is_answered_is_not(gate, budget):
    """Only what amplified a failure is spent."""
    with gate.call(2):
        pass
    assert budget.retries == 1

    fails(gate, 2, Transient("status-503"))
    assert budget.retries == 0


def test_a_question_held_back_for_want_of_budget_tells_the_breaker_nothing(gate, breaker, budget):
    """It never left."""
    assert budget.take()

    for _ in range(10):
        with pytest.raises(BudgetEmpty), gate.call(2):
            pytest.fail("it was let through")

    assert breaker.state is State.CLOSED


def test_the_probe_needs_no_budget(gate, budget, clock):
    """It is rationed by the breaker; were it to need budget too, a registry could stay shut though it is back."""
    for _ in range(5):
        fails(gate, 1, Transient("status-503"))
    clock.forward(5)
    while budget.take():
        pass

    with gate.call(7):
        pass

    with gate.call(1):
        pass


def test_a_refused_question_shows_that_the_registry_is_well(gate, breaker):
    """A permanent failure is an answer about the question, not about the registry."""
    for _ in range(10):
        fails(gate, 1, Permanent("question-refused"))

    assert breaker.state is State.CLOSED


def test_a_cancelled_call_says_nothing_about_the_registry(gate, breaker):
    """A worker that stops is not a registry that fails."""
    for _ in range(10):
        fails(gate, 1, asyncio.CancelledError())

    assert breaker.state is State.CLOSED


def test_an_open_breaker_comes_before_the_budget(gate, budget):
    """Nobody pays for a call that is not made."""
    for _ in range(5):
        fails(gate, 1, Transient("status-503"))
    before = budget.retries

    with pytest.raises(BreakerOpen), gate.call(2):
        pytest.fail("it was let through")

    assert budget.retries == before


def test_a_second_try_inside_a_call_is_a_retry_too(gate, budget):
    """One budget for both layers, or they would multiply."""
    paid = []

    def call_twice():
        with gate.call(1) as call:
            paid.extend([call.again(), call.again()])
            raise Transient("connection-failed")

    with pytest.raises(Transient):
        call_twice()

    assert paid == [True, False]
    assert budget.retries == 0
