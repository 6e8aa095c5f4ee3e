"""The exporter: looks at the ledger, in one process, so that every queue is counted once."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from core.clock import Clock, SystemClock
from core.hooks import Observe
from core.storage import civil, durability, estimate, pressure
from monitoring import ledger_series
from monitoring.ledger_series import Seen

BACKLOG_EVERY = timedelta(seconds=3)
STANDING_EVERY = timedelta(seconds=15)
SHARE = 20  # a look that took one second is followed by at least this many seconds without one


class Store(Protocol):
    """What gives a snapshot of the ledger; `core.storage.database.Reader` does."""

    def snapshot(self) -> AbstractAsyncContextManager[Any]:
        """Give a connection that sees one state of the database throughout."""


class Exporter(Collector):
    """Looks at the ledger every few seconds and shows what it saw last."""

    def __init__(
        self,
        store: Store,
        observe: Observe,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Clock | None = None,
    ) -> None:
        """Take where to look, whom to tell, what tells the seconds, and this machine's clock."""
        self._store, self._observe, self._monotonic = store, observe, monotonic
        self._clock = clock or SystemClock()
        self._standing_due = self._monotonic()
        self._moves = 0  # of the civil clock
        self.seen = Seen(at=self._monotonic(), standing_at=self._monotonic())

    async def run(self) -> None:
        """Look for ever, less often where looking takes long."""
        while True:
            pause = await self.look()
            await asyncio.sleep(pause)

    async def look(self) -> float:
        """Look once at the backlog and, when it is time, at where submissions stand.

        Returns the seconds after which to look again: a look that was dear is not soon followed by another, one that
        nobody answered is. Where PostgreSQL does not answer, the last values stay; nothing is raised.
        """
        took = await self._try("backlog", self._look_at_backlog)
        if self.seen.reachable and self._monotonic() >= self._standing_due:
            pause = _pause(STANDING_EVERY, await self._try("standing", self._look_at_standing))
            self._standing_due = self._monotonic() + pause
        return _pause(BACKLOG_EVERY, took if self.seen.reachable else 0.0)

    def civil_clock_moved(self, offset: timedelta) -> None:
        """Show at once how far civil time runs ahead from now on; a look that is under way may have read what was."""
        self.seen.civil_offset = offset
        self._moves += 1

    @property
    def age(self) -> float:
        """Seconds since the older of the two looks."""
        return self._monotonic() - min(self.seen.at, self.seen.standing_at)

    def describe(self) -> Iterable[Metric]:
        """Return the families without their samples."""
        return ledger_series.families(Seen(at=0), 0)

    def collect(self) -> Iterator[Metric]:
        """Yield the families with what was seen last."""
        return ledger_series.families(self.seen, self._monotonic())

    async def _try(self, what: str, look: Callable[[], Awaitable[None]]) -> float:
        """Look, tell how it went, and return the seconds it took."""
        began = self._monotonic()
        try:
            await look()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the ledger, the page about it stays up
            self.seen.reachable = self.seen.reachable and what == "standing"
            self._observe(f"{what}.missed", failure=type(error).__name__)
        return self._monotonic() - began

    async def _look_at_backlog(self) -> None:
        moves = self._moves
        async with self._store.snapshot() as connection:
            backlog = await pressure.read_backlog(connection)
            civil_now, offset = await civil.civil_now(connection)
            skew = civil_now - offset - self._clock.now()
        seen = self.seen
        seen.clock_skew = skew
        seen.backlog, seen.at, seen.reachable = backlog, self._monotonic(), True
        if moves == self._moves:
            seen.civil_offset = offset
        self._observe("backlog.read")

    async def _look_at_standing(self) -> None:
        async with self._store.snapshot() as connection:
            standing = await pressure.read_standing(connection)
            self.seen.durable = await durability.read_settings(connection)
            self.seen.estimate = await estimate.read(connection)
        known: frozenset[UUID] = self.seen.standing.silent if self.seen.standing else frozenset()
        for draft_id in standing.silent - known:
            self._observe("silence.found", draft_id=draft_id)
        self.seen.standing, self.seen.standing_at = standing, self._monotonic()


def _pause(every: timedelta, took: float) -> float:
    return max(every.total_seconds(), SHARE * took)
