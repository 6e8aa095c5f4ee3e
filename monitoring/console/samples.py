"""Samples: what one scrape says, and what two scrapes differ by."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Self

LabelSet = tuple[tuple[str, str], ...]

# Only our own processes are read, whose labels hold words (see monitoring/labels.py): no escapes, no timestamps.
# prometheus_client's parser takes seven times as long, and this runs every two seconds.
_LINE = re.compile(r"^(approdo_\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_GROWING = ("_total", "_bucket", "_count", "_sum")


class Samples:
    """Values by series name and labels."""

    def __init__(self, values: dict[str, dict[LabelSet, float]] | None = None) -> None:
        """Take values by name, then by labels."""
        self._values = values or {}

    @classmethod
    def parse(cls, exposition: str) -> Self:
        """Read Prometheus text format, our own series only."""
        values: dict[str, dict[LabelSet, float]] = defaultdict(dict)
        for name, labels, value in _LINE.findall(exposition):
            values[name][tuple(_LABEL.findall(labels))] = float(value)
        return cls(dict(values))

    @classmethod
    def together(cls, several: Iterable["Samples"]) -> Self:
        """Add up the samples of several processes, or of several moments."""
        values: dict[str, dict[LabelSet, float]] = defaultdict(lambda: defaultdict(float))
        for samples in several:
            for name, labels, value in samples:
                values[name][labels] += value
        return cls({name: dict(inner) for name, inner in values.items()})

    def since(self, before: "Samples") -> "Samples":
        """Return by how much what only grows has grown; what is smaller than before began again at nothing."""
        grown: dict[str, dict[LabelSet, float]] = defaultdict(dict)
        for name, labels, value in self:
            if not name.endswith(_GROWING):
                continue
            earlier = before.value(name, labels)
            increase = value - earlier if value >= earlier else value
            if increase or name.endswith("_bucket"):  # an empty bucket says where the next one begins
                grown[name][labels] = increase
        return Samples(dict(grown))

    def __iter__(self) -> Iterator[tuple[str, LabelSet, float]]:
        for name, inner in self._values.items():
            for labels, value in inner.items():
                yield name, labels, value

    def value(self, name: str, labels: LabelSet = ()) -> float:
        """Return one value, 0 where there is none."""
        return self._values.get(name, {}).get(labels, 0.0)

    def has(self, name: str) -> bool:
        """Say whether a series has any sample."""
        return bool(self._values.get(name))

    def total(self, name: str, **where: str) -> float:
        """Add up a series over the labels that are not named."""
        return sum(value for _, value in self._matching(name, where))

    def by(self, name: str, label: str, **where: str) -> dict[str, float]:
        """Add up a series for each value of one label."""
        sums: dict[str, float] = defaultdict(float)
        for labels, value in self._matching(name, where):
            sums[labels.get(label, "")] += value
        return dict(sums)

    def quantile(self, q: float, name: str, **where: str) -> float | None:
        """Return the q-quantile (0 to 1) of a histogram, in its unit, as Prometheus estimates it; None where nothing
        was observed."""
        buckets = sorted((float(bound), count) for bound, count in self.by(f"{name}_bucket", "le", **where).items())
        if not buckets or not buckets[-1][1]:
            return None
        return _interpolated(q * buckets[-1][1], buckets)

    def _matching(self, name: str, where: dict[str, str]) -> Iterator[tuple[dict[str, str], float]]:
        for labels, value in self._values.get(name, {}).items():
            named = dict(labels)
            if where.items() <= named.items():
                yield named, value


def _interpolated(rank: float, buckets: list[tuple[float, float]]) -> float:
    below, lower = 0.0, 0.0
    for bound, count in buckets:
        if count >= rank:
            if bound == float("inf"):
                return lower
            return lower + (bound - lower) * (rank - below) / (count - below) if count > below else bound
        below, lower = count, bound
    return lower
