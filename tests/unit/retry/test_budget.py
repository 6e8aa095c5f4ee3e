"""What part of the calls may be retries."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retry.budget import RetryBudget
from retry.policy import BudgetPolicy
from tests.fakes.clock import FakeClock

POLICY = BudgetPolicy(calls_per_retry=10, floor=3, floor_every=timedelta(seconds=10), at_most=100)


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def budget(clock):
    return RetryBudget(POLICY, clock)


def spend(budget, most=1_000_000):
    spent = 0
    while spent < most and budget.take():
        spent += 1
    return spent


steps = st.lists(
    st.one_of(
        st.just(("first", 0)),
        st.just(("retry fails", 0)),
        st.just(("retry answered", 0)),
        st.tuples(st.just("time"), st.integers(0, 60)),
    ),
    max_size=300,
)


@given(steps)
def test_retries_that_fail_are_a_tenth_of_the_calls_and_a_small_floor(steps):
    """Over any history: 10 * failed retries <= first tries + answered retries + floor + what time earned."""
    clock = FakeClock()
    budget = RetryBudget(POLICY, clock)
    first = failed = answered = 0

    for step, seconds in steps:
        if step == "first":
            budget.first_try()
            first += 1
        elif step == "time":
            clock.forward(seconds)
        elif budget.take():
            if step == "retry answered":
                budget.answered(1)
                answered += 1
            else:
                failed += 1

    earned_by_time = clock.monotonic()  # one credit a second, ten to a retry
    assert 10 * failed <= first + answered + 30 + earned_by_time


@given(steps)
def test_a_lone_retry_is_possible_again_after_a_silence(steps):
    """Whatever was spent before, time alone earns the next one."""
    clock = FakeClock()
    budget = RetryBudget(POLICY, clock)
    for step, seconds in steps:
        budget.first_try() if step == "first" else clock.forward(seconds)
    spend(budget)

    clock.forward(budget.wait())
    clock.forward(0.001)  # the wait is rounded to a microsecond

    assert budget.take()


def test_ten_first_tries_earn_one_retry(budget):
    """Ten per cent."""
    spend(budget)

    for _ in range(9):
        budget.first_try()
    assert not budget.take()
    budget.first_try()
    assert budget.take()


def test_an_answered_retry_comes_back_and_earns_its_share(budget):
    """It amplified nothing; ten of them leave room for an eleventh."""
    spend(budget)
    for _ in range(10):
        budget.first_try()

    for _ in range(10):
        assert budget.take()
        budget.answered(1)

    assert budget.retries == 2


def test_time_alone_fills_no_further_than_the_floor(budget, clock):
    """A long silence does not save up a storm."""
    spend(budget)

    clock.forward(timedelta(days=7))

    assert spend(budget) == POLICY.floor


def test_calls_save_up_no_more_than_the_most(budget):
    """A busy day does not save up a storm either."""
    for _ in range(100_000):
        budget.first_try()

    assert spend(budget) == POLICY.at_most


def test_an_answered_first_try_gives_nothing_back(budget):
    """It paid nothing."""
    spend(budget)

    budget.answered(0)

    assert budget.retries == 0


@pytest.mark.parametrize(
    "numbers", [{"calls_per_retry": 0}, {"floor": 0}, {"floor": 101}, {"floor_every": timedelta()}]
)
def test_a_budget_that_could_never_allow_a_retry_is_refused(numbers):
    """It would starve whoever waits for a second chance."""
    with pytest.raises(ValueError, match="budget policy"):
        BudgetPolicy(**numbers)
