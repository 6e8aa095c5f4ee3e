"""Group read: whoever asks while others are being read is read with the next ones, all in one snapshot.

A read is a handful of replies to wait for, and a crowd that waits for a connection each waits for all of them in turn.
As with the shared commit, nothing waits for company: a lone read begins at once.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.errors import NotFound
from core.storage.database import Reader

AT_ONCE = 2  # snapshots of one kind: the pool has others to serve
MOST_TOGETHER = 32  # a draft may hold hundreds of kB

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class _Asked(NamedTuple, Generic[Key, Found]):
    key: Key
    answer: "asyncio.Future[Found]"


class GroupRead(Generic[Key, Found]):
    """Reads of one kind, by a key each."""

    def __init__(
        self, reader: Reader, read: Callable[[AsyncConnection, Sequence[Key]], Awaitable[Mapping[Key, Found]]]
    ) -> None:
        """Arguments: the pool, and what reads many keys, each once, in a snapshot; what it leaves out is not there."""
        self._reader, self._read = reader, read
        self._waiting: deque[_Asked[Key, Found]] = deque()
        self._under_way: set[asyncio.Task[None]] = set()

    async def find(self, key: Key) -> Found:
        """Return what is there now, no older than this call.

        Errors: NotFound; StoreUnavailable where the database or a connection is not to be had in time.
        """
        # The future alone is waited for: a caller that is cancelled leaves those who are read with it alone.
        answer: asyncio.Future[Found] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Asked(key, answer))
        if len(self._under_way) < AT_ONCE:
            task = asyncio.create_task(self._run(), name="group-read")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            await self._settle([self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_TOGETHER))])

    async def _settle(self, asked: Sequence[_Asked[Key, Found]]) -> None:
        found: Mapping[Key, Found] = {}
        failed: Exception | None = None
        try:
            async with self._reader.snapshot() as connection:
                found = await self._read(connection, list({one.key: None for one in asked}))
        except Exception as error:  # noqa: BLE001  whatever it is, each who asked hears it
            failed = error
        for one in asked:
            if one.answer.done():  # who asked went away
                continue
            if failed is None and one.key in found:
                one.answer.set_result(found[one.key])
            else:
                one.answer.set_exception(failed or NotFound())
