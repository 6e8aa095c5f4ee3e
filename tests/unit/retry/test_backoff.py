"""How long a failed attempt waits."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from retry.backoff import ceiling, full_jitter, spread

SECOND = timedelta(seconds=1)
QUARTER = timedelta(minutes=15)
bases = st.timedeltas(min_value=timedelta(milliseconds=1), max_value=timedelta(minutes=1))
chances = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(attempt=st.integers(1, 10_000), base=bases, chance=chances)
def test_a_wait_lies_between_nothing_and_its_ceiling(attempt, base, chance):
    """Full jitter: 0 <= wait <= min(cap, base * 2^(attempt - 1))."""
    wait = full_jitter(attempt, base, QUARTER, lambda: chance)

    assert timedelta() <= wait <= ceiling(attempt, base, QUARTER) <= QUARTER


@given(attempt=st.integers(1, 10_000), base=bases)
def test_the_ceiling_never_falls_and_reaches_the_cap(attempt, base):
    """A later attempt never has a lower ceiling, and from some attempt on it is the cap."""
    assert ceiling(attempt, base, QUARTER) <= ceiling(attempt + 1, base, QUARTER)
    assert ceiling(10_000, base, QUARTER) == QUARTER


def test_the_ceiling_doubles_from_five_seconds_to_a_quarter_of_an_hour():
    """5 s, 10 s, 20 s ... 15 min."""
    ceilings = [ceiling(attempt, 5 * SECOND, QUARTER) / SECOND for attempt in range(1, 11)]

    assert ceilings == [5, 10, 20, 40, 80, 160, 320, 640, 900, 900]


@given(waited=st.timedeltas(min_value=timedelta(days=-1), max_value=timedelta(days=400)), chance=chances)
def test_what_was_held_back_returns_over_as_long_as_it_has_waited(waited, chance):
    """Between nothing and its own age, at least the base, at most the cap."""
    wait = spread(waited, 5 * SECOND, QUARTER, lambda: chance)

    assert timedelta() <= wait <= min(QUARTER, max(5 * SECOND, waited))


def test_the_longer_something_has_waited_the_wider_its_return_is_spread():
    """Two minutes old: within two minutes; an hour old: within the cap."""
    waits = [spread(waited * SECOND, 5 * SECOND, QUARTER, lambda: 0.5) / SECOND for waited in (0, 120, 3600)]

    assert waits == [2.5, 60, 450]
