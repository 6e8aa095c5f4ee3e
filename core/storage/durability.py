"""What an acknowledgement is worth: whether this PostgreSQL keeps what it commits."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.errors import StoreUnavailable
from core.storage.database import UNREACHABLE, Connection, Reader, connect


async def connect_to_keep(database_url: str) -> Connection:
    """Open a connection for acknowledgements, to a PostgreSQL that keeps what it commits.

    It was perhaps another, or set otherwise, when it was last looked at. Errors: StoreUnavailable.
    """
    connection = await connect(database_url)
    try:
        weak = [row for row in await connection.fetch(_SETTINGS) if row["setting"] != "on"]
    except UNREACHABLE as error:
        connection.terminate()
        raise StoreUnavailable from error
    if weak:
        await connection.close(timeout=1)
        raise StoreUnavailable
    return connection


async def weak_settings(reader: Reader) -> list[str]:
    """Return the settings without which a committed transaction may be lost; empty where all is well.

    Errors: StoreUnavailable.
    """
    async with reader.snapshot() as connection:
        settings = await read_settings(connection)
    return [name for name, on in settings.items() if not on]


async def read_settings(connection: AsyncConnection) -> dict[str, bool]:
    """Return each setting without which a committed transaction may be lost, and whether it is on."""
    return {name: setting == "on" for name, setting in await connection.execute(_DURABLE)}


_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')"
_DURABLE = text(_SETTINGS)
