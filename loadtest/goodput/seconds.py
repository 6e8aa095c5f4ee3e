"""seconds: what came of each second of a load, by when a request was meant to be sent and when it was answered."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from loadtest.bench.figures import quantile
from loadtest.goodput.patient import NOT_NOW, is_good
from loadtest.objectives import ACK


@dataclass(slots=True)
class Second:
    """One second: requests that were meant for it and sent, and the answers that came in it.

    `unsent`: meant for it, and never sent, because the generator itself had fallen behind.
    """

    meant: int = 0
    sent: int = 0
    unsent: int = 0
    good: int = 0  # came through within the bar of an acknowledgement
    late: int = 0  # came through after it
    refused: int = 0
    other: int = 0  # neither: a 4xx of its own
    broken: int = 0  # no answer: the line broke
    filed: int = 0
    counter: float | None = None  # cores that it used, where somebody looked
    client: float | None = None  # and the generator,
    others: float | None = None  # and programs that have nothing to do with us
    took: list[float] = field(default_factory=list)  # seconds, of what came through
    told: list[float] = field(default_factory=list)  # seconds, of what was refused

    @property
    def is_well(self) -> bool:
        """Whether next to nobody was refused in it, and answers came in good time."""
        answered = self.good + self.late + self.refused + self.other + self.broken
        return answered > 0 and answered - self.good <= 0.01 * answered


USED = ("counter", "client", "others")
COUNTED = ("meant", "sent", "unsent", "good", "late", "refused", "other", "broken", "filed")


class Seconds:
    """All seconds of a load, counted from its begin."""

    def __init__(self) -> None:
        self._of: dict[int, Second] = defaultdict(Second)

    def __getitem__(self, at: float) -> Second:
        return self._of[int(at)]

    def answered(self, at: float, step: str, status: int, took: float) -> None:
        """Note an answer that came at `at`, `took` seconds after it was meant to be sent."""
        second = self[at]
        if is_good(status):
            second.took.append(took)
            second.filed += step == "file"
            if ACK.holds(took):
                second.good += 1
            else:
                second.late += 1
        elif status in NOT_NOW:
            second.refused += 1
            second.told.append(took)
        elif status:
            second.other += 1
        else:
            second.broken += 1

    def between(self, begin: float, end: float) -> Sequence[Second]:
        """Return the seconds from `begin` on, up to `end`."""
        return [self._of[at] for at in range(int(begin), int(end)) if at in self._of]

    def rows(self, end: float) -> list[dict[str, Any]]:
        """Return every second as it is written down and drawn."""
        return [_row(at, self._of[at]) for at in range(int(end))]


def _row(at: int, one: Second) -> dict[str, Any]:
    rising = sorted(one.took)
    counts = {name: getattr(one, name) for name in COUNTED}
    return {
        "second": at,
        **counts,
        **{name: getattr(one, name) for name in USED},
        "p50_s": quantile(rising, 0.5) if rising else None,
        "p99_s": quantile(rising, 0.99) if rising else None,
        "refusal_p50_s": quantile(sorted(one.told), 0.5) if one.told else None,
    }


def summed(seconds: Sequence[Second]) -> Mapping[str, float]:
    """Return the means a second over a stretch, and the latencies of all of it."""
    total: Counter[str] = Counter()
    for one in seconds:
        for name in COUNTED:
            total[name] += getattr(one, name)
    took = sorted(second for one in seconds for second in one.took)
    told = sorted(second for one in seconds for second in one.told)
    return {
        **{name: count / max(1, len(seconds)) for name, count in total.items()},
        "p50_s": quantile(took, 0.5) if took else 0.0,
        "p99_s": quantile(took, 0.99) if took else 0.0,
        "refusal_p50_s": quantile(told, 0.5) if told else 0.0,
        "refusal_p99_s": quantile(told, 0.99) if told else 0.0,
    }
