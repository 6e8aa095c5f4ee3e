"""A database that falls silent, its connections still open, keeps nobody waiting."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import text

from core.domain.errors import NotFound, StoreUnavailable
from core.storage import reader as reading
from core.storage.reader import Reader

PATIENCE = 60.0  # seconds on a busy machine; a silent read used to last for ever
SHORT = 0.2  # seconds


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


async def test_a_server_that_falls_silent_before_the_end_of_a_read(
    database_url: str, stopped: Callable[[int], None]
) -> None:
    """All was said but the last word, and nobody waits for that: whoever read next would stand behind him for ever."""
    reader = Reader(database_url, pool_size=1, patience=SHORT)

    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StoreUnavailable):
            async with reader.snapshot() as connection:
                stopped((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())
        await reads_at_last(reader)
        await reader.close()


async def test_a_server_that_falls_silent_as_a_line_is_opened(
    database_url: str, stopped: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new line is asked about its server before anybody has it; that is waited for no longer than anything else."""

    async def opened(database_url: str) -> Any:
        line = await opens(database_url)
        stopped(line.get_server_pid())
        return line

    opens = reading._opened
    monkeypatch.setattr(reading, "_opened", opened)
    reader = Reader(database_url, pool_size=1, patience=SHORT)

    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StoreUnavailable):
            await reads(reader)
        await reader.close()


async def test_a_line_that_was_hung_up_in_the_pool_is_replaced(database_url: str) -> None:
    """Nobody asks the server whether it is still there: it is known who was hung up on."""
    reader = Reader(database_url, pool_size=1)
    async with reader.snapshot() as connection:
        line: Any = (await connection.get_raw_connection()).driver_connection
    hung_up = asyncio.Event()
    line.add_termination_listener(lambda _: hung_up.set())
    os.kill(line.get_server_pid(), signal.SIGTERM)
    async with asyncio.timeout(PATIENCE):
        await hung_up.wait()

    await reads(reader)
    await reader.close()


async def test_a_line_that_is_opened_too_late_is_not_read_on(database_url: str) -> None:
    """The loop stood still, say, and the time for the whole read is over already."""
    reader = Reader(database_url, pool_size=1, patience=0)

    with pytest.raises(StoreUnavailable):
        await reads(reader)
    await reader.close()


async def test_a_loop_that_stood_still_has_not_waited(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was answered meanwhile is there, and nobody else is told that the server is silent."""
    reader = Reader(database_url, pool_size=1, patience=PATIENCE)
    loop = asyncio.get_running_loop()
    time, told = loop.time, asyncio.Event()

    async with reader.snapshot() as connection:
        loop.call_later(PATIENCE, told.set)
        monkeypatch.setattr(loop, "time", lambda: time() + 2 * PATIENCE)
        await told.wait()
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
    await reader.close()


async def test_who_looks_for_what_is_not_there_was_answered(database_url: str) -> None:
    """So the server is silent no more, and others need not wait until somebody has found that out."""
    reader = Reader(database_url, pool_size=2)
    with pytest.raises(StoreUnavailable):
        await reads(reader, TimeoutError())

    with pytest.raises(NotFound):
        await reads(reader, NotFound())

    await asyncio.gather(reads(reader), reads(reader))
    await reader.close()


async def test_who_leaves_waits_for_no_server(database_url: str, stopped: Callable[[int], None]) -> None:
    """Its lines are idle, and whoever is asked to end them stands still."""
    reader = Reader(database_url, pool_size=1)
    async with reader.snapshot() as connection:
        backend = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
    stopped(backend)

    async with asyncio.timeout(PATIENCE):
        await reader.close()


async def reads_at_last(reader: Reader) -> None:
    """Read something; on a busy machine that may take longer than the patience once or twice."""
    while True:
        with suppress(StoreUnavailable):
            return await reads(reader)
        await asyncio.sleep(SHORT)


async def reads(reader: Reader, and_then: Exception | None = None) -> None:
    """Read something, and find, perhaps, that it cannot be so."""
    async with reader.snapshot() as connection:
        assert (await connection.execute(text("SELECT 1"))).scalar_one() == 1
        if and_then:
            raise and_then
