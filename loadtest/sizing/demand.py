"""demand: how many people file when: a profile, for an audience, until everybody has filed."""

from collections.abc import Iterator
from dataclasses import dataclass

from loadtest.rehearsal.profiles import Profile

AUDIENCE = 675_000  # for which the profiles were written


@dataclass(frozen=True, slots=True)
class Demand:
    """A profile in real time. `audience`: people who apply at all, each once."""

    profile: Profile
    audience: int

    @property
    def scale(self) -> float:
        """How many times the people the profile was written for."""
        return self.audience / AUDIENCE

    @property
    def peak(self) -> float:
        """The most filings a second."""
        return self.profile.peak * self.scale

    def filings(self, step: float) -> Iterator[float]:
        """Yield how many file in each step of so many seconds; when everybody has filed, nobody does."""
        left, at = float(self.audience), 0.0
        while at < self.profile.seconds and left > 0:
            came = min(left, self._rate(at + step / 2) * step)
            yield came
            left, at = left - came, at + step

    def _rate(self, second: float) -> float:
        begins = 0.0
        for stage in self.profile.stages:
            if second < begins + stage.seconds:
                share = (second - begins) / stage.seconds
                return (stage.begins + (stage.ends - stage.begins) * share) * self.scale
            begins += stage.seconds
        return 0.0
