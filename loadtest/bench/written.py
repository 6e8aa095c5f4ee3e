"""What a run came to, as JSON: for machines, and for whoever compares two runs."""

from collections.abc import Sequence
from dataclasses import asdict

from loadtest.bench.figures import Round, Spread
from loadtest.bench.ratios import Ratio
from loadtest.bench.run import Run


def written(run: Run) -> dict[str, object]:
    """Return the whole run, ready for JSON: where it was, every system, every ratio; medians, least and most."""
    return {
        "machine": run.machine,
        "versions": run.versions,
        "seed": run.plan.seed,
        "plan": asdict(run.plan),
        "acknowledged_and_kept": run.acknowledged,
        "systems": {name: _system(title, run.results[name]) for name, title in run.titles.items()},
        "ratios": [_ratio(ratio) for ratio in run.ratios],
    }


def _system(title: str, rounds: Sequence[Round]) -> dict[str, object]:
    programs = rounds[0].full.cpu
    return {
        "title": title,
        "requests": sum(one.full.requests for one in rounds),
        "requests_per_second": _spread([one.full.per_second for one in rounds]),
        "cpu_us_per_request": {
            "all": _spread([one.full.cost for one in rounds]),
            **{name: _spread([one.full.costs[name] for one in rounds]) for name in programs},
        },
        "client_share_of_a_core": _spread([one.full.client / one.full.seconds for one in rounds]),
        "client_was_the_bottleneck": any(one.full.client_was_busy for one in rounds),
        "open_model": {
            "arrivals_per_second": _spread([one.open.rate for one in rounds]),
            "samples": sum(one.open.samples for one in rounds),
            "p50_ms": _spread([one.open.p50 for one in rounds]),
            "p99_ms": _spread([one.open.p99 for one in rounds]),
            "p99_9_ms": _spread([one.open.p99_9 for one in rounds]),
        },
    }


def _ratio(ratio: Ratio) -> dict[str, object]:
    return {
        "of": ratio.promise.of,
        "to": ratio.promise.to,
        "cpu": _spread([ratio.cost.least, ratio.cost.median, ratio.cost.most]),
        "requests_per_second": _spread([ratio.speed.least, ratio.speed.median, ratio.speed.most]),
        "target": ratio.promise.target,
        "kept": ratio.kept,
    }


def _spread(values: Sequence[float]) -> dict[str, float]:
    spread = Spread.of(values)
    return {"median": round(spread.median, 3), "min": round(spread.least, 3), "max": round(spread.most, 3)}
