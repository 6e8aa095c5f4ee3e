"""Connections: one writer whose transactions are acknowledgements, and a pool for reading."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from contextvars import ContextVar
from functools import partial
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from core.domain.errors import StoreUnavailable

CONNECT_SECONDS = 2.0
STATEMENT_SECONDS = 3.0  # a statement of an acknowledgement
COMMAND_SECONDS = 4.0  # the wait for any reply, for a server that no longer answers at all
LOCK_SECONDS = 1.0
READ_SECONDS = 5.0  # a whole read, of several statements perhaps, from a server that may no longer answer at all
PIECES = 5  # of that time
COMMIT_SECONDS = 5.0  # the wait for COMMIT's reply; beyond it the outcome is unknown
CHECKOUT_SECONDS = 1.0
QUIET_SECONDS = 2.0  # after a server did not answer twice; who wants to read meanwhile is told so at once
IDLE_IN_TRANSACTION_SECONDS = 5.0
LEAVE_SECONDS = 1.0  # for a courteous end; a server that does not answer keeps nobody from leaving

# Errors that mean "no answer from the store", as opposed to "the store says no".
UNREACHABLE = (
    OSError,
    asyncio.TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
)
# SQLSTATE classes that speak of the server's day (full, read-only, locked, cancelled, I/O, misconfigured, damaged, no
# longer ours to write in), not of our SQL.
_OF_THE_DAY = ("08", "25", "40", "53", "55", "57", "58", "F0", "XX", "42501")


def is_of_the_day(error: BaseException | None) -> bool:
    """Say whether an error of the driver means "not now"."""
    return isinstance(error, asyncpg.PostgresError) and (error.sqlstate or "").startswith(_OF_THE_DAY)


_SESSION = {
    "application_name": "approdo",
    "timezone": "UTC",
    "jit": "off",
    "lock_timeout": f"{int(LOCK_SECONDS * 1000)}",
    "statement_timeout": f"{int(STATEMENT_SECONDS * 1000)}",
    "idle_in_transaction_session_timeout": f"{int(IDLE_IN_TRANSACTION_SECONDS * 1000)}",
}

Connection = Any  # asyncpg ships no types


async def connect(database_url: str) -> Connection:
    """Open one raw connection, for a writer.

    Errors: StoreUnavailable where nobody answers within two seconds.
    """
    try:
        return await asyncpg.connect(
            database_url, timeout=CONNECT_SECONDS, command_timeout=COMMAND_SECONDS, server_settings=_SESSION
        )
    except (*UNREACHABLE, asyncpg.PostgresError) as error:
        raise StoreUnavailable from error


async def leave(connection: Connection) -> None:
    """End a connection, whatever the server makes of it."""
    with suppress(*UNREACHABLE):
        await connection.close(timeout=LEAVE_SECONDS)


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
        self._timer = asyncio.get_running_loop().call_later(self._piece, self._lose)

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
        line = await asyncpg.connect(database_url, timeout=CONNECT_SECONDS, server_settings=_SESSION)
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


def for_sqlalchemy(database_url: str) -> str:
    """Name the driver: SQLAlchemy's default for PostgreSQL is another one."""
    return urlunsplit(urlsplit(database_url)._replace(scheme="postgresql+asyncpg"))
