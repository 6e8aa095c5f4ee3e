"""world: what everybody who comes shares: the lines, the log, the clock, and whether the load is over."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Event
from typing import Final

from loadtest.ledger import Ledger
from loadtest.rehearsal.notes import Notes
from loadtest.rehearsal.plan import Plan
from loadtest.rehearsal.wire import Lines

MOST_PRESENT: Final = 5_000  # people in one generator at once; whoever comes then is dropped, and counted
FINISHES: Final = 45.0  # seconds everybody has to settle what she has begun

Heard = Callable[[str, str, float, int, str], None]  # operation, channel, seconds, bytes, what went wrong or ""


def _nobody(*_: object) -> None:
    """Hear nothing."""


@dataclass(slots=True)
class World:
    """One generator's. `clock`: monotonic seconds; `heard` is told of every answer, for Locust's own figures."""

    plan: Plan
    lines: Lines
    ledger: Ledger
    notes: Notes
    heard: Heard = _nobody
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    began: float = field(init=False)
    closing: Event = field(default_factory=Event)
    give_up_at: float = float("inf")  # when what is not settled by then stays unknown

    def __post_init__(self) -> None:
        self.began = self.clock()

    def now(self) -> float:
        """Return the seconds since the load began."""
        return self.clock() - self.began

    @property
    def over(self) -> bool:
        """Say that nobody begins anything new; what is open is settled."""
        return self.closing.is_set()

    def finish(self, patience: float) -> None:
        """Let everybody settle what is open, for so many seconds; whoever thinks or is away leaves."""
        self.give_up_at = self.now() + patience
        self.closing.set()
