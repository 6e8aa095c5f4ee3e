"""blame: whose a missed objective is: the system's, or that of whoever made the load, or shared its machine.

A load that was lighter than meant excuses nothing: what is missed under it would have been missed under all of it. What
came late from the generator excuses as much as it was late; what others took of the machine, as much as they took.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from loadtest import generator, limits, storm
from loadtest.measured import Measured, measure
from loadtest.objectives import FACTS, Objective
from loadtest.recorded import Recorded
from loadtest.rehearsal.visitor import IMPATIENT

TURNS: Final = 3.0  # of the generator's loop from sending to noting the answer: to connect, to hear, to hear the rest
FULL: Final = 0.9  # of the machine: from here on it is what held the load back


def theirs(missed: Sequence[Measured], recorded: Recorded) -> Mapping[Objective, str]:
    """Return what a miss may come from that is none of the system's, in words; what is left out is the system's."""
    open_to_doubt = [one for one in missed if one.objective not in FACTS]
    if recorded.gaps:
        return dict.fromkeys((one.objective for one in open_to_doubt), "what was recorded is not whole")
    late = _late(open_to_doubt, recorded)
    busy = {one.objective: said for one in open_to_doubt if (said := _others(one, recorded))}
    small = {one.objective: said for one in open_to_doubt if (said := _small(recorded))}
    return small | busy | late


def _late(missed: Sequence[Measured], recorded: Recorded) -> dict[Objective, str]:
    """The generator sent late what was due, and heard late what came: with that taken off, it is not missed."""
    late = generator.late(recorded)
    if late <= generator.MOST_LATE or not missed:
        return {}
    said = f"the generator sent one in a hundred more than {1000 * late:.0f} ms late"
    if TURNS * late >= IMPATIENT:  # it may have hung up on answers that were there
        return dict.fromkeys((one.objective for one in missed), said)
    prompt = _prompt(recorded, TURNS * late)
    met = {one.objective for one in (*measure(prompt), *storm.measure(prompt)) if one.met}
    return {one.objective: said for one in missed if one.objective in met}


def _prompt(recorded: Recorded, seconds: float) -> Recorded:
    """Return what was recorded, as if all had been due when it was sent, and been heard so many seconds earlier."""
    answers = [
        one._replace(intended_at=one.started_at, answered_at=max(one.started_at, one.answered_at - seconds))
        for one in recorded.answers
    ]
    return replace(recorded, answers=answers)


def _others(one: Measured, recorded: Recorded) -> str | None:
    """Programs that are no part of the rehearsal took of the machine what the system might have used."""
    share = generator.share_of_others(recorded)
    if share <= generator.MOST_OTHERS or one.value is None:
        return None
    if one.objective.unit == "share" and not one.objective.holds(one.value / (1 - min(share, 0.99))):
        return None  # with all that they took it would not have given enough
    cores = limits.cores(recorded)
    return f"programs that are no part of the rehearsal used {share * cores:.1f} of {cores:g} cores"


def _small(recorded: Recorded) -> str | None:
    """The load is for whatever machine there is, and this one was full."""
    if not recorded.run.get("any_machine") or limits.fullest(recorded) < FULL:
        return None
    return f"all {limits.cores(recorded):g} cores were busy: this machine is too small for it"
