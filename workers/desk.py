"""desk: takes ids in, as many at once as there are places, and keeps what they became in hand until it is done."""

import asyncio
from collections.abc import Coroutine, Sequence
from datetime import timedelta
from uuid import UUID

from core.domain.work import Attempt
from workers.advance import Advance, advance
from workers.places import Places

LAST_SECONDS = 0.5  # for what was let go of to end, and for what was being settled to be written


class Desk:
    """Everything a worker does passes over it: what the bell brings, and what the worker finds by looking."""

    def __init__(self, deps: Advance, places: Places) -> None:
        self._deps, self._places = deps, places
        self._under_way: set[asyncio.Task[None]] = set()

    @property
    def free(self) -> int:
        """How many more ids could be taken in now."""
        return self._places.free

    async def take(self, draft_ids: Sequence[UUID]) -> None:
        """Return once there is a place for each; the work goes on by itself. After `close` nothing is taken."""
        for first in range(0, len(draft_ids), self._places.most):
            some = draft_ids[first : first + self._places.most]
            if await self._places.take(len(some)):
                self._begin(self._advance(some))

    def close(self) -> None:
        """Take nothing any more, and send away who waits for a place."""
        self._places.close()

    async def drain(self, within: timedelta) -> Sequence[Attempt]:
        """Finish what is in hand; what is not finished in time is let go of and returned, to be given back."""
        await self._finish(within.total_seconds())
        left = self._deps.held.let_go_of_all()
        await self._finish(LAST_SECONDS)
        return left

    async def _finish(self, seconds: float) -> None:
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _advance(self, draft_ids: Sequence[UUID]) -> None:
        try:
            await advance(draft_ids, self._deps, self._places.give)
        except Exception as error:  # noqa: BLE001  what was offered comes round again
            self._deps.observe("claim.failed", failure=type(error).__name__)
            self._places.give(len(draft_ids))
