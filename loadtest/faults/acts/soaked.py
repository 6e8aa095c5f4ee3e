"""Acts one after the other: a short soak, whose schedule is drawn from the seed."""

from typing import Final

from loadtest.faults.attempt import Attempt
from loadtest.faults.scenario import ALONE, does
from loadtest.faults.schedule import drawn
from loadtest.faults.soaking import soak

SECONDS: Final = 50.0


@does(on=ALONE, seconds=SECONDS + 60)
def short_soak(attempt: Attempt) -> None:
    """Faults drawn from the seed, one after the other, for a little less than a minute."""
    seed = attempt.random.randrange(1, 10**6)
    faults = drawn(seed, SECONDS)
    attempt.notes.append(f"again: make soak SECONDS={SECONDS:g} SEED={seed}")
    soak(attempt, faults, SECONDS)
