"""History: how the counted things grew, moment by moment, over the last minutes."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from monitoring.console.readings import Reading
from monitoring.console.samples import Samples

KEPT_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Moment:
    """How much everything had grown by `at` (monotonic seconds), since the first look."""

    at: float
    grown: Samples


class History:
    """The growth of all processes together. A process that begins again at nothing takes nothing away."""

    def __init__(self) -> None:
        self._before: dict[str, tuple[int, Samples]] = {}
        self.moments: deque[Moment] = deque()

    def add(self, readings: Sequence[Reading], now: float) -> None:
        """Take the readings of `now` (monotonic seconds)."""
        growth = [self._growth(reading) for reading in readings if reading.samples is not None]
        before = self.moments[-1].grown if self.moments else Samples()
        self.moments.append(Moment(now, Samples.together((before, *growth))))
        while len(self.moments) > 2 and self.moments[1].at <= now - KEPT_SECONDS:
            self.moments.popleft()

    def grown(self, seconds: float) -> tuple[Samples, float]:
        """Return how much everything grew in the last moments that cover `seconds`, and how long those were.

        One subtraction, however long: the public page is answered by the same process.
        """
        if len(self.moments) < 2:
            return Samples(), 0.0
        last = self.moments[-1]
        earlier = reversed(self.moments)
        since = next((one for one in earlier if last.at - one.at >= seconds), self.moments[0])
        return last.grown.since(since.grown), last.at - since.at

    def _growth(self, reading: Reading) -> Samples:
        """What is met first at the first look has no growth yet; what appears later began at nothing."""
        assert reading.samples is not None
        name, pid = reading.run_file.process, reading.run_file.pid
        nothing_known = Samples() if self.moments else reading.samples
        known_pid, before = self._before.get(name, (pid, nothing_known))
        self._before[name] = (pid, reading.samples)
        return reading.samples.since(before if known_pid == pid else Samples())
