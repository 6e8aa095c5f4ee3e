"""objectives: what the system is held to under load. The bars were chosen here, and are tuned by measurement."""

from dataclasses import dataclass
from typing import Final, Literal

Sense = Literal["at most", "at least"]


@dataclass(frozen=True, slots=True)
class Objective:
    """One bar: what is measured, which value is still good enough, and what it is counted over."""

    name: str
    title: str
    sense: Sense
    target: float
    unit: str  # share (of 1), s, or what is counted
    over: str

    def holds(self, value: float) -> bool:
        """Say whether a value is good enough."""
        return value <= self.target if self.sense == "at most" else value >= self.target


OUTSIDE = "outside faults"
ALWAYS = "faults included"

ACKS: Final = Objective("acks", "promises asked for and given", "at least", 0.999, "share", OUTSIDE)
ACK: Final = Objective("ack_p99", "acknowledgement, 99 of 100 within", "at most", 1.0, "s", OUTSIDE)
READ: Final = Objective("read_p99", "reading, 99 of 100 within", "at most", 2.0, "s", OUTSIDE)
LONGEST: Final = Objective("longest", "the longest any answer took", "at most", 15.0, "s", ALWAYS)
HONEST: Final = Objective("honest", "5xx that do not say what is safe", "at most", 0.0, "answers", ALWAYS)
DECIDED: Final = Objective("decided_p95", "decided or somebody's turn, 95 of 100 within", "at most", 60.0, "s", OUTSIDE)
OLDEST: Final = Objective("oldest_due", "age of the oldest due work", "at most", 60.0, "s", OUTSIDE)
RECOVERY: Final = Objective("recovery", "first promise given after a fault", "at most", 30.0, "s", "each fault")
STORE: Final = Objective("store", "first promise given once PostgreSQL is back", "at most", 5.0, "s", "each fault")

# Where more come than can be served, on purpose, refusing is what is right: docs/decisions/0021.
STORM = "in the storm"
AFTER = "after the storm"

GOODPUT: Final = Objective(
    "goodput", "promises given in good time, of those before it", "at least", 0.9, "share", STORM
)
TOLD: Final = Objective("told", "refusals that say when to come again", "at least", 1.0, "share", ALWAYS)
CERTIFIED: Final = Objective("certified", "refusals of a known draft, certified", "at least", 1.0, "share", ALWAYS)
LEFT: Final = Objective(
    "left", "who waited as she was told, and was never answered", "at most", 0.0, "requests", ALWAYS
)
RELIEF: Final = Objective("relief", "refusals and backlog as before it", "at most", 60.0, "s", AFTER)

#: What is missed whatever the load was, and whoever had the machine: one is one too many.
FACTS: Final = frozenset({HONEST, TOLD, CERTIFIED})
