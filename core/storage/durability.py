"""What an acknowledgement is worth: whether this PostgreSQL keeps what it commits, and whether another has it too."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.errors import StoreUnavailable
from core.storage.database import Connection, connect, told_as_unavailable
from core.storage.reader import Reader


async def connect_to_keep(database_url: str, *, standby: bool = False) -> Connection:
    """Open a connection for acknowledgements, to a PostgreSQL that keeps what it commits.

    It was perhaps another, or set otherwise, when it was last looked at. `standby`: a synchronous one must hold every
    commit too, so that what was promoted by mistake promises nothing. Errors: StoreUnavailable.
    """
    connection, keeps = await connect(database_url), False
    try:
        with told_as_unavailable():
            keeps = await _keeps(connection, standby=standby)
    finally:
        if not keeps:
            connection.terminate()
    if not keeps:
        raise StoreUnavailable
    return connection


async def _keeps(connection: Connection, *, standby: bool) -> bool:
    strong = all(row["setting"] == "on" for row in await connection.fetch(_SETTINGS))
    return strong and (not standby or bool(await connection.fetchval(_SYNCHRONOUS)))


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


async def has_synchronous_standby(reader: Reader) -> bool:
    """Say whether a standby confirms every commit before it is acknowledged. Errors: StoreUnavailable.

    Our role must be allowed to see it (`pg_monitor`); where it is not, there is none for all we know.
    """
    async with reader.snapshot() as connection:
        return bool((await connection.execute(_CONFIRMED)).scalar())


_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')"
_SYNCHRONOUS = """
SELECT EXISTS (SELECT FROM pg_stat_replication WHERE state = 'streaming' AND sync_state IN ('sync', 'quorum'))
"""
_DURABLE = text(_SETTINGS)
_CONFIRMED = text(_SYNCHRONOUS)
