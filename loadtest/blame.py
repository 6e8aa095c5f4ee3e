"""blame: whose a missed objective is: the system's, or that of whoever made the load, or shared its machine.

A load that was lighter than meant excuses nothing: what is missed under it would have been missed under all of it. What
came late from the generator excuses as much as it was late; what others took of the machine, as much as they took.
"""

from collections.abc import Callable, Sequence
from math import inf
from typing import Final

from loadtest import generator, limits, objectives
from loadtest.measured import Measured
from loadtest.objectives import ACK, FACTS
from loadtest.recorded import Recorded
from loadtest.rehearsal.visitor import IMPATIENT

TURNS: Final = 4.0  # of the generator's loop that a request waits for: to connect, to send, to hear and to be noted
FULL: Final = 0.9  # of the machine: from here on it is what held the load back
OF_REQUESTS: Final = frozenset(
    {objectives.ACK, objectives.READ, objectives.LONGEST, objectives.RECOVERY, objectives.STORE}
)

Excuse = Callable[[Measured, Recorded], str | None]


def theirs(one: Measured, recorded: Recorded) -> str | None:
    """Return, in words, what a miss may come from that is none of the system's; None where it is the system's for sure.

    `one`: an objective that is missed.
    """
    if one.objective in FACTS:
        return None
    return next((said for excuse in EXCUSES if (said := excuse(one, recorded))), None)


def not_whole(_: Measured, recorded: Recorded) -> str | None:
    """Something of what was recorded is missing."""
    return "what was recorded is not whole" if recorded.gaps else None


def lateness(one: Measured, recorded: Recorded) -> str | None:
    """The generator sent late what was due, and heard late what came: by as much, a few times, it looks slower."""
    late = generator.late(recorded)
    if late <= generator.MOST_LATE or TURNS * late < _slack(one):
        return None
    return f"the generator sent one in a hundred more than {1000 * late:.0f} ms late"


def others(one: Measured, recorded: Recorded) -> str | None:
    """Programs that are no part of the rehearsal took of the machine what the system might have used."""
    share = generator.share_of_others(recorded)
    if share <= generator.MOST_OTHERS or one.value is None:
        return None
    if one.objective.unit == "share" and not one.objective.holds(one.value / (1 - min(share, 0.99))):
        return None  # with all that they took it would not have given enough
    used = share * limits.cores(recorded)
    return f"programs that are no part of the rehearsal used {used:.1f} of {limits.cores(recorded):g} cores"


def small(_: Measured, recorded: Recorded) -> str | None:
    """The load is for whatever machine there is, and this one was full."""
    if not recorded.run.get("any_machine") or limits.fullest(recorded) < FULL:
        return None
    return f"all {limits.cores(recorded):g} cores were busy: this machine is too small for it"


EXCUSES: Sequence[Excuse] = (not_whole, lateness, others, small)


def _slack(one: Measured) -> float:
    """Return how many seconds of lateness it would take to explain a miss."""
    if one.objective in OF_REQUESTS and one.value is not None:
        return one.value - one.objective.target
    if one.objective.unit == "s":
        return inf  # decisions and backlog are nothing that a generator does
    return ACK.target if one.objective is objectives.GOODPUT else IMPATIENT
