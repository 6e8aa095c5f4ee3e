"""The civil clock as the database keeps it: one offset, applied inside the transaction that needs it."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


async def civil_now(connection: AsyncConnection) -> tuple[datetime, timedelta]:
    """Return the civil time and how far it runs ahead of the machine's."""
    row = (await connection.execute(text("SELECT clock_timestamp() + ahead, ahead FROM civil_clock"))).one()
    return row[0], row[1]


async def set_civil_now(connection: AsyncConnection, now: datetime) -> None:
    """Let the civil clock read `now` (aware) from here on; the caller commits. Never in production."""
    await connection.execute(text("UPDATE civil_clock SET ahead = :now - clock_timestamp()"), {"now": now})
