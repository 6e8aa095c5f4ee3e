"""The search for the highest rate, what is named as its bottleneck, and what a filing costs."""

from math import inf

import pytest

from loadtest.capacity.bottleneck import named
from loadtest.capacity.costs import of
from loadtest.capacity.search import highest
from loadtest.capacity.trial import Trial

CORES = 2.0


def a_trial(*, client=0.1, others=0.0, missed=("99 of 100 within 3.00 s",), **cores):
    """One rate, offered for ten seconds, that did not hold."""
    idle = {"counter-1": 0.1, "worker-1": 0.1, "worker-2": 0.1, "postgres": 0.1, "standins": 0.1}
    used = idle | {name.replace("_", "-"): value for name, value in cores.items()}
    return Trial(300, 10.0, 3_000, 0, 0.1, 3.0, 200, 100, used, client, others, {200: 3_000}, missed)


@pytest.mark.parametrize("limit", [70.0, 400.0, 555.0, 1_900.0])
def test_the_search_ends_close_below_the_limit(limit):
    """Wherever the limit lies, above or below where it was expected."""
    good, bad = highest(lambda rate: rate <= limit, low=100, high=900)

    assert good <= limit < bad
    assert bad - good <= 0.08 * bad


def test_a_search_in_which_nothing_holds_says_so():
    """No rate is claimed that was not seen."""
    good, bad = highest(lambda rate: False, low=100, high=900)

    assert (0.0, True) == (good, bad < 1)


def test_a_search_without_time_claims_only_what_it_saw():
    """It may end before it has begun."""
    assert (0.0, inf) == highest(lambda rate: True, 100, 900, may_go_on=lambda: False)


@pytest.mark.parametrize(
    ("trial", "word"),
    [
        (a_trial(counter_1=0.95), "CPU of the counter"),
        (a_trial(postgres=1.8), "CPU of the PostgreSQL"),
        (a_trial(worker_1=0.95, worker_2=0.9), "CPU of the workers"),
        (a_trial(standins=0.95), "CPU of the registries"),
        (a_trial(counter_1=0.8, postgres=0.7, worker_1=0.2, worker_2=0.2), "all 2 cores of the machine are busy"),
        (a_trial(missed=("decisions 90 behind",)), "waiting for the registries"),
        (a_trial(client=0.95), "the generator"),
        (a_trial(others=1.5), "others on this machine"),
        (a_trial(), "nothing is busy"),
    ],
)
def test_the_bottleneck_is_named(trial, word):
    """By what was busiest where a rate no longer held."""
    assert word in named(trial, CORES)


def test_a_filing_costs_its_requests_and_its_decision():
    """What works for decisions is shared among decisions, the rest among requests: 15 of them make a filing."""
    cost = of(a_trial(counter_1=0.6, worker_1=0.3, worker_2=0.2))

    assert pytest.approx(0.6 * 10 / 3_000) == cost["cpu_s_per_request"]["counter"]
    assert pytest.approx(15 * 0.6 * 10 / 3_000) == cost["cpu_s_per_filing"]["counter"]
    assert pytest.approx(0.5 * 10 / 100) == cost["cpu_s_per_filing"]["workers"]
