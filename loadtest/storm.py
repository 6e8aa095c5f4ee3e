"""storm: what is held to while more come than can be served: nothing idle, nobody sent away with empty hands."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from statistics import fmean

from loadtest import objectives
from loadtest.measured import ACKS_RECOVER, FEW, STRETCH, Calm, Measured, Watch, by_stretch, given_share
from loadtest.objectives import ACK
from loadtest.recorded import PROMISES, Answer, Fault, Recorded

OF_A_DRAFT = PROMISES - {"draft"} | {"read", "standing"}  # operations that come with the token of a draft
OF_REFUSALS = frozenset({objectives.TOLD, objectives.CERTIFIED})  # met where nobody was refused
WELL = 0.99  # of promises given, in five seconds: next to nobody is refused
AS_BEFORE = 2.0  # times the largest backlog before the storm,
SMALL = 20.0  # or so many rows in any case
NEVER = 3_600.0  # seconds; stands for a storm after which all was never well again


def measure(recorded: Recorded) -> list[Measured]:
    """Return the objectives of a storm with what they came to; none where the profile has none."""
    storm = recorded.storm
    if storm is None:
        return []
    watch, refused = Watch(recorded.answers), [one for one in recorded.answers if one.refused]
    known = [one for one in refused if one.operation in OF_A_DRAFT]
    left = [(one.intended_at, float(one.gave_up)) for one in recorded.answers if one.waits]
    said = [
        watch.summed(objectives.GOODPUT, list(_goodput(recorded, storm)), fmean, few=1),
        watch.summed(
            objectives.TOLD, [(one.intended_at, float(bool(one.retry_after))) for one in refused], fmean, few=1
        ),
        watch.summed(objectives.CERTIFIED, [(one.intended_at, float(one.certified)) for one in known], fmean, few=1),
        watch.summed(objectives.LEFT, left, sum, few=1),
        watch.most(objectives.RELIEF, [(storm.done, _relief(recorded, storm))], 1.0, few=1),
    ]
    return [replace(one, value=1.0) if one.objective in OF_REFUSALS and not one.count else one for one in said]


def turned_away(recorded: Recorded) -> int:
    """Return how many requests were refused in the storm because we were full; 0 of one that was none here."""
    storm = recorded.storm
    if storm is None:
        return 0
    full = (one for one in recorded.answers if one.refused and one.code == "overloaded")
    return sum(storm.at <= one.intended_at <= storm.done for one in full)


def _goodput(recorded: Recorded, storm: Fault) -> Iterator[tuple[float, float]]:
    """Yield, for each stretch of the storm in which all else was whole, what was given of what was given before it."""
    calm = Calm(recorded.faults, ACKS_RECOVER)
    good = by_stretch((one.intended_at, float(one.acked and ACK.holds(one.latency))) for one in recorded.answers)
    rates = {at: sum(values) / STRETCH for at, values in good.items() if calm.during(at, STRETCH)}
    before = [rate for at, rate in rates.items() if at >= storm.at / 2 and at + STRETCH <= storm.at]
    if before and fmean(before):
        inside = ((at, rate) for at, rate in rates.items() if storm.at <= at and at + STRETCH <= storm.done)
        yield from ((at, rate / fmean(before)) for at, rate in inside)


def _relief(recorded: Recorded, storm: Fault) -> float:
    """Return after how many seconds next to nobody was refused, and the backlog was as before, and both stayed so."""
    return max(_last(_refusing(recorded, storm)), _last(_behind(recorded, storm)))


def _refusing(recorded: Recorded, storm: Fault) -> Iterator[tuple[float, bool]]:
    stretches: dict[float, list[Answer]] = {}
    for one in recorded.answers:
        if storm.done <= one.intended_at < recorded.seconds and one.operation in PROMISES:
            stretches.setdefault((one.intended_at - storm.done) // STRETCH * STRETCH, []).append(one)
    for at, answers in sorted(stretches.items()):
        share = given_share(answers)
        if share is not None and len(answers) >= FEW:
            yield at + STRETCH, share < WELL


def _behind(recorded: Recorded, storm: Fault) -> Iterator[tuple[float, bool]]:
    known = [(one.second, one.backlog) for one in recorded.samples if one.backlog is not None]
    before: Sequence[float] = [backlog for second, backlog in known if second < storm.at]
    most = max([SMALL, *(AS_BEFORE * backlog for backlog in before)])
    yield from ((second - storm.done, backlog > most) for second, backlog in known if second >= storm.done)


def _last(ill: Iterable[tuple[float, bool]]) -> float:
    """Return the last second at which something was ill; NEVER where that is the last there is, or there is none."""
    told = list(ill)
    if not told or told[-1][1]:
        return NEVER
    return max([0.0, *(second for second, is_ill in told if is_ill)])
