"""An empty ledger, a connection for writing rows, and the reader that the exporter looks through."""

import asyncpg
import pytest

from core.storage.reader import Reader


@pytest.fixture
async def ledger_url(module_database_url):
    """The address of a migrated database without a row; cheaper than one of the test's own."""
    connection = await asyncpg.connect(module_database_url)
    await connection.execute("DELETE FROM work; DELETE FROM submission; DELETE FROM draft")
    await connection.execute("UPDATE civil_clock SET ahead = interval '0'")
    await connection.close()
    return module_database_url


@pytest.fixture
async def connection(ledger_url):
    """A connection of the test's own."""
    connection = await asyncpg.connect(ledger_url)
    yield connection
    await connection.close()


@pytest.fixture
async def reader(ledger_url):
    """What the monitoring process reads through."""
    reader = Reader(ledger_url, pool_size=2)
    yield reader
    await reader.close()
