"""The usual worker: Dramatiq as it comes, one message a job, which loads one row, checks it and updates it.

`dramatiq loadtest.bench.usual_jobs` imports this, so its broker is made at import, as Dramatiq's own guide has it.
"""

import asyncio
import os
from functools import cache
from typing import Any

import asyncpg
import dramatiq
from dramatiq.brokers.redis import RedisBroker
from dramatiq.middleware.asyncio import AsyncIO

broker = RedisBroker(url=os.environ.get("REDIS_URL", ""))  # type: ignore[no-untyped-call]
broker.add_middleware(AsyncIO())
dramatiq.set_broker(broker)


@dramatiq.actor
async def decide(application_id: int) -> None:
    """Decide one application."""
    async with (await _pool()).acquire() as connection, connection.transaction():
        state = await connection.fetchval("SELECT state FROM application WHERE id = $1 FOR UPDATE", application_id)
        if state == "accepted":
            await connection.execute(
                "UPDATE application SET state = 'granted', decided_at = clock_timestamp() WHERE id = $1", application_id
            )


@cache
def _pool() -> "asyncio.Future[Any]":
    """One pool a process, made when its first job runs; Dramatiq's threads share one loop."""
    opening: asyncio.Future[Any] = asyncio.ensure_future(_open())
    return opening


async def _open() -> Any:
    return await asyncpg.create_pool(os.environ["DATABASE_URL"], min_size=0, max_size=8)
