"""Arrivals: seeded, independent of every answer, and as many as the profile says."""

from collections import Counter
from itertools import pairwise

import pytest

from loadtest.rehearsal.plan import arrivals, lay_out, steady
from loadtest.rehearsal.profiles import HOUR, PROFILES

LAUNCH = PROFILES["launch-day"]


def test_the_same_seed_gives_the_same_arrivals():
    """To the instant, as whom, and in which order."""
    assert list(arrivals(lay_out(LAUNCH, 7))) == list(arrivals(lay_out(LAUNCH, 7)))


def test_another_seed_gives_others():
    """A rehearsal that is not repeated sees something new."""
    assert list(arrivals(lay_out(LAUNCH, 7))) != list(arrivals(lay_out(LAUNCH, 8)))


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_they_come_in_order_and_within_the_load(name):
    """Nobody before it begins, nobody after its end."""
    plan = lay_out(PROFILES[name], 1)
    instants = [one.at for one in arrivals(plan)]

    assert instants == sorted(instants)
    assert 0 <= instants[0]
    assert instants[-1] <= plan.seconds


def test_as_many_come_as_the_curve_says():
    """In every ten seconds the count is within four and a half standard deviations of the integral of the rate."""
    plan = lay_out(LAUNCH, 3, scale=0.5)
    people = Counter(int(one.at // 10) for one in arrivals(plan))

    a_filing = sum(people.values()) / plan.filings
    for bin_, came in people.items():
        expected = a_filing * sum(plan.rate(10 * bin_ + (tenth + 0.5) / 10) / 10 for tenth in range(100))
        assert abs(came - expected) < 4.5 * expected**0.5


def test_gaps_are_those_of_people_who_know_nothing_of_each_other():
    """At a steady rate the gaps of a Poisson process deviate by as much as they last on average."""
    instants = [one.at for one in arrivals(lay_out(steady(PROFILES["steady"], 400), 1, scale=20))]
    gaps = [later - earlier for earlier, later in pairwise(instants)]
    mean = sum(gaps) / len(gaps)
    deviation = (sum((gap - mean) ** 2 for gap in gaps) / len(gaps)) ** 0.5

    assert 0.95 < deviation / mean < 1.05


def test_compression_makes_rates_grow_and_keeps_their_sum():
    """The same people in less time."""
    slow, fast = lay_out(LAUNCH, 1, seconds=1000), lay_out(LAUNCH, 1, seconds=100)

    assert fast.filings == slow.filings
    assert fast.peak == pytest.approx(10 * slow.peak)


def test_launch_day_goes_through_the_published_counts():
    """Those of the bonus psicologo, times 140,000 / 85,515, within three in a hundred."""
    day = lay_out(LAUNCH, 1, scale=1, seconds=LAUNCH.seconds)
    expected = {HOUR: 4_584, 7.5 * HOUR: 33_244, LAUNCH.seconds: 85_515}

    for until, published in expected.items():
        filed = sum(day.rate(second + 30) * 60 for second in range(0, int(until), 60))
        assert filed == pytest.approx(published * 140_000 / 85_515, rel=0.03)


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_every_profile_says_where_its_figures_come_from(name):
    """A key of a source, or that it is derived or assumed."""
    assert all("[" in source and "]" in source for source in PROFILES[name].sources[1:])
