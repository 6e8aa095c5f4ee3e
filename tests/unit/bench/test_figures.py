"""Figures: percentiles, spreads, costs and the ratios that are promised."""

import pytest

from loadtest.bench.figures import Full, Open, Round, Spread, quantile
from loadtest.bench.ratios import PROMISES, Promise, found

A_THOUSAND = [float(n) for n in range(1, 1001)]


def a_round(cost: float, *, per_second: float = 1_000.0, client: float = 0.1) -> Round:
    """One second of load at a cost in microseconds, half of it the server's."""
    requests = round(per_second)
    half = cost * requests / 2e6
    return Round(Full(requests, 1.0, {"server": half, "postgresql": half}, client), Open(10, 1, 1, 1, 1))


@pytest.mark.parametrize(("share", "value"), [(0.5, 500), (0.99, 990), (0.999, 999), (1, 1000), (0, 1)])
def test_a_quantile_is_the_least_value_that_the_share_lies_at_or_below(share: float, value: float) -> None:
    """Nearest rank: always a latency that somebody really had."""
    assert value == quantile(A_THOUSAND, share)


def test_the_tail_of_few_samples_is_the_worst_of_them() -> None:
    """No percentile is better than what was seen."""
    assert 3.0 == quantile([1.0, 2.0, 3.0], 0.999)


def test_latencies_are_told_in_milliseconds_whatever_their_order() -> None:
    """Latencies come in the order of the answers."""
    found = Open.of(100, [0.003, 0.001, 0.002])

    assert (3, 2.0, 3.0) == (found.samples, found.p50, found.p99_9)


def test_a_cost_is_the_sum_of_all_programs() -> None:
    """PostgreSQL and Valkey count like the server; the client does not."""
    full = Full(1_000, 2.0, {"server": 0.1, "postgresql": 0.02}, client=5.0)

    assert pytest.approx(120.0) == full.cost
    assert 500.0 == full.per_second


@pytest.mark.parametrize(("client", "busy"), [(0.5, False), (0.95, True)])
def test_a_client_that_fills_its_core_is_told(client: float, *, busy: bool) -> None:
    """A rate that the client held down must not pass for the server's."""
    assert busy is Full(1_000, 1.0, {"server": 0.5}, client).client_was_busy


def test_a_spread_is_the_median_and_its_bounds() -> None:
    """One slow round moves a bound and not the median."""
    assert Spread(2, 1, 90) == Spread.of([90, 1, 2])


def test_a_ratio_compares_the_two_sides_of_one_round() -> None:
    """A slow minute of the machine meets both sides, and cancels out."""
    results = {"save": [a_round(100), a_round(300)], "empty": [a_round(100), a_round(300)]}

    (ratio,) = found(results)

    assert Spread(1.0, 1.0, 1.0) == ratio.cost


@pytest.mark.parametrize(("cost", "kept"), [(149, True), (151, False)])
def test_a_promise_is_kept_up_to_its_target(cost: float, *, kept: bool) -> None:
    """A section save costs at most one and a half empty endpoints."""
    ratios = found({"save": [a_round(cost)], "empty": [a_round(100)]})

    assert [kept] == [ratio.kept for ratio in ratios]


def test_what_is_promised_is_what_the_project_set_out_to_show() -> None:
    """1.5 times the empty endpoint, a fifth of the usual way, a fifth of one message a job."""
    targets = {Promise("save", "empty", 1.5), Promise("save", "usual", 0.2), Promise("advance", "dramatiq", 0.2)}

    assert targets <= set(PROMISES)
