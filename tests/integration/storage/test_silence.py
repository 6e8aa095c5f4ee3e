"""A database that falls silent, its connections still open, keeps nobody waiting."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from core.domain.errors import StoreUnavailable
from core.storage.database import Reader

PATIENCE = 60.0  # seconds on a busy machine; a silent read used to last for ever


@pytest.fixture
async def silent(database_url: str) -> AsyncIterator[Reader]:
    """A reader whose one connection is open, and whose server process stands still."""
    reader = Reader(database_url, pool_size=1)
    async with reader.snapshot() as connection:
        backend = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    os.kill(backend, signal.SIGSTOP)
    yield reader
    os.kill(backend, signal.SIGCONT)
    await reader.close()


async def test_a_read_that_is_not_answered_is_given_up(silent: Reader) -> None:
    """The same as no store at all; and the next one finds another connection."""
    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StoreUnavailable):
            async with silent.snapshot() as connection:
                await connection.execute(text("SELECT 1"))
        async with silent.snapshot() as connection:
            assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
