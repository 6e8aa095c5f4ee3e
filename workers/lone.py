"""lone: sees to suspects, the rows whose last worker died, in a process that has nothing else in hand.

Whatever a suspect does to its process, no ordinary work is there to be hurt, and none has to wait. A first crash
accuses nobody: such rows are run a few at a time. If that ends their worker too, each of them is run alone, and only
what ends its worker alone, again and again, is buried.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from core.domain.work import Attempt
from workers.advance import Advance, carry
from workers.burial import bury

A_FEW = 20  # suspects run together; fewer than calls may be under way at one registry, so that none waits for a place
CRASHES_IN_COMPANY = 2  # the first one, and the one among suspects
BURY_WITHIN = timedelta(seconds=2)


class Suspects(Protocol):
    """What this asks of the ledger (core/storage/work.py)."""

    async def claim_suspects(self, most: int) -> list[Attempt]:
        """Take up to `most` suspects that crashed once, or one that crashed more often."""


@dataclass(frozen=True, slots=True)
class Lone:
    """The lone worker. `lone_crashes`: crashes alone that bury a row. Any number of such processes does no harm."""

    rows: Suspects
    deps: Advance
    lone_crashes: int

    async def run_once(self) -> int:
        """Bring a few suspects, or one, to their end; return how many there were. Errors: StoreUnavailable."""
        since = self.deps.clock.monotonic()
        claimed = await self.rows.claim_suspects(A_FEW)
        if claimed:
            self.deps.observe("work.claimed", count=len(claimed), crashed=len(claimed))
            await bury(
                [attempt for attempt in claimed if self._is_spent(attempt)],
                self.deps.rows.settle,
                self.deps.clock,
                BURY_WITHIN,
                self.deps.observe,
            )
            await carry([attempt for attempt in claimed if not self._is_spent(attempt)], since, self.deps)
        return len(claimed)

    def _is_spent(self, attempt: Attempt) -> bool:
        return attempt.crashes >= CRASHES_IN_COMPANY + self.lone_crashes
