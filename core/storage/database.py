"""Connections of the driver: how long they are waited for, and what it means when they fail."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from core.domain.errors import StoreUnavailable

CONNECT_SECONDS = 2.0
STATEMENT_SECONDS = 3.0  # a statement of an acknowledgement
COMMAND_SECONDS = 4.0  # the wait for any reply, for a server that no longer answers at all
LOCK_SECONDS = 1.0
READ_SECONDS = 5.0  # a whole read, of several statements perhaps, from a server that may no longer answer at all
COMMIT_SECONDS = 5.0  # the wait for COMMIT's reply; beyond it the outcome is unknown
CHECKOUT_SECONDS = 1.0
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


SESSION = {
    "application_name": "approdo",
    "timezone": "UTC",
    "jit": "off",
    "lock_timeout": f"{int(LOCK_SECONDS * 1000)}",
    "statement_timeout": f"{int(STATEMENT_SECONDS * 1000)}",
    "idle_in_transaction_session_timeout": f"{int(IDLE_IN_TRANSACTION_SECONDS * 1000)}",
}

Connection = Any  # asyncpg ships no types


@contextmanager
def told_as_unavailable() -> Iterator[None]:
    """Tell whatever fault the driver meets as StoreUnavailable, for who asks again anyway."""
    try:
        yield
    except (*UNREACHABLE, asyncpg.PostgresError) as error:
        raise StoreUnavailable from error


async def connect(database_url: str) -> Connection:
    """Open one raw connection, for a writer.

    Errors: StoreUnavailable where nobody answers within two seconds.
    """
    with told_as_unavailable():
        return await asyncpg.connect(
            database_url, timeout=CONNECT_SECONDS, command_timeout=COMMAND_SECONDS, server_settings=SESSION
        )


@asynccontextmanager
async def connected(database_url: str) -> AsyncIterator[Connection]:
    """Give a connection for one act, and hang it up afterwards. Errors: StoreUnavailable, also in the act."""
    connection = await connect(database_url)
    try:
        with told_as_unavailable():
            yield connection
    finally:
        connection.terminate()


async def fetch(pool: Any, statement: str, *arguments: object) -> list[Any]:
    """Return the rows of one statement, through an asyncpg pool. Errors: StoreUnavailable."""
    with told_as_unavailable():
        return list(await pool.fetch(statement, *arguments))


async def leave(connection: Connection) -> None:
    """End a connection, whatever the server makes of it."""
    with suppress(*UNREACHABLE):
        await connection.close(timeout=LEAVE_SECONDS)


def for_sqlalchemy(database_url: str) -> str:
    """Name the driver: SQLAlchemy's default for PostgreSQL is another one."""
    return urlunsplit(urlsplit(database_url)._replace(scheme="postgresql+asyncpg"))
