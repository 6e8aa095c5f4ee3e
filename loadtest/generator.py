"""generator: whether the load was what it was meant to be, or whether whoever made it was too slow."""

from collections.abc import Iterator

from loadtest import limits
from loadtest.recorded import Recorded
from loadtest.rehearsal.folder import OTHERS

MOST_DROPPED = 0.001  # of all arrivals
MOST_CPU = 0.95  # of one core
MOST_LATE = 0.1  # seconds, 99 of 100; a quarter of it would still show in a latency
MOST_OF_CEILING = 0.8
MOST_OTHERS = 0.25  # of the machine, used by whatever is no part of the rehearsal


def shortcomings(recorded: Recorded) -> Iterator[str]:
    """Yield why the offered load was not what was meant, in words; nothing where it was."""
    if not recorded.offered:
        yield "nobody noted what load was offered"
        return
    said = recorded.run.get("generator", {})
    if said.get("ceiling_per_s") is None:
        yield "the generator's own ceiling was not measured"
    if broken := said.get("broken_journeys"):
        yield f"{len(broken)} journeys ended by a fault of the generator's own: {broken[0].splitlines()[-1]}"
    for fault in recorded.run.get("faults", []):
        if fault.get("done_at_s") is None:
            yield f"{fault['what']} {fault['target']}: it was not done, or not whole again after a minute"


def strain(recorded: Recorded) -> Iterator[str]:
    """Yield why less was offered than was meant, or was about to be: the generator had enough to do."""
    intended = sum(one.intended for one in recorded.offered)
    missing = intended - sum(one.started for one in recorded.offered)
    said = recorded.run.get("generator", {})
    if missing > MOST_DROPPED * intended:
        more = f"GENERATORS={2 * said.get('processes', 1)} has twice as much"
        yield f"{missing:,.0f} of {intended:,.0f} arrivals found no room in the generator: {more}"
    ceiling, cpu = said.get("ceiling_per_s"), said.get("cpu_share")
    if ceiling is not None and busiest_rate(recorded) > MOST_OF_CEILING * ceiling:
        yield f"{busiest_rate(recorded):,.0f} requests a second are near the generator's ceiling of {ceiling:,.0f}"
    if cpu is not None and cpu > MOST_CPU:
        yield f"the generator used {cpu:.0%} of its core"
    if left := said.get("left"):
        yield f"{left} people had not been answered when the generator gave up"


def late(recorded: Recorded) -> float:
    """Return the seconds by which 99 of 100 requests were at most sent late; 0 where nobody noted it."""
    return float(recorded.run.get("generator", {}).get("lateness_p99_ms") or 0.0) / 1000


def share_of_others(recorded: Recorded) -> float:
    """Return the share of the machine that programs used which are no part of the rehearsal."""
    told = [(one.second, one.cpu[OTHERS]) for one in recorded.samples if OTHERS in one.cpu]
    if len(told) < 2 or told[-1][0] <= told[0][0]:
        return 0.0
    return (told[-1][1] - told[0][1]) / (told[-1][0] - told[0][0]) / limits.cores(recorded)


def busiest_rate(recorded: Recorded, seconds: float = 5.0) -> float:
    """Return the requests a second of the busiest stretch."""
    counts: dict[float, int] = {}
    for one in recorded.answers:
        counts[one.started_at // seconds] = counts.get(one.started_at // seconds, 0) + 1
    return max(counts.values(), default=0) / seconds
