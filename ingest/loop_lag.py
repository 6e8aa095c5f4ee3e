"""Loop lag: how late the event loop comes to what is due, and when that is too late to take anything new."""

import asyncio
import math
from collections.abc import Callable

from core.clock import Clock
from core.hooks import Observe

LOOK_SECONDS = 0.1
# What is let in later than this might not be answered before the edge gives up on it (15 s): its own deadline is 9 s.
MOST_SECONDS = 3.0


class LoopLag:
    """Looks at the loop ten times a second; asked between two looks, it knows already that the next one is overdue."""

    def __init__(self, clock: Clock, observe: Observe) -> None:
        self._clock, self._observe = clock, observe
        self._due, self._late = math.inf, 0.0
        self._told: Callable[[float], None] = lambda _: None

    def tell(self, told: Callable[[float], None]) -> None:
        """Tell somebody, at each look, how many seconds late it came."""
        self._told = told

    def too_late(self) -> bool:
        """Say whether what comes in now has waited too long: the loop stood still, or stands behind too much work."""
        return max(self._late, self._clock.monotonic() - self._due) > MOST_SECONDS

    async def watch(self) -> None:
        """Look again and again until cancelled."""
        while True:
            self._due = self._clock.monotonic() + LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
            self._late = max(self._clock.monotonic() - self._due, 0.0)
            self._told(self._late)
            self._observe("loop.lagged", seconds=self._late)
