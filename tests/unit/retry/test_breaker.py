"""When a failing registry is left alone, and how it comes back."""

from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from retry.breaker import Breaker, State
from retry.failure import BreakerOpen, Throttled, Transient
from retry.policy import BreakerPolicy
from tests.fakes.clock import FakeClock

POLICY = BreakerPolicy()
DOWN = Transient("status-503")


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def changes():
    return []


@pytest.fixture
def breaker(clock, changes):
    return Breaker(POLICY, clock, changes.append)


def fail(breaker, times=1, failure=DOWN):
    for _ in range(times):
        breaker.enter().failed(failure)


def wait_of(breaker):
    with pytest.raises(BreakerOpen) as refusal:
        breaker.enter()
    return refusal.value.retry_after


def test_it_opens_after_so_many_consecutive_failures(breaker, changes):
    """Five here, and not before."""
    fail(breaker, POLICY.failures - 1)
    assert breaker.state is State.CLOSED

    fail(breaker)

    assert breaker.state is State.OPEN
    assert changes == [State.OPEN]
    assert wait_of(breaker) == POLICY.open_for


def test_one_answer_between_failures_starts_the_count_again(breaker):
    """Consecutive means consecutive."""
    fail(breaker, POLICY.failures - 1)
    breaker.enter().succeeded()
    fail(breaker, POLICY.failures - 1)

    assert breaker.state is State.CLOSED


