"""series: a rehearsal as curves: what is drawn, second by second, and what the JSON of a report holds."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import ceil
from typing import NamedTuple

from loadtest.bench.figures import quantile
from loadtest.objectives import ACK
from loadtest.recorded import HUNG_UP, PROMISES, Answer, Recorded, Sample

MOST_POINTS = 240  # of one curve; more cannot be told apart
GOODPUT_OVER = 5.0  # seconds of one mark
FEW = 5  # figures below which a percentile is left out


class Point(NamedTuple):
    """Where a curve passes."""

    second: float
    value: float


Curve = Sequence[Point]


@dataclass(frozen=True, slots=True)
class Series:
    """Every curve. `step`: seconds that one point stands for; load is a second, latencies are in seconds."""

    step: float
    seconds: float
    load: Mapping[str, Curve]  # asked, promised, refused, unanswered
    ack: Mapping[str, Curve]  # p50, p90, p99
    backlog: Curve
    oldest_due: Curve
    decision: Mapping[str, Curve]  # p50, p95
    goodput: Sequence[tuple[float, float, float]]  # second, asked, answered for good in good time
    cpu: Mapping[str, Curve]  # cores in use, by process
    rss_mb: Mapping[str, Curve] = field(default_factory=dict)


def series(recorded: Recorded) -> Series:
    """Return the curves of a rehearsal."""
    answers, samples = recorded.answers, recorded.samples
    ends = max([recorded.seconds, *(one.answered_at for one in answers), *(one.second for one in samples)], default=0.0)
    step = float(max(1, ceil(ends / MOST_POINTS)))
    promises = [Point(one.intended_at, one.latency) for one in answers if one.acked]
    decided = [Point(one.filed, one.took) for one in recorded.decisions]
    return Series(
        step=step,
        seconds=ends,
        load=_load(answers, step, max((one.intended_at for one in answers), default=0.0) + step),
        ack={name: _percentile(promises, share, step) for name, share in (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))},
        backlog=[Point(one.second, one.backlog) for one in samples if one.backlog is not None],
        oldest_due=[Point(one.second, one.oldest_due) for one in samples if one.oldest_due is not None],
        decision={name: _percentile(decided, share, 2 * step) for name, share in (("p50", 0.5), ("p95", 0.95))},
        goodput=_goodput(answers),
        cpu=_cores(samples, max(2.0, step)),
        rss_mb=_memory(samples),
    )


def _load(answers: Sequence[Answer], step: float, ends: float) -> dict[str, Curve]:
    kinds: dict[str, Callable[[Answer], bool]] = {
        "asked": lambda one: True,  # noqa: ARG005
        "promised": lambda one: one.acked,
        "refused": lambda one: one.refused,
        "unanswered": lambda one: one.broken,
    }
    return {
        name: _rate((one.intended_at for one in answers if of_kind(one)), step, ends) for name, of_kind in kinds.items()
    }


def _rate(seconds: Iterable[float], step: float, ends: float) -> Curve:
    counts: dict[int, int] = defaultdict(int)
    for second in seconds:
        counts[int(second // step)] += 1
    return [Point(place * step, counts[place] / step) for place in range(int(ends // step))]


def _percentile(points: Sequence[Point], share: float, step: float) -> Curve:
    stretches: dict[float, list[float]] = defaultdict(list)
    for second, value in points:
        stretches[second // step * step].append(value)
    return [
        Point(at, quantile(sorted(values), share)) for at, values in sorted(stretches.items()) if len(values) >= FEW
    ]


def _goodput(answers: Sequence[Answer], seconds: float = GOODPUT_OVER) -> list[tuple[float, float, float]]:
    """Promises alone, as the objective counts them: given within its bar, or refused for a reason of her own."""
    asked, good = defaultdict[float, float](float), defaultdict[float, float](float)
    for one in answers:
        if one.operation in PROMISES and one.code != HUNG_UP:
            at = one.intended_at // seconds * seconds
            asked[at] += 1 / seconds
            good[at] += (not one.broken and not one.refused and one.latency <= ACK.target) / seconds
    return [(at, asked[at], good[at]) for at in sorted(asked)]


def _cores(samples: Sequence[Sample], step: float) -> dict[str, Curve]:
    kept = list({one.second // step: one for one in samples}.values())
    curves: dict[str, list[Point]] = defaultdict(list)
    for before, now in pairwise(kept):
        for process, used in now.cpu.items():
            if process in before.cpu and now.second > before.second:
                cores = max(0.0, used - before.cpu[process]) / (now.second - before.second)
                curves[process].append(Point(before.second, cores))
    return dict(curves)


def _memory(samples: Sequence[Sample]) -> dict[str, Curve]:
    curves: dict[str, list[Point]] = defaultdict(list)
    for one in samples:
        for process, used in one.rss_mb.items():
            curves[process].append(Point(one.second, used))
    return dict(curves)
