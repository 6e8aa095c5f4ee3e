"""backlog: what waits for its decision over the day, where only so many can be decided a second."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LONGEST = 60 * 86_400.0  # seconds after which we stop counting


@dataclass(frozen=True, slots=True)
class Course:
    """The course of a day, step by step of `step` seconds: filed in all, decided in all, waiting."""

    step: float
    filed: Sequence[float]
    decided: Sequence[float]

    @property
    def waiting(self) -> list[float]:
        """How many wait, at the end of each step."""
        return [filed - decided for filed, decided in zip(self.filed, self.decided, strict=True)]

    @property
    def waits(self) -> list[float]:
        """For how many seconds whoever is decided has waited, first come first served; at the end of each step."""
        found, place = [], 0
        for now, decided in enumerate(self.decided):
            while place < now and self.filed[place] < decided:
                place += 1
            found.append((now - place) * self.step)
        return found

    @property
    def ends(self) -> float:
        """Seconds until everybody is decided."""
        return len(self.filed) * self.step


def course(filings: Iterable[float], decided_per_s: float, step: float) -> Course:
    """Return the course, from the first filing until nobody waits. `filings`: in each step of so many seconds."""
    coming, filed, decided = iter(filings), [0.0], [0.0]
    while len(filed) * step < LONGEST:
        came = next(coming, None)
        if came is None and filed[-1] - decided[-1] < 1:
            break
        filed.append(filed[-1] + (came or 0.0))
        decided.append(min(filed[-1], decided[-1] + decided_per_s * step))
    return Course(step, filed[1:], decided[1:])
