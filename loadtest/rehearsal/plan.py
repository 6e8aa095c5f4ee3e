"""plan: a profile at a scale and a compression, laid out in seconds of load, and the people of its curve."""

import bisect
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from math import sqrt
from random import Random
from typing import NamedTuple

from loadtest.rehearsal.profiles import PROFILES, Mix, Profile, Stage

FILINGS_OF_A_PATRONATO = 8  # in a row, on average [assumption]


class Phase(NamedTuple):
    """A stage where it lies in the load."""

    name: str
    start_s: float
    end_s: float


class Arrival(NamedTuple):
    """Somebody who comes: when, in seconds of load; as whom; and with a number that is hers alone."""

    at: float
    kind: str
    number: int


@dataclass(frozen=True, slots=True)
class Plan:
    """What is offered.

    `compression`: how many real seconds pass in one second of load; rates grow by as much. `scale`: the share of
    people who come. `seed`: the same one gives the same arrivals, people and contents.
    """

    profile: Profile
    scale: float
    compression: float
    seed: int

    @property
    def mix(self) -> Mix:
        """Who comes."""
        return self.profile.mix

    @property
    def pace(self) -> float:
        """How much faster people are than in life."""
        return self.profile.pace or self.compression

    @property
    def seconds(self) -> float:
        """How long people keep coming."""
        return self.profile.seconds / self.compression

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The stages in seconds of load, with the rates that are offered."""
        faster = self.compression * self.scale
        return tuple(
            Stage(one.name, one.seconds / self.compression, one.begins * faster, one.ends * faster)
            for one in self.profile.stages
        )

    @property
    def phases(self) -> tuple[Phase, ...]:
        """When which stage is on."""
        ends = list(accumulate(stage.seconds for stage in self.stages))
        return tuple(Phase(stage.name, end - stage.seconds, end) for stage, end in zip(self.stages, ends, strict=True))

    def rate(self, at: float) -> float:
        """Return the filings a second that are wanted at an instant of the load."""
        for stage, phase in zip(self.stages, self.phases, strict=True):
            if phase.start_s <= at < phase.end_s:
                return stage.begins + (stage.ends - stage.begins) * (at - phase.start_s) / stage.seconds
        return 0.0

    @property
    def peak(self) -> float:
        """The most filings a second that are wanted."""
        return self.profile.peak * self.compression * self.scale

    @property
    def filings(self) -> float:
        """How many filings are wanted in all."""
        return self.profile.filings * self.scale


def asked_for(
    name: str, seed: int, *, scale: float = 0.0, seconds: float = 0.0, pace: float = 0.0, mix: Mapping[str, float]
) -> Plan:
    """Return the plan of a profile as it was asked for; 0 means the profile's own, `mix` what differs from its mix."""
    profile = PROFILES[name]
    if seconds and name == "steady":
        profile = steady(profile, seconds)
    profile = replace(profile, mix=replace(profile.mix, **mix), pace=pace or profile.pace)
    return lay_out(profile, seed, scale or None, seconds or None)


def lay_out(profile: Profile, seed: int, scale: float | None = None, seconds: float | None = None) -> Plan:
    """Return the plan of a profile; `seconds` of load decide the compression, where they are given."""
    lasts = seconds or profile.lasts
    return Plan(profile, profile.scale if scale is None else scale, profile.seconds / lasts, seed)


def steady(profile: Profile, seconds: float) -> Profile:
    """Return a profile of one stage, made longer or shorter without being compressed."""
    return replace(profile, stages=tuple(replace(one, seconds=seconds) for one in profile.stages), lasts=seconds)


def arrivals(plan: Plan) -> Iterator[Arrival]:
    """Yield who comes when: a Poisson process whose rate follows the plan; nobody waits for anybody's answer."""
    random = Random(f"{plan.seed}/arrivals")  # noqa: S311 (a load, not a secret)
    kinds, weights = zip(*_weights(plan.mix), strict=True)
    crowd = sum(weights)
    course = _Course(plan.stages, crowd)
    expected = random.expovariate(1.0)
    number = 0
    while expected < course.total:
        yield Arrival(course.instant(expected), random.choices(kinds, weights)[0], number)
        expected += random.expovariate(1.0)
        number += 1


def _weights(mix: Mix) -> Sequence[tuple[str, float]]:
    """People per filing that is wanted: a patronato comes once for many, and who gives up files nothing."""
    return (
        ("web", mix.web / (1 - mix.give_up)),
        ("patronato", mix.patronato / FILINGS_OF_A_PATRONATO),
        ("contact_centre", mix.contact_centre),
        ("looker", mix.lookers),
    )


class _Course:
    """How many have been expected up to when: the integral of the rate, and its inverse."""

    def __init__(self, stages: Sequence[Stage], crowd: float) -> None:
        self._stages = [Stage(one.name, one.seconds, one.begins * crowd, one.ends * crowd) for one in stages]
        self._before = [0.0, *accumulate(stage.filings for stage in self._stages)]
        self._starts = [0.0, *accumulate(stage.seconds for stage in self._stages)]

    @property
    def total(self) -> float:
        """How many are expected in all."""
        return self._before[-1]

    def instant(self, expected: float) -> float:
        """Return when so many have been expected."""
        which = bisect.bisect_right(self._before, expected) - 1
        stage, missing = self._stages[which], expected - self._before[which]
        slope = (stage.ends - stage.begins) / stage.seconds
        if abs(slope) < 1e-12:
            return self._starts[which] + missing / stage.begins
        return self._starts[which] + (sqrt(stage.begins**2 + 2 * slope * missing) - stage.begins) / slope
