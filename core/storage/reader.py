"""The pool for reading: a snapshot at a time, and never longer than its patience, whatever the server does."""

import time
from asyncio import get_running_loop
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.domain.errors import StoreUnavailable
from core.storage.database import (
    CHECKOUT_SECONDS,
    CONNECT_SECONDS,
    READ_SECONDS,
    SESSION,
    UNREACHABLE,
    Connection,
    for_sqlalchemy,
    is_of_the_day,
)

PIECES = 5  # in which a patience is lost
QUIET_SECONDS = 2.0  # after a server did not answer twice; who wants to read meanwhile is told so at once


class Reader:
    """A small pool for reading, so that a report can never take the writer's place.

    After a silence one caller at a time finds out whether it is over, every two seconds; nobody else waits for that.
    """

    def __init__(self, database_url: str, *, pool_size: int = 5, patience: float = READ_SECONDS) -> None:
        """Arguments: the database, how many connections at most, and the seconds a whole snapshot may take."""
        self._patience = patience
        self._silent, self._asked = False, False  # nobody answered last; somebody is finding out whether it is over
        self._ask_at = 0.0  # when to find out again, in monotonic seconds
        self._engine: AsyncEngine = create_async_engine(
            for_sqlalchemy(database_url),
            async_creator=partial(_opened, database_url),
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=CHECKOUT_SECONDS,
            pool_recycle=1800,
            pool_use_lifo=True,
        )
        event.listen(self._engine.sync_engine, "checkout", _handed_out)
        event.listen(self._engine.sync_engine, "close", _hung_up)

    @property
    def busy(self) -> int:
        """Connections in use."""
        pool: Any = self._engine.pool
        return int(pool.checkedout())

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """Give a connection in a read-only transaction that sees one state of the database throughout.

        Errors: StoreUnavailable where the database, a free connection or a lock is not to be had in time.
        """
        if self._silent and (self._asked or time.monotonic() < self._ask_at):
            raise StoreUnavailable
        asks = self._asked = self._silent
        patience = _Patience(self._patience)
        try:
            async with patience, self._engine.connect() as connection:
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
                yield connection
            self._silent = False
        except (PoolTimeout, DBAPIError, *UNREACHABLE) as error:
            if patience.is_over or isinstance(error, TimeoutError):
                self._silent = True
                if asks:  # a second connection was not answered either: it is the server
                    self._ask_at = time.monotonic() + QUIET_SECONDS
            if _is_not_now(error):
                raise StoreUnavailable from error
            raise
        except Exception:  # who is not there, say: that is an answer
            self._silent = False
            raise
        finally:
            if asks:
                self._asked = False

    async def close(self) -> None:
        """Close every connection, and wait for no server to say so."""
        await self._engine.dispose()


class _Patience:
    """Of one snapshot: when it is over, the line that is waited on is hung up, and with it every wait on it ends.

    Who is cancelled instead waits on: driver and pool roll back first, which is one more reply that does not come.
    It is lost piece by piece, one at each look: a loop that stood still has not heard yet what was answered meanwhile.
    """

    def __init__(self, seconds: float) -> None:
        self._piece, self._pieces, self.is_over = seconds / PIECES, PIECES, False
        self._line: Connection = None

    async def __aenter__(self) -> None:
        self._wait()
        self._token = _PATIENCE.set(self)

    async def __aexit__(self, *_: object) -> None:
        _PATIENCE.reset(self._token)
        self._timer.cancel()

    def waits_on(self, line: Connection) -> None:
        """Take note of a line as soon as there is one: before it is handed out it is asked things, too."""
        self._line = line
        if self.is_over:
            self._end()
            raise TimeoutError

    def _wait(self) -> None:
        self._timer = get_running_loop().call_later(self._piece, self._lose)

    def _lose(self) -> None:
        self._pieces -= 1
        if self._pieces:
            self._wait()
        else:
            self._end()

    def _end(self) -> None:
        self.is_over = True
        if self._line is not None:
            self._line.terminate()


_PATIENCE: ContextVar[_Patience] = ContextVar("patience")


async def _opened(database_url: str) -> Connection:
    try:
        line = await asyncpg.connect(database_url, timeout=CONNECT_SECONDS, server_settings=SESSION)
    except asyncpg.PostgresError as error:  # whatever it is that keeps us out
        raise StoreUnavailable from error
    _PATIENCE.get().waits_on(line)
    return line


def _handed_out(connection: Any, *_: object) -> None:
    """Take a line of the pool, unless it was hung up meanwhile: that is known without asking the server."""
    line = connection.driver_connection
    if line.is_closed():
        raise DisconnectionError  # which has another one opened
    _PATIENCE.get().waits_on(line)


def _hung_up(connection: Any, *_: object) -> None:
    """End a line on this side first: a courteous end is one more reply to wait for, and without a bound at that."""
    connection.driver_connection.terminate()


def _is_not_now(error: Exception) -> bool:
    """Say whether it is the server's day or the line to it, and not our SQL: classes alone do not tell."""
    if not isinstance(error, DBAPIError):
        return True
    said = error.orig.__cause__ if error.orig else None
    told_apart = isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated
    return told_apart or isinstance(said, UNREACHABLE) or is_of_the_day(said)
