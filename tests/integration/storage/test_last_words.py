"""A server that says its last word on a line that stays open: nobody asks twice there.

Between that word and its end a line is neither closed nor of any use, and the driver has an error of its own for that.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from core.domain.draft import Channel, NewDraft
from core.domain.errors import StoreUnavailable
from core.storage.database import connect, fetch
from core.storage.drafts import Drafts
from core.storage.group_commit import GroupCommit
from core.storage.reader import Reader
from core.storage.work import open_pool
from deploy.local.postgres import OWNER, Postgres
from loadtest.faults.proxy import Proxy, proxied

PATIENCE = 60.0  # seconds on a busy machine
HANG_UP = """
SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""


@pytest.fixture
def line(postgres_server: Postgres) -> Iterator[Proxy]:
    """Where a server is reached that may hang up unheard."""
    with proxied(postgres_server.sockets / ".s.PGSQL.5432") as made:
        made.lose_ends()
        yield made


@pytest.fixture
def past(database_url: str, line: Proxy) -> str:
    """The address of the database at the end of that line."""
    return f"postgresql://{OWNER}@localhost:{line.port}/{database_url.rpartition('?')[0].rpartition('/')[2]}"


async def hang_up(url: str, line: Proxy) -> None:
    """End the one connection to this database that goes over the line, and return when its last word was read."""
    connection = await connect(url)
    assert await connection.fetch(HANG_UP)
    await connection.close()
    assert await asyncio.to_thread(line.ended.wait, PATIENCE)
    for _ in range(3):  # the loop reads what has arrived, before anybody writes
        await asyncio.sleep(0)


async def test_a_writer_has_another_line(database_url: str, line: Proxy, past: str) -> None:
    """Nothing was sent, so nobody is told."""
    commit = GroupCommit(lambda: connect(past))
    await commit.start()
    drafts = Drafts(commit, Reader(past), life=timedelta(days=120))
    await drafts.start(_draft())
    await hang_up(database_url, line)

    await drafts.start(_draft())

    await commit.close()


def _draft() -> NewDraft:
    return NewDraft(uuid4(), "bonus-mamme-2025", Channel.WEB, None, "2025-10-28", b"fingerprint")


async def test_a_reader_has_another_line(database_url: str, line: Proxy, past: str) -> None:
    """Whoever finds out is told, and the next one reads."""
    reader = Reader(past, pool_size=1)

    async def read() -> object:
        async with reader.snapshot() as connection:
            return (await connection.execute(text("SELECT 1"))).scalar_one()

    await read()
    await hang_up(database_url, line)

    await told_once(read)
    await reader.close()


async def test_a_worker_has_another_line(database_url: str, line: Proxy, past: str) -> None:
    """Its pool leaves a session as it is, a line on which nobody is any more excepted."""
    pool = await open_pool(past, size=1)

    async def ask() -> object:
        return (await fetch(pool, "SELECT 1"))[0][0]

    await ask()
    await hang_up(database_url, line)

    await told_once(ask)
    pool.terminate()


async def told_once(ask: Callable[[], Awaitable[object]]) -> None:
    """Whoever asks first may be told that there is no store."""
    with suppress(StoreUnavailable):
        await ask()
    assert await ask() == 1
