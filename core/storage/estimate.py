"""How long decisions take now, from those just made."""

import asyncio
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from core.storage.reader import Reader

FRESH = 10.0  # seconds an estimate is told before it is made anew
RECENT = timedelta(hours=1)  # decisions older than this say nothing about now
FEWEST = 5  # decisions that make a range


@dataclass(frozen=True, slots=True)
class Estimate:
    """From filing to first decision: what half stay below, and what nine in ten stay below."""

    quick: timedelta
    slow: timedelta
    decisions: int
    at: datetime  # civil time


class Estimates:
    """The current estimate, made at most once in ten seconds however many ask."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._made: tuple[float, Estimate | None] | None = None
        self._making = asyncio.Lock()

    async def now(self) -> Estimate | None:
        """Return the estimate, or None where fewer than five decisions of the last hour say anything."""
        async with self._making:
            if self._made is None or time.monotonic() - self._made[0] > FRESH:
                self._made = (time.monotonic(), await self._make())
            return self._made[1]

    async def _make(self) -> Estimate | None:
        async with self._reader.snapshot() as connection:
            return await read(connection)


async def read(connection: AsyncConnection) -> Estimate | None:
    """Make the estimate, or None where fewer than five decisions of the last hour say anything."""
    row: Any = (await connection.execute(_RANGE, {"recent": RECENT})).one()
    if row.decisions < FEWEST:
        return None
    return Estimate(row.quick, row.slow, row.decisions, row.at)


_RANGE = text("""
SELECT count(*) AS decisions, max(clock_timestamp() + civil_clock.ahead) AS at,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY recent.took) AS quick,
       percentile_disc(0.9) WITHIN GROUP (ORDER BY recent.took) AS slow
FROM civil_clock LEFT JOIN LATERAL (
    SELECT d.decided_at - s.filed_at AS took FROM decision d JOIN submission s USING (draft_id)
    WHERE d.round = 1 AND d.decided_at > clock_timestamp() + civil_clock.ahead - CAST(:recent AS interval)
      AND d.decided_at <= clock_timestamp() + civil_clock.ahead
      AND NOT EXISTS (SELECT FROM synthetic y WHERE y.draft_id = d.draft_id)
    ORDER BY d.decided_at DESC LIMIT 1000
) AS recent ON true
""")
