"""History: how the counted things grew, moment by moment, over the last minutes."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from monitoring.console.readings import Reading
from monitoring.console.samples import Samples

KEPT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Moment:
    """How much everything grew in the `seconds` before `at` (monotonic)."""

    at: float
    seconds: float
    grown: Samples


class History:
    """The growth of all processes together. A process that begins again at nothing takes nothing away."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[int, Samples]] = {}
        self._last: float | None = None
        self.moments: deque[Moment] = deque()

    def add(self, readings: Sequence[Reading], now: float) -> None:
        """Take the readings of `now` (monotonic seconds)."""
        grown = Samples.together(self._growth(reading) for reading in readings if reading.samples is not None)
        if self._last is not None:
            self.moments.append(Moment(now, now - self._last, grown))
        self._last = now
        while self.moments and self.moments[0].at < now - KEPT_SECONDS:
            self.moments.popleft()

    def grown(self, seconds: float) -> tuple[Samples, float]:
        """Return how much everything grew in the last moments that cover `seconds`, and how long those were."""
        taken: list[Moment] = []
        covered = 0.0
        for moment in reversed(self.moments):
            if covered >= seconds:
                break
            taken.append(moment)
            covered += moment.seconds
        return Samples.together(moment.grown for moment in taken), covered

    def _growth(self, reading: Reading) -> Samples:
        """What is met first at the first look has no growth yet; what appears later began at nothing."""
        assert reading.samples is not None
        name, pid = reading.run_file.process, reading.run_file.pid
        nothing_known = Samples() if self._last is not None else reading.samples
        known_pid, before = self._before.get(name, (pid, nothing_known))
        self._before[name] = (pid, reading.samples)
        return reading.samples.since(before if known_pid == pid else Samples())
