"""A connection for writing rows, and the reader that the exporter looks through."""

import asyncpg
import pytest

from core.storage.database import Reader


@pytest.fixture
async def connection(database_url):
    """A connection of the test's own."""
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


@pytest.fixture
async def reader(database_url):
    """What the monitoring process reads through."""
    reader = Reader(database_url, pool_size=2)
    yield reader
    await reader.close()
