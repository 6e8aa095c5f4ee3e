"""The ratios that are promised: what ours costs beside what it is compared with, both from the same round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from loadtest.bench.figures import Round, Spread

Results = Mapping[str, Sequence[Round]]  # name of a contestant: its rounds, in order


@dataclass(frozen=True, slots=True)
class Promise:
    """`of` may cost at most `target` times the CPU of `to`; without a target it is only told."""

    of: str
    to: str
    target: float | None = None


PROMISES = (
    Promise("save", "empty", 1.5),
    Promise("save", "usual", 0.2),
    Promise("save-children", "empty-children", 1.5),
    Promise("save-children", "usual-children", 0.2),
    Promise("filing", "empty"),
    Promise("filing", "usual"),
    Promise("advance", "dramatiq", 0.2),
)


@dataclass(frozen=True, slots=True)
class Ratio:
    """One promise as it was found."""

    promise: Promise
    cost: Spread  # CPU of a request, ours / theirs
    speed: Spread  # requests a second, ours / theirs

    @property
    def kept(self) -> bool | None:
        """Say whether the median keeps the promise; None where nothing is promised."""
        return None if self.promise.target is None else self.cost.median <= self.promise.target


def found(results: Results) -> list[Ratio]:
    """Return every ratio whose two sides were measured."""
    return [_found(promise, results) for promise in PROMISES if {promise.of, promise.to} <= results.keys()]


def _found(promise: Promise, results: Results) -> Ratio:
    pairs = [(ours.full, theirs.full) for ours, theirs in zip(results[promise.of], results[promise.to], strict=True)]
    return Ratio(
        promise,
        cost=Spread.of([ours.cost / theirs.cost for ours, theirs in pairs]),
        speed=Spread.of([ours.per_second / theirs.per_second for ours, theirs in pairs]),
    )
