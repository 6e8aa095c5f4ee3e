"""Moving the civil clock, for demonstrations and rehearsals; never in production."""

from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.domain.errors import StoreUnavailable
from core.storage.civil import civil_now, set_civil_now
from core.storage.database import CONNECT_SECONDS, UNREACHABLE, for_sqlalchemy


async def move_civil_clock(database_url: str, now: datetime) -> tuple[datetime, timedelta]:
    """Let the civil clock read `now` (aware) for every process from here on.

    Returns what it reads then, and how far that is ahead of the machine's. Errors: StoreUnavailable.
    """
    engine = create_async_engine(
        for_sqlalchemy(database_url), poolclass=NullPool, connect_args={"timeout": CONNECT_SECONDS}
    )
    try:
        async with engine.begin() as connection:
            await set_civil_now(connection, now)
            return await civil_now(connection)
    except (*UNREACHABLE, DBAPIError) as error:
        raise StoreUnavailable from error
    finally:
        await engine.dispose()
