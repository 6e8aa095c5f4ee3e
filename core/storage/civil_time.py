"""Civil time for pages: what day it is for the people who read them, asked of the database every few seconds."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.clock import Clock
from core.domain.errors import StoreUnavailable
from core.storage.civil import civil_now
from core.storage.reader import Reader

FRESH = 2.0  # seconds an offset is used before it is asked for again
STALE = 5.0  # seconds before asking again where nobody answered


@dataclass(frozen=True, slots=True)
class Civil:
    """The civil time, and whether it is shifted."""

    now: datetime
    trial: bool


class CivilTime:
    """Tells the civil time for display; what is acknowledged carries the database's own, never this one."""

    def __init__(self, reader: Reader, clock: Clock) -> None:
        self._reader, self._clock = reader, clock
        self._ahead = timedelta(0)
        self._known = False
        self._ask_at = 0.0
        self._asking = asyncio.Lock()

    async def now(self) -> Civil:
        """Return the time; with the last offset known where the database does not answer."""
        if time.monotonic() >= self._ask_at:
            await self._ask()
        return self.last_known()

    def last_known(self) -> Civil:
        """Return the time by the offset that was known last, without asking anybody."""
        return Civil(self._clock.now() + self._ahead, abs(self._ahead) > timedelta(seconds=1))

    async def offset(self) -> timedelta | None:
        """Return by how much civil time runs ahead, as far as it was ever told; None before."""
        await self.now()
        return self._ahead if self._known else None

    async def _ask(self) -> None:
        async with self._asking:
            if time.monotonic() < self._ask_at:
                return
            try:
                async with self._reader.snapshot() as connection:
                    self._ahead = (await civil_now(connection))[1]
                self._known = True
                self._ask_at = time.monotonic() + FRESH
            except StoreUnavailable:
                self._ask_at = time.monotonic() + STALE
