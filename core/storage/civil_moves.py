"""Moving the civil clock, for demonstrations and rehearsals; never in production."""

from datetime import datetime, timedelta

import asyncpg

from core.domain.errors import StoreUnavailable
from core.storage.database import UNREACHABLE, connect


async def move_civil_clock(database_url: str, now: datetime) -> tuple[datetime, timedelta]:
    """Let the civil clock read `now` (aware) for every process from here on.

    Returns what it reads then, and how far that is ahead of the machine's. Errors: StoreUnavailable.
    """
    connection = await connect(database_url)
    try:
        civil, ahead = await connection.fetchrow(_MOVE, now)
    except (*UNREACHABLE, asyncpg.PostgresError) as error:
        raise StoreUnavailable from error
    finally:
        connection.terminate()
    return civil, ahead


_MOVE = """
UPDATE civil_clock SET ahead = $1::timestamptz - clock_timestamp() RETURNING clock_timestamp() + ahead, ahead
"""
