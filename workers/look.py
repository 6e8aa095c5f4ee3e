"""look: a worker looks for due work itself while the bell is silent or lost."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from core.clock import Clock
from core.domain.errors import StoreUnavailable
from core.hooks import Observe
from workers.desk import Desk
from workers.offers import batches
from workers.relay import Rows

LOST_SECONDS = 0.25  # between two looks while Redis is away


class Look:
    """The way of work that needs no bell: slower, never stopped."""

    def __init__(
        self,
        desk: Desk,
        rows: Rows,
        *,
        every: timedelta,
        batch: int,
        is_lost: Callable[[], bool],
        clock: Clock,
        observe: Observe,
    ) -> None:
        """Arguments: how long the bell may be silent; ids to take at once; whether Redis is known to be away."""
        self._desk, self._rows = desk, rows
        self._every, self._batch, self._is_lost = every.total_seconds(), batch, is_lost
        self._clock, self._observe = clock, observe
        self._heard_at = clock.monotonic()

    def heard(self) -> None:
        """Note that the bell has rung."""
        self._heard_at = self._clock.monotonic()

    async def keep_looking(self) -> None:
        """Look whenever it is called for, until cancelled."""
        while True:
            await asyncio.sleep(LOST_SECONDS if self._is_lost() else self._every)
            if self._is_lost() or self._clock.monotonic() - self._heard_at >= self._every:
                await self._look_until_nothing_is_due()

    async def _look_until_nothing_is_due(self) -> None:
        try:
            while await self.look_once():
                pass
        except StoreUnavailable as error:
            self._observe("look.failed", failure=type(error).__name__)

    async def look_once(self) -> bool:
        """Take what is due, as far as there are places; return whether there may be more. Errors: StoreUnavailable."""
        room = min(self._desk.free, self._batch)
        if room == 0:
            return False
        began = self._clock.monotonic()
        offers = await self._rows.offer(room)
        self._observe("work.offered", count=len(offers), seconds=self._clock.monotonic() - began)
        for draft_ids in batches(offers, self._batch):
            await self._desk.take(draft_ids)
        return len(offers) == room
