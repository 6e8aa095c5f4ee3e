"""The civil clock as the database keeps it: one offset, applied inside the transaction that needs it."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.database import connected


async def civil_now(connection: AsyncConnection) -> tuple[datetime, timedelta]:
    """Return the civil time and how far it runs ahead of the machine's."""
    row = (await connection.execute(text("SELECT clock_timestamp() + ahead, ahead FROM civil_clock"))).one()
    return row[0], row[1]


async def set_civil_now(connection: AsyncConnection, now: datetime) -> None:
    """Let the civil clock read `now` (aware) from here on; the caller commits. Never in production."""
    await connection.execute(text(_SET.format(now=":now")), {"now": now})


async def move_civil_clock(database_url: str, now: datetime) -> tuple[datetime, timedelta]:
    """Let the civil clock read `now` (aware) for every process from here on. Never in production.

    Returns what it reads then, and how far that is ahead of the machine's. Errors: StoreUnavailable.
    """
    async with connected(database_url) as connection:
        civil, ahead = await connection.fetchrow(_SET.format(now="$1"), now)
    return civil, ahead


_SET = """
UPDATE civil_clock SET ahead = CAST({now} AS timestamptz) - clock_timestamp() RETURNING clock_timestamp() + ahead, ahead
"""
