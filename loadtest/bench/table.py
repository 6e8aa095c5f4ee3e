"""What a run came to, as a table for people."""

from collections.abc import Callable, Iterator, Sequence

from loadtest.bench.figures import Round, Spread
from loadtest.bench.ratios import Ratio
from loadtest.bench.run import Run

HEAD = f"{'':34}{'a second':>20}{'CPU µs each':>20}{'p50 ms':>9}{'p99 ms':>9}{'p99.9 ms':>10}"


def lines(run: Run) -> Iterator[str]:
    """Yield the lines: medians, and in brackets between what the rounds lay."""
    yield _machine(run)
    yield HEAD
    for name, title in run.titles.items():
        yield from _system(title, run.results[name])
    yield ""
    yield from (_ratio(ratio) for ratio in run.ratios)


def _machine(run: Run) -> str:
    """The CPU time of one request grows where others use the caches too; the ratios less so."""
    cores, others = run.machine["cores"], run.machine["load_average"]
    where = f"{cores} cores, {run.machine['processor']}, load average before the run {others}"
    return f"{where}; {run.plan.connections} lines to each server"


def _system(title: str, rounds: Sequence[Round]) -> Iterator[str]:
    def over(figure: Callable[[Round], float]) -> Spread:
        return Spread.of([figure(one) for one in rounds])

    speed, cost = over(lambda one: one.full.per_second), over(lambda one: one.full.cost)
    p50, p99, p99_9 = (over(figure).median for figure in (_p50, _p99, _p99_9))
    yield f"{title:34}{_bracketed(speed):>20}{_bracketed(cost):>20}{p50:9.1f}{p99:9.1f}{p99_9:10.1f}"
    yield "  " + ", ".join(f"{name} {over(_cost_of(name)).median:.0f}" for name in rounds[0].full.cpu) + _busy(rounds)


def _p50(one: Round) -> float:
    return one.open.p50


def _p99(one: Round) -> float:
    return one.open.p99


def _p99_9(one: Round) -> float:
    return one.open.p99_9


def _cost_of(program: str) -> Callable[[Round], float]:
    return lambda one: one.full.costs[program]


def _busy(rounds: Sequence[Round]) -> str:
    held_down = any(one.full.client_was_busy for one in rounds)
    return "; THE CLIENT WAS THE BOTTLENECK: the rate is a lower bound" if held_down else ""


def _bracketed(spread: Spread) -> str:
    return f"{spread.median:,.0f} [{spread.least:,.0f}-{spread.most:,.0f}]"


def _ratio(ratio: Ratio) -> str:
    promise, cost = ratio.promise, ratio.cost
    verdict = {True: "kept", False: "NOT KEPT", None: ""}[ratio.kept]
    target = "" if promise.target is None else f"  at most {promise.target:g}: {verdict}"
    found = f"{cost.median:.2f} [{cost.least:.2f}-{cost.most:.2f}] of the CPU, {ratio.speed.median:.1f} times the rate"
    return f"{promise.of} / {promise.to}: {found}{target}"
