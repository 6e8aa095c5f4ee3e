"""Figures: what one round of one system came to, and what several rounds say together."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

BUSY = 0.9  # of one core; a client above it measures itself


@dataclass(frozen=True, slots=True)
class Full:
    """Full load: how much came through, and what it cost."""

    requests: int
    seconds: float
    cpu: Mapping[str, float]  # seconds by program, all its processes
    client: float = 0.0  # CPU seconds of the client, in no other figure

    @property
    def per_second(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds

    @property
    def cost(self) -> float:
        """CPU microseconds of one request, of all programs together."""
        return sum(self.costs.values())

    @property
    def costs(self) -> dict[str, float]:
        """CPU microseconds of one request, by program."""
        return {name: seconds / self.requests * 1e6 for name, seconds in self.cpu.items()}

    @property
    def client_was_busy(self) -> bool:
        """Say whether the client may have been what held the rate down."""
        return self.client / self.seconds > BUSY


@dataclass(frozen=True, slots=True)
class Open:
    """An open model at a steady rate: latencies in milliseconds from the intended instant."""

    rate: float  # arrivals a second
    samples: int
    p50: float
    p99: float
    p99_9: float

    @classmethod
    def of(cls, rate: float, latencies: Sequence[float]) -> "Open":
        """Return the figures of latencies in seconds, at least one."""
        rising = sorted(latencies)
        return cls(rate, len(rising), *(1_000 * quantile(rising, share) for share in (0.5, 0.99, 0.999)))


@dataclass(frozen=True, slots=True)
class Round:
    """One turn of one system."""

    full: Full
    open: Open


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of several rounds, and between what they lay."""

    median: float
    least: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Spread":
        """Return the spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values))


def quantile(rising: Sequence[float], share: float) -> float:
    """Return the least value that `share` of all lie at or below (nearest rank); values in rising order."""
    rank = -int(-share * len(rising) // 1)  # rounded up
    return rising[max(rank, 1) - 1]
