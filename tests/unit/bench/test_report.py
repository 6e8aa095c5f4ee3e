"""What a run came to: a table for people, JSON for machines."""

import json

import pytest

from loadtest.bench.figures import Full, Open, Round
from loadtest.bench.plan import QUICK
from loadtest.bench.ratios import found
from loadtest.bench.run import Run
from loadtest.bench.table import lines
from loadtest.bench.written import written


def a_run(*, cost: float = 140.0, client: float = 0.2) -> Run:
    """Two rounds of our save beside the empty endpoint, which costs 100 µs."""
    opened = Open(500.0, 600, 1.5, 4.0, 9.25)
    ours = Round(Full(1_000, 1.0, {"counter": cost * 0.9e-3, "postgresql": cost * 0.1e-3}, client), opened)
    empty = Round(Full(1_000, 1.0, {"server": 0.1}, client), opened)
    results = {"save": [ours, ours], "empty": [empty, empty]}
    titles = {"save": "our save", "empty": "empty endpoint"}
    return Run(
        QUICK,
        {"cores": 2, "processor": "a fast one", "load_average": 0.1},
        {"python": "3.11"},
        titles,
        results,
        found(results),
        {"saves": 2_000},
    )


def test_the_table_says_what_is_promised_and_whether_it_is_kept() -> None:
    """One line a ratio."""
    assert "save / empty: 1.40 [1.40-1.40] of the CPU, 1.0 times the rate  at most 1.5: kept" in lines(a_run())
    assert any(line.endswith("at most 1.5: NOT KEPT") for line in lines(a_run(cost=160)))


def test_the_table_says_what_each_process_costs() -> None:
    """Under the line of a system stand its processes."""
    assert "  counter 126, postgresql 14" in lines(a_run())


@pytest.mark.parametrize(("client", "told"), [(0.2, False), (0.97, True)])
def test_the_table_says_when_the_client_held_it_down(client: float, *, told: bool) -> None:
    """Such a rate is a lower bound."""
    assert told is any("THE CLIENT WAS THE BOTTLENECK" in line for line in lines(a_run(client=client)))


def test_the_json_holds_every_figure_with_its_bounds() -> None:
    """Machine, versions and seed too, so that two runs can be compared."""
    said = json.loads(json.dumps(written(a_run())))

    assert {"machine", "versions", "seed", "plan", "acknowledged_and_kept", "systems", "ratios"} == said.keys()
    assert {"median": 140.0, "min": 140.0, "max": 140.0} == said["systems"]["save"]["cpu_us_per_request"]["all"]
    assert {"median": 9.25, "min": 9.25, "max": 9.25} == said["systems"]["save"]["open_model"]["p99_9_ms"]
    assert [("save", "empty", 1.5, True)] == [(r["of"], r["to"], r["target"], r["kept"]) for r in said["ratios"]]
