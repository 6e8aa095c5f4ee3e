"""relay: brings due work to the bell; any number of relays does no harm."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dramatiq import Message
from dramatiq.errors import ConnectionClosed

from core.clock import Clock
from core.domain.work import WorkKey
from core.hooks import Observe, nobody
from workers.broker import message
from workers.offers import batches


class Rows(Protocol):
    """What the relay asks of the ledger (core/storage/work.py)."""

    async def offer(self, room: int) -> list[WorkKey]:
        """Take up to `room` due rows."""

    async def outstanding(self) -> int:
        """Count rows that are offered and not yet claimed."""


class Rung(Protocol):
    """The bell as the relay uses it, from a thread (workers/broker.py)."""

    @property
    def is_lost(self) -> bool:
        """Say whether Redis was away when it was last used."""

    def ring(self, messages: Sequence[Message[Any]]) -> None:
        """Send all messages."""

    def ping(self) -> None:
        """Find out whether Redis is there."""


@dataclass(frozen=True, slots=True)
class Round:
    """What one round came to. `full`: there was more due than room for it, or just as much."""

    offered: int = 0  # rows
    sent: int = 0  # messages
    full: bool = False
    failure: str | None = None  # why nothing, or not all, was sent


@dataclass(frozen=True, slots=True)
class Relay:
    """One relay. `most`: rows that may be offered and not claimed; `batch`: ids a message carries."""

    rows: Rows
    bell: Rung
    clock: Clock
    most: int
    batch: int
    observe: Observe = nobody

    async def run_once(self) -> Round:
        """Offer what is due, as far as there is room, and ring for it.

        While the bell is lost nothing is offered: workers look for themselves, and find what nobody else has taken.
        What could not be sent comes round again after the re-offer time. Errors: StoreUnavailable.
        """
        if self.bell.is_lost and (failure := await self._reach(self.bell.ping)):
            return Round(failure=failure)
        began = self.clock.monotonic()
        room = self.most - await self.rows.outstanding()
        offers = await self.rows.offer(room) if room > 0 else []
        messages = [message([str(draft_id) for draft_id in some]) for some in batches(offers, self.batch)]
        failure = await self._reach(self.bell.ring, messages) if messages else None
        self.observe("work.offered", count=len(offers), seconds=self.clock.monotonic() - began)
        return Round(
            offered=len(offers),
            sent=0 if failure else len(messages),
            full=0 < room <= len(offers),
            failure=failure,
        )

    async def _reach(self, use: Callable[..., None], *arguments: object) -> str | None:
        """Use the bell from a thread, so that a frozen Redis holds up nobody; return what failed, if anything did."""
        try:
            await asyncio.to_thread(use, *arguments)
        except ConnectionClosed as error:
            failure = type(error.args[0] if error.args else error).__name__
            self.observe("relay.failed", failure=failure)
            return failure
        return None