def test_it_opens_when_half_of_the_latest_calls_failed(breaker):
    """A registry that fails every other time never fails five times running, and is ill all the same."""
    for _ in range(POLICY.window // 2):
        breaker.enter().succeeded()
        fail(breaker)

    assert breaker.state is State.OPEN


def test_being_asked_to_slow_down_is_no_illness_until_nothing_else_comes(breaker):
    """Half the calls throttled is a rate; all of them is a closed door."""
    for _ in range(POLICY.window):
        fail(breaker, failure=Throttled("status-429"))
        breaker.enter().succeeded()
    assert breaker.state is State.CLOSED

    fail(breaker, POLICY.failures, Throttled("status-429", timedelta(seconds=20)))

    assert wait_of(breaker) == timedelta(seconds=20)


def test_one_probe_leaves_and_all_others_are_held_back(breaker, clock):
    """A registry that is getting up is not run over."""
    fail(breaker, POLICY.failures)
    clock.forward(POLICY.open_for)

    probe = breaker.enter()

    assert probe.probe
    assert breaker.state is State.HALF_OPEN
    assert wait_of(breaker) == timedelta()


def test_a_probe_that_is_answered_closes_it(breaker, clock, changes):
    """And everybody may ask again."""
    fail(breaker, POLICY.failures)
    clock.forward(POLICY.open_for)

    breaker.enter().succeeded()

    assert changes == [State.OPEN, State.HALF_OPEN, State.CLOSED]
    assert not breaker.enter().probe


def test_each_failed_probe_doubles_the_wait_up_to_its_most(breaker, clock):
    """5, 10, 20, 40, 60, 60 seconds."""
    fail(breaker, POLICY.failures)

    waits = []
    for _ in range(6):
        waits.append(wait_of(breaker) / timedelta(seconds=1))
        clock.forward(waits[-1])
        fail(breaker)

    assert waits == [5, 10, 20, 40, 60, 60]


def test_retry_after_keeps_it_open_longer_but_not_for_ever(breaker):
    """One question's Retry-After holds everybody, so it is bounded."""
    fail(breaker, POLICY.failures, Transient("status-503", timedelta(hours=1)))

    assert wait_of(breaker) == POLICY.open_at_most


def test_a_verdict_from_before_the_change_is_worth_nothing(breaker, clock):
    """Calls that left before the breaker opened come home late; they neither close nor prolong it."""
    early, late = breaker.enter(), breaker.enter()
    fail(breaker, POLICY.failures)

    early.succeeded()
    late.failed(DOWN)

    assert breaker.state is State.OPEN
    assert wait_of(breaker) == POLICY.open_for


def test_a_cancelled_probe_gives_its_place_to_the_next(breaker, clock):
    """Nothing was learned, so nothing is waited for."""
    fail(breaker, POLICY.failures)
    clock.forward(POLICY.open_for)

    breaker.enter().dropped()

    assert breaker.state is State.OPEN
    assert breaker.enter().probe


def test_a_probe_that_is_never_heard_of_does_not_close_the_road(breaker, clock):
    """After its limit the next call is the probe, and the lost one has no say any more."""
    fail(breaker, POLICY.failures)
    clock.forward(POLICY.open_for)
    lost = breaker.enter()
    clock.forward(POLICY.probe_limit)

    second = breaker.enter()
    lost.succeeded()
    assert breaker.state is State.HALF_OPEN

    second.succeeded()
    assert breaker.state is State.CLOSED


@pytest.mark.parametrize("numbers", [{"failures": 0}, {"window": 1}, {"ratio": 0.0}, {"open_for": timedelta(hours=1)}])
def test_a_breaker_whose_numbers_contradict_each_other_is_refused(numbers):
    """1 <= failures <= window, 0 < ratio <= 1, 0 < open_for <= open_at_most."""
    with pytest.raises(ValueError, match="breaker policy"):
        BreakerPolicy(**numbers)


class AnyHistory(RuleBasedStateMachine):
    """Calls that leave, and come home in any order, while time passes."""

    @initialize()
    def begin(self):
        self.clock = FakeClock()
        self.changes = [State.CLOSED]
        self.breaker = Breaker(POLICY, self.clock, self.changes.append)
        self.under_way = []
        self.probe = None
        self.left_at = 0.0

    @rule()
    def leave(self):
        try:
            permit = self.breaker.enter()
        except BreakerOpen as refusal:
            self.refused(refusal)
            return
        self.under_way.append(permit)
        if permit.probe:
            passed = self.clock.monotonic() - self.left_at
            assert self.probe is None or passed >= POLICY.probe_limit.total_seconds()
            self.probe, self.left_at = permit, self.clock.monotonic()

    def refused(self, refusal):
        assert self.breaker.state is not State.CLOSED
        assert timedelta() <= refusal.retry_after <= POLICY.open_at_most

    @precondition(lambda self: self.under_way)
    @rule(which=st.randoms(use_true_random=False), end=st.sampled_from(["answer", "failure", "throttled", "nothing"]))
    def come_home(self, which, end):
        permit = self.under_way.pop(which.randrange(len(self.under_way)))
        was_the_probe = permit is self.probe
        if end == "answer":
            permit.succeeded()
        elif end == "nothing":
            permit.dropped()
        else:
            permit.failed(DOWN if end == "failure" else Throttled("status-429"))
        if was_the_probe:
            expected = State.CLOSED if end == "answer" else State.OPEN
            assert self.breaker.state is expected
            self.probe = None

    @rule(seconds=st.integers(0, 90))
    def pass_time(self, seconds):
        self.clock.forward(seconds)

    @invariant()
    def half_open_means_one_probe(self):
        assert (self.breaker.state is State.HALF_OPEN) == (self.probe is not None)

    @invariant()
    def it_moves_only_along_its_edges(self):
        edges = {
            (State.CLOSED, State.OPEN),
            (State.OPEN, State.HALF_OPEN),
            (State.HALF_OPEN, State.OPEN),
            (State.HALF_OPEN, State.CLOSED),
        }
        assert set(zip(self.changes, self.changes[1:], strict=False)) <= edges

    def teardown(self):
        """Once the longest wait is over and the probe is lost, a call gets through: it never stays shut."""
        self.clock.forward(max(POLICY.open_at_most, POLICY.probe_limit))
        self.breaker.enter().succeeded()
        assert self.breaker.state is State.CLOSED


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=60, stateful_step_count=60)
