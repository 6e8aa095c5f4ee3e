"""measured: what each objective came to in a rehearsal, and when it was first missed."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from loadtest import objectives
from loadtest.bench.figures import quantile
from loadtest.objectives import Objective
from loadtest.recorded import HUNG_UP, PROMISES, Answer, Fault, Recorded

STRETCH = 5.0  # seconds that are judged together when we look for the first breach
FEW = 20  # figures below which a stretch says nothing
ACKS_RECOVER = 10.0  # seconds after a fault from which requests are held to their objectives again
WORK_RECOVERS = 60.0  # and work
HONEST = frozenset({"store-unavailable", "outcome-unknown", "overloaded", "shutting-down", "not-ready", "unsound"})

Points = Sequence[tuple[float, float]]  # second, value


@dataclass(frozen=True, slots=True)
class Breach:
    """When an objective was first missed, and how many requests a second were sent then."""

    second: float
    value: float
    requests_per_s: float


@dataclass(frozen=True, slots=True)
class Measured:
    """An objective, what it came to (None: nothing was measured), over how many figures, and its first breach."""

    objective: Objective
    value: float | None
    count: int
    breach: Breach | None = None

    @property
    def met(self) -> bool | None:
        """Whether it holds; None where nobody can say."""
        return None if self.value is None else self.objective.holds(self.value)

    @property
    def margin(self) -> float | None:
        """By which factor the value may grow worse until the objective is missed; None where it cannot be said."""
        if self.value is None:
            return None
        bad, most = self.value, self.objective.target
        if self.objective.unit == "share":  # how many more may be missing
            bad, most = 1 - bad, 1 - most
        return most / bad if bad > 0 and most > 0 else None


class Calm:
    """The seconds in which nothing was broken on purpose, nor just before."""

    def __init__(self, faults: Iterable[Fault], grace: float) -> None:
        """Take the faults, and the seconds after each that are not counted."""
        self._broken = [(fault.at - 1, fault.done + grace) for fault in faults]

    def at(self, second: float) -> bool:
        """Say whether all was whole at this second."""
        return self.during(second, 0.0)

    def during(self, second: float, seconds: float) -> bool:
        """Say whether all was whole from this second on for so many."""
        return not any(begin <= second + seconds and second <= end for begin, end in self._broken)


def measure(recorded: Recorded) -> list[Measured]:
    """Return every objective with what it came to."""
    return [*_of_requests(recorded), *_of_work(recorded), *_of_recoveries(recorded)]


def given_share(answers: Iterable[Answer]) -> float | None:
    """Return the share of promises that were given, of those asked for; None of none.

    A refusal for a reason of her own does not count, nor 429, which is told to somebody who asks too often, nor a
    request she hung up on.
    """
    given, missing = 0, 0
    for one in answers:
        given += one.acked
        missing += one.broken or (one.refused and one.status != 429)
    return given / (given + missing) if given + missing else None


def by_stretch(points: Iterable[tuple[float, float]], seconds: float = STRETCH) -> dict[float, list[float]]:
    """Return the values of (second, value) by the stretch they fall in, whose beginning in seconds is the key."""
    found: dict[float, list[float]] = defaultdict(list)
    for at, value in points:
        found[at // seconds * seconds].append(value)
    return dict(sorted(found.items()))


def _of_requests(recorded: Recorded) -> Iterable[Measured]:
    answers, calm = recorded.answers, Calm(_disturbances(recorded, WORK_RECOVERS - ACKS_RECOVER), ACKS_RECOVER)
    held = [one for one in answers if calm.at(one.intended_at) and one.code != HUNG_UP]
    promises = [one for one in held if one.operation in PROMISES]
    watch = Watch(answers)
    yield watch.share(objectives.ACKS, promises)
    yield watch.most(objectives.ACK, [(a.intended_at, a.latency) for a in promises if a.acked], 0.99)
    read = [(a.intended_at, a.latency) for a in held if a.operation not in PROMISES and a.status]
    yield watch.most(objectives.READ, read, 0.99)
    yield watch.most(objectives.LONGEST, [(a.started_at, a.answered_at - a.started_at) for a in answers], 1.0, few=1)
    dishonest = [(one.started_at, float(one.status >= 500 and one.code not in HONEST)) for one in answers]
    yield watch.summed(objectives.HONEST, dishonest, sum, few=1)


def _disturbances(recorded: Recorded, longer: float = 0.0) -> list[Fault]:
    """Return the faults and, where there is one, the storm, which is over a little later than it ends."""
    storm = recorded.storm
    return [*recorded.faults, *([storm._replace(done=storm.done + longer)] if storm else [])]


def _of_work(recorded: Recorded) -> Iterable[Measured]:
    calm, watch = Calm(_disturbances(recorded), WORK_RECOVERS), Watch(recorded.answers)
    decided = [(one.filed, one.took) for one in recorded.decisions if calm.at(one.filed)]
    yield watch.most(objectives.DECIDED, decided, 0.95, few=5)
    ages = [(one.second, one.oldest_due) for one in recorded.samples if one.oldest_due is not None]
    yield watch.most(objectives.OLDEST, [one for one in ages if calm.at(one[0])], 1.0, few=1)


def _of_recoveries(recorded: Recorded) -> Iterable[Measured]:
    for objective, stores in ((objectives.RECOVERY, False), (objectives.STORE, True)):
        faults = [one for one in recorded.faults if ("postgres" in f"{one.what} {one.target}".lower()) is stores]
        if faults:
            yield Watch(recorded.answers).most(objective, list(_recoveries(faults, recorded)), 1.0, few=1)


def _recoveries(faults: Sequence[Fault], recorded: Recorded) -> Iterable[tuple[float, float]]:
    """Yield when each fault was over, and how long it took; one after which nobody came says nothing."""
    acks = [(one.intended_at, one.answered_at) for one in recorded.answers if one.acked]
    last = max((one.intended_at for one in recorded.answers if one.operation in PROMISES), default=-1.0)
    ends = max((answered for _, answered in acks), default=0.0)
    for fault in faults:
        after = [answered - fault.done for intended, answered in acks if intended >= fault.done]
        if after:
            yield fault.done, min(after)
        elif last >= fault.at and recorded.seconds > fault.done + objectives.STORE.target:
            yield fault.done, max(recorded.seconds, ends) - fault.done


class Watch:
    """Sums figures up, over all of them and stretch by stretch."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self._rate: dict[float, float] = defaultdict(float)
        for one in answers:
            self._rate[one.intended_at // STRETCH * STRETCH] += 1 / STRETCH

    def share(self, objective: Objective, answers: Sequence[Answer]) -> Measured:
        """Measure a share of answers; a stretch is missed where ten times as many are missing as may be."""
        bar = 1 - 10 * (1 - objective.target)
        stretches: dict[float, list[Answer]] = defaultdict(list)
        for one in answers:
            stretches[one.intended_at // STRETCH * STRETCH].append(one)
        shares = ((at, given_share(stretches[at])) for at in sorted(stretches) if len(stretches[at]) >= FEW)
        first = next(((at, value) for at, value in shares if value is not None and value < bar), None)
        return Measured(objective, given_share(answers), len(answers), self._breach(first))

    def most(self, objective: Objective, points: Points, share: float, few: int = FEW) -> Measured:
        """Measure the value that a share of all do not exceed."""
        return self.summed(objective, points, lambda values: quantile(sorted(values), share), few)

    def summed(
        self, objective: Objective, points: Points, up: Callable[[Sequence[float]], float], few: int = FEW
    ) -> Measured:
        """Measure values summed up in some way."""
        if not points:
            return Measured(objective, None, 0)
        stretches = ((at, up(values)) for at, values in by_stretch(points).items() if len(values) >= few)
        first = next(((at, value) for at, value in stretches if not objective.holds(value)), None)
        return Measured(objective, up([value for _, value in points]), len(points), self._breach(first))

    def _breach(self, first: tuple[float, float] | None) -> Breach | None:
        return None if first is None else Breach(*first, self._rate.get(first[0], 0.0))
