"""disk: commits that take their time, as on a disk that is slow, so that few are too many for what writes on it."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from loadtest.rehearsal.stack import Stack

SLOW = 60_000  # microseconds a commit waits before its flush


@contextmanager
def slow(stack: Stack) -> Iterator[None]:
    """Let every commit take longer while the block runs; none is kept less surely."""
    url = str(stack.where()["database_url"])
    asyncio.run(_set(url, f"ALTER SYSTEM SET commit_delay = {SLOW}", "ALTER SYSTEM SET commit_siblings = 0"))
    try:
        yield
    finally:
        asyncio.run(_set(url, "ALTER SYSTEM RESET commit_delay", "ALTER SYSTEM RESET commit_siblings"))


async def _set(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        for statement in (*statements, "SELECT pg_reload_conf()"):
            await connection.execute(statement)
    finally:
        await connection.close(timeout=5)
