"""Group read: whoever asks while others are being read is read with the next ones, all in one snapshot.

A read is a handful of replies to wait for, and a crowd that waits for a connection each waits for all of them in turn.
As with the shared commit, nothing waits for company: a lone read begins at once.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from typing import Generic, NamedTuple, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.errors import NotFound, StoreUnavailable
from core.storage.database import CHECKOUT_SECONDS, READ_SECONDS
from core.storage.reader import Reader

AT_ONCE = 2  # snapshots of one kind: the pool has others to serve
MOST_TOGETHER = 32  # a draft may hold hundreds of kB

Key = TypeVar("Key", bound=Hashable)
Found = TypeVar("Found")


class _Asked(NamedTuple, Generic[Key, Found]):
    key: Key
    answer: "asyncio.Future[Found]"
    since: float  # on the loop's clock

    def settle(self, outcome: Found | Exception) -> None:
        if self.answer.done():  # who asked went away
            return
        if isinstance(outcome, Exception):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


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
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Found] = loop.create_future()
        self._waiting.append(_Asked(key, answer, loop.time()))
        if len(self._under_way) < AT_ONCE:
            task = asyncio.create_task(self._run(), name="group-read")
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        return await answer

    async def _run(self) -> None:
        while self._waiting:
            if asked := self._taken():
                await self._settle(asked)

    def _taken(self) -> list[_Asked[Key, Found]]:
        """Take the next ones. Who went away is not read; who waited too long is told so, as for a connection."""
        taken, now = list[_Asked[Key, Found]](), asyncio.get_running_loop().time()
        while self._waiting and len(taken) < MOST_TOGETHER:
            one = self._waiting.popleft()
            if now - one.since > CHECKOUT_SECONDS:
                one.settle(StoreUnavailable())
            elif not one.answer.done():
                taken.append(one)
        return taken

    async def _settle(self, asked: Sequence[_Asked[Key, Found]]) -> None:
        try:
            async with self._reader.snapshot() as connection:
                found = await self._read(connection, list({one.key: None for one in asked}))
        except StoreUnavailable as error:
            for one in asked:
                one.settle(_of_her_own(error))
        except Exception as error:  # noqa: BLE001  a fault of one must not be told to her neighbours
            if len(asked) == 1:
                asked[0].settle(error)
                return
            for one in asked:
                await self._settle_alone(one)
        else:
            for one in asked:
                one.settle(found[one.key] if one.key in found else NotFound())

    async def _settle_alone(self, one: _Asked[Key, Found]) -> None:
        """Read one that was read in vain with others, unless she went away or waited too long meanwhile."""
        if asyncio.get_running_loop().time() - one.since > READ_SECONDS:
            one.settle(StoreUnavailable())
        elif not one.answer.done():
            await self._settle([one])


def _of_her_own(error: StoreUnavailable) -> StoreUnavailable:
    """An error that many share would grow by the trace of each."""
    own = StoreUnavailable()
    own.__cause__ = error.__cause__
    return own
