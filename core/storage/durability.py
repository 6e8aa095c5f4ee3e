"""What an acknowledgement is worth: whether this PostgreSQL keeps what it commits."""

from sqlalchemy import text

from core.storage.database import Reader


async def weak_settings(reader: Reader) -> list[str]:
    """Return the settings without which a committed transaction may be lost; empty where all is well.

    Errors: StoreUnavailable.
    """
    async with reader.snapshot() as connection:
        settings = (await connection.execute(_DURABLE)).all()
    return [name for name, setting in settings if setting != "on"]


_DURABLE = text("SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')")
