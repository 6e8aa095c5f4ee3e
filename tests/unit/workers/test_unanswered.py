"""What becomes of attempts without an answer, whatever the failure and the time."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.submission import State
from core.domain.work import Buried, Postponed
from retry.failure import BreakerOpen, BudgetEmpty, Busy, Malformed, Permanent, Throttled, Transient
from retry.policy import RetryPolicy
from tests.unit.workers.attempts import DAY, NOW, TERMS, an_attempt
from workers.terms import Terms
from workers.unanswered import broken, unanswered

waits = st.none() | st.timedeltas(min_value=timedelta(), max_value=timedelta(hours=1))
asked = st.one_of(
    st.builds(Transient, st.just("status-503"), waits),
    st.builds(Malformed, st.just("answer-not-json"), waits),
    st.builds(Throttled, st.just("status-429"), waits),
)
held_back = st.one_of(
    st.builds(BreakerOpen, st.just("left-alone"), waits),
    st.builds(BudgetEmpty, st.just("retries-used-up"), waits),
    st.builds(Busy, st.just("no-free-place"), waits),
)
facts = st.sampled_from(["tax_code", "identity", "child:0", "work:0"])
ages = st.timedeltas(min_value=timedelta(), max_value=timedelta(days=3))


@given(failures=st.dictionaries(facts, held_back, min_size=1), age=ages, tries=st.integers(1, 10_000))
def test_what_was_never_asked_is_never_given_up(failures, age, tries):
    """However long the outage lasts, an open breaker buries nothing and uses up no try."""
    end = unanswered(an_attempt(first_attempt_at=NOW - age, number_of_tries=tries), failures, TERMS)

    assert isinstance(end, Postponed)
    assert not end.counts
    assert timedelta() <= end.wait


@given(failures=st.dictionaries(facts, asked | held_back, min_size=1), age=ages, state=st.sampled_from(State))
def test_no_silence_is_ever_a_refusal(failures, age, state):
    """It waits, or a person looks: no move leads to a decision."""
    end = unanswered(an_attempt(first_attempt_at=NOW - age, state=state), failures, TERMS)

    assert isinstance(end, Postponed | Buried)
    assert {State.IN_REVIEW, State.NEEDS_OFFICER} >= {move.to for move in end.moves}


@given(failures=st.dictionaries(facts, asked, min_size=1), age=ages)
def test_patience_ends_with_its_day(failures, age):
    """A retry lies within a day of the first attempt; after it there is none."""
    end = unanswered(an_attempt(first_attempt_at=NOW - age), failures, TERMS)

    if age >= DAY:
        assert isinstance(end, Buried)
    if isinstance(end, Postponed):
        assert age + end.wait <= DAY


@given(failures=st.dictionaries(facts, asked, min_size=1))
def test_nobody_is_asked_before_the_time_it_named(failures):
    """The latest Retry-After wins over all others."""
    end = unanswered(an_attempt(), failures, Terms(RetryPolicy(), random=lambda: 0.0))

    named = [failure.retry_after for failure in failures.values() if failure.retry_after is not None]
    assert isinstance(end, Postponed)
    assert max(named, default=timedelta()) <= end.wait


def test_a_fact_that_is_given_up_is_named_and_the_others_are_not():
    """The office reads what to look at."""
    failures = {"identity": Permanent("question-refused"), "work:0": Transient("status-503")}

    end = unanswered(an_attempt(), failures, TERMS)

    assert isinstance(end, Buried)
    assert ["identity"] == [reason.about for reason in end.moves[-1].reasons]


@pytest.mark.parametrize(("age", "end"), [(timedelta(), Postponed), (DAY, Buried)])
def test_a_fault_of_ours_heals_within_a_day_or_a_person_looks(age, end):
    """Never an applicant's problem."""
    done = broken(an_attempt(first_attempt_at=NOW - age), TERMS)

    assert isinstance(done, end)
    if isinstance(done, Buried):
        assert ("technical-fault", ["technical-fault"]) == (
            done.reason,
            [reason.code for reason in done.moves[-1].reasons],
        )
