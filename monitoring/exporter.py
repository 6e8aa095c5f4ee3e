"""The exporter: looks at the ledger, in one process, so that every queue is counted once."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from core.hooks import Observe
from core.storage import civil, pressure
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

    def __init__(self, store: Store, observe: Observe, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take where to look, whom to tell, and what tells the seconds."""
        self._store, self._observe, self._monotonic = store, observe, monotonic
        self._standing_due = self._monotonic()
        self.seen = Seen(at=self._monotonic())

    async def run(self) -> None:
        """Look for ever, less often where looking takes long."""
        while True:
            began = self._monotonic()
            await self.look()
            await asyncio.sleep(max(BACKLOG_EVERY.total_seconds(), SHARE * (self._monotonic() - began)))

    async def look(self) -> None:
        """Look once at the backlog and, when it is time, at where submissions stand.

        Where PostgreSQL does not answer, the last values stay; nothing is raised.
        """
        try:
            await self._look_at_backlog()
            if self._monotonic() >= self._standing_due:
                await self._look_at_standing()
                self._standing_due = self._monotonic() + STANDING_EVERY.total_seconds()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with the ledger, the page about it stays up
            self.seen.reachable = False
            self._observe("pressure.missed", failure=type(error).__name__)
        else:
            self.seen.reachable = True
            self._observe("pressure.read")

    @property
    def age(self) -> float:
        """Seconds since the backlog was read."""
        return self._monotonic() - self.seen.at

    def describe(self) -> Iterable[Metric]:
        """Return the families without their samples."""
        return ledger_series.families(Seen(at=0), 0)

    def collect(self) -> Iterator[Metric]:
        """Yield the families with what was seen last."""
        return ledger_series.families(self.seen, self.age)

    async def _look_at_backlog(self) -> None:
        async with self._store.snapshot() as connection:
            backlog = await pressure.read_backlog(connection)
            _, offset = await civil.civil_now(connection)
        self.seen.backlog, self.seen.civil_offset, self.seen.at = backlog, offset, self._monotonic()

    async def _look_at_standing(self) -> None:
        async with self._store.snapshot() as connection:
            standing = await pressure.read_standing(connection)
        known: frozenset[UUID] = self.seen.standing.silent if self.seen.standing else frozenset()
        for draft_id in standing.silent - known:
            self._observe("silence.found", draft_id=draft_id)
        self.seen.silences += len(standing.silent - known)
        self.seen.standing = standing
