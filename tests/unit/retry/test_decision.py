"""What becomes of a failed attempt."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retry.decision import OUT_OF_PATIENCE, GiveUp, RetryAt, decide
from retry.failure import BreakerOpen, BudgetEmpty, Busy, Malformed, Permanent, Throttled, Transient
from retry.policy import RetryPolicy

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
POLICY = RetryPolicy()

chances = st.floats(min_value=0, max_value=1, exclude_max=True)
attempts = st.integers(1, 100_000)
ages = st.timedeltas(min_value=timedelta(seconds=-5), max_value=timedelta(days=60))
waits = st.none() | st.timedeltas(min_value=timedelta(seconds=-5), max_value=timedelta(days=3))
asked = st.builds(lambda kind, wait: kind("told", wait), st.sampled_from([Transient, Malformed, Throttled]), waits)
held_back = st.builds(lambda kind, wait: kind("held", wait), st.sampled_from([BreakerOpen, BudgetEmpty, Busy]), waits)


def decided(failure, *, attempt=1, age=timedelta(), chance=0.5, policy=POLICY):
    return decide(attempt, NOW - age, failure, policy, NOW, lambda: chance)


@given(failure=asked | held_back, attempt=attempts, age=ages, chance=chances)
def test_an_attempt_is_never_due_in_the_past(failure, attempt, age, chance):
    """Whatever failed and however long ago it began."""
    decision = decided(failure, attempt=attempt, age=age, chance=chance)

    assert isinstance(decision, GiveUp) or decision.at >= NOW


@given(failure=asked, attempt=attempts, age=ages, chance=chances)
def test_no_attempt_is_set_beyond_the_patience(failure, attempt, age, chance):
    """A next attempt lies within the patience, and a person takes over only once no attempt can."""
    decision = decided(failure, attempt=attempt, age=age, chance=chance)

    deadline = NOW - age + POLICY.patience
    if isinstance(decision, GiveUp):
        assert deadline <= NOW or NOW + failure.retry_after > deadline
        assert decision == GiveUp(OUT_OF_PATIENCE)
    else:
        assert decision.at <= deadline
        assert decision.counts


@given(failure=held_back, attempt=attempts, age=ages, chance=chances)
def test_what_was_held_back_counts_for_nothing_and_is_never_given_up(failure, attempt, age, chance):
    """An open breaker or an empty budget only moves the due time, even after the patience has ended."""
    decision = decided(failure, attempt=attempt, age=age, chance=chance)

    assert isinstance(decision, RetryAt)
    assert not decision.counts
    assert decision.at <= NOW + max(failure.retry_after or timedelta(), timedelta()) + POLICY.cap


@given(kind=st.sampled_from([Transient, Malformed, Throttled]), seconds=st.integers(0, 3600), attempt=attempts)
def test_retry_after_wins_over_our_own_backoff(kind, seconds, attempt):
    """Not a second earlier, and not later either."""
    failure = kind("told", timedelta(seconds=seconds))

    assert decided(failure, attempt=attempt) == RetryAt(NOW + timedelta(seconds=seconds))


@given(attempt=attempts, age=ages, wait=waits)
def test_a_permanent_failure_is_given_up_at_once(attempt, age, wait):
    """Asking again would change nothing."""
    assert decided(Permanent("question-refused", wait), attempt=attempt, age=age) == GiveUp("question-refused")


def test_the_last_attempt_falls_on_the_end_of_the_patience():
    """A backoff that would pass the deadline is cut to it, so that no part of the patience is lost."""
    decision = decided(Transient("status-503"), attempt=20, age=timedelta(hours=23, minutes=59))

    assert decision == RetryAt(NOW + timedelta(minutes=1))


def test_a_wait_beyond_the_patience_goes_to_a_person_now():
    """Nothing could be asked in time; she does not wait for nothing."""
    failure = Throttled("status-429", timedelta(minutes=2))

    assert decided(failure, age=timedelta(hours=23, minutes=59)) == GiveUp(OUT_OF_PATIENCE)


@pytest.mark.parametrize(
    "numbers",
    [
        {"base": timedelta()},
        {"base": timedelta(hours=1)},
        {"cap": timedelta(days=2)},
    ],
)
def test_a_policy_whose_numbers_contradict_each_other_is_refused(numbers):
    """0 < base <= cap <= patience."""
    with pytest.raises(ValueError, match="retry policy"):
        RetryPolicy(**numbers)


def test_a_failure_names_itself_in_one_word_for_the_ledger():
    """Kind and reason, nothing personal."""
    assert Transient("status-503").code == "transient:status-503"
    assert str(BreakerOpen("left-alone")) == "The registry has been failing and is left alone for a while."
