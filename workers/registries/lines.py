"""lines: the places of one registry, each with its own connection; as many calls are under way as there are lines."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx

from retry.failure import Busy

IDLE_SECONDS = 4.0  # a connection is not used again after this; servers commonly close at five
ONE_CONNECTION = httpx.Limits(max_connections=1, max_keepalive_connections=1, keepalive_expiry=IDLE_SECONDS)

Line = httpx.AsyncBaseTransport


class Lines:
    """So many lines to one registry; of the free ones, the last used is taken first.

    Bare httpx transports rather than one client: nothing is followed, no cookie is kept, nothing is read from the
    environment; and a client's pool goes through all its connections for every call (seen: 3.3 ms of CPU a call with
    32 connections, against less than 1 ms whatever their number).
    """

    def __init__(self, count: int, tls: ssl.SSLContext) -> None:
        """Make `count` lines; each opens its connection when it is first used."""
        self._tls = tls
        self._free: asyncio.LifoQueue[Line] = asyncio.LifoQueue()
        for _ in range(count):
            self._free.put_nowait(self._line())

    @asynccontextmanager
    async def take(self, wait: timedelta) -> AsyncIterator[Line]:
        """Hold a line. Errors: Busy where none becomes free within `wait`.

        A line whose call did not end in good order is replaced, so that nothing half said is left on it.
        """
        line = await self._next(wait)
        try:
            yield line
        except BaseException:
            spoilt, line = line, self._line()
            await spoilt.aclose()
            raise
        finally:
            self._free.put_nowait(line)

    async def aclose(self) -> None:
        """Close the connections of all free lines; whoever still holds one closes it by ending."""
        while not self._free.empty():
            await self._free.get_nowait().aclose()

    async def _next(self, wait: timedelta) -> Line:
        try:
            async with asyncio.timeout(wait.total_seconds()):
                return await self._free.get()
        except TimeoutError:
            raise Busy("no-free-place") from None

    def _line(self) -> Line:
        return httpx.AsyncHTTPTransport(verify=self._tls, trust_env=False, limits=ONE_CONNECTION)
