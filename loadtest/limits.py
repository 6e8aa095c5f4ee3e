"""limits: how close each part came to what it can do at most, where load was highest; and which is nearest."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from loadtest.recorded import Recorded, Sample
from loadtest.rehearsal.folder import OTHERS

STRETCH = 10.0  # seconds over which use is averaged
PARTS = ("counter", "workers", "relay", "postgres", "valkey", "standins", "monitoring")
MACHINE, BESIDE = (
    "machine",
    ("generator", OTHERS),
)  # what is no part of the system, and takes of the machine all the same


@dataclass(frozen=True, slots=True)
class Use:
    """One part at the peak: cores it used, cores it can use, and the share that is."""

    part: str
    cores: float
    of: float

    @property
    def share(self) -> float:
        """How much of what it can use it used, from 0."""
        return self.cores / self.of


@dataclass(frozen=True, slots=True)
class Peak:
    """The stretch with the most promises given, and what every part used then, the nearest to its limit first."""

    second: float
    promises_per_s: float
    requests_per_s: float
    uses: Sequence[Use]

    @property
    def nearest(self) -> Use | None:
        """The part that is nearest to its limit."""
        return next((use for use in self.uses if use.part not in BESIDE), None)


def peak(recorded: Recorded) -> Peak | None:
    """Return the stretch in which most promises were given; None where none was."""
    acks, requests = defaultdict[float, int](int), defaultdict[float, int](int)
    for one in recorded.answers:
        requests[one.intended_at // STRETCH * STRETCH] += 1
        acks[one.intended_at // STRETCH * STRETCH] += one.acked
    if not any(acks.values()):
        return None
    at = max(acks, key=lambda stretch: (acks[stretch], -stretch))
    uses = used(recorded.samples, at, cores(recorded), recorded.run.get("crew", {}))
    return Peak(at, acks[at] / STRETCH, requests[at] / STRETCH, uses)


def fullest(recorded: Recorded) -> float:
    """Return the largest share of the machine that was in use in any stretch; 0 where nobody took samples."""
    if not recorded.samples:
        return 0.0
    stretches = range(0, int(recorded.samples[-1].second), int(STRETCH))
    uses = (use for at in stretches for use in used(recorded.samples, at, cores(recorded), {}))
    return max((use.share for use in uses if use.part == MACHINE), default=0.0)


def cores(recorded: Recorded) -> float:
    """Return how many cores the machine has."""
    return float(recorded.run.get("machine", {}).get("cores", 1))


def used(samples: Sequence[Sample], at: float, of: float, crew: Mapping[str, int]) -> list[Use]:
    """Return what each part used in the stretch at a second, and the whole machine with the generator.

    `crew`: processes of a part, where there is not the usual number; each of ours is one thread, so one core at most.
    """
    if not samples:
        return []
    first = max((one for one in samples if one.second <= at), key=_second, default=samples[0])
    last = min((one for one in samples if one.second >= at + STRETCH), key=_second, default=samples[-1])
    seconds = last.second - first.second
    if seconds <= 0:
        return []
    cpu = {part: max(0.0, last.cpu[part] - first.cpu[part]) / seconds for part in last.cpu if part in first.cpu}
    most = {"counter": 1, "workers": 2, "relay": 1, "standins": 1, "monitoring": 1, **crew}
    uses = [Use(part, cpu[part], min(of, most.get(part, of))) for part in (*PARTS, *BESIDE) if part in cpu]
    return sorted([*uses, Use(MACHINE, sum(cpu.values()), of)], key=lambda use: use.share, reverse=True)


def _second(sample: Sample) -> float:
    return sample.second


def told(uses: Iterable[Use]) -> str:
    """Return what the parts used, in words."""
    return ", ".join(f"{use.part} {use.cores:.2f} of {use.of:g}" for use in uses)
