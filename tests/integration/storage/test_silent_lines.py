"""A server that falls silent once a line of one's own is open: who asked is told, and who leaves is not kept."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from core.domain.errors import StoreUnavailable
from core.storage import civil, database, durability, group_commit, keyring
from core.storage.database import connect
from core.storage.group_commit import GroupCommit

PATIENCE = 60.0  # seconds on a busy machine
SHORT = 0.2  # seconds
FOR_EVER = 3_600.0  # seconds

Stop = Callable[[int], None]


async def the_keys_are_compared(url: str) -> object:
    """A counter asks that as it starts, and again until it is told."""
    return await keyring.strangers(url, {"person": b"mark"})


async def the_civil_clock_is_moved(url: str) -> object:
    """The console does."""
    return await civil.move_civil_clock(url, datetime(2025, 11, 20, tzinfo=UTC))


async def a_writer_is_opened(url: str) -> object:
    """It asks what an acknowledgement would be worth."""
    return await durability.connect_to_keep(url)


@pytest.mark.parametrize("asks", [the_keys_are_compared, the_civil_clock_is_moved, a_writer_is_opened])
async def test_who_asks_is_told_that_there_is_no_store(
    database_url: str, stopped: Stop, monkeypatch: pytest.MonkeyPatch, asks: Callable[[str], Awaitable[object]]
) -> None:
    """In time, and in the one word that everybody understands: another would end who asks again and again."""

    async def opened(url: str) -> Any:
        line = await connect(url)
        stopped(line.get_server_pid())
        return line

    for room in (database, durability):
        monkeypatch.setattr(room, "connect", opened)
    monkeypatch.setattr(database, "COMMAND_SECONDS", SHORT)

    async with asyncio.timeout(PATIENCE):
        with pytest.raises(StoreUnavailable):
            await asks(database_url)


async def test_a_line_whose_opener_is_cancelled_is_hung_up(
    database_url: str, stopped: Stop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the server would keep it, for a writer that nobody has."""
    lines: list[Any] = []

    async def opened(url: str) -> Any:
        lines.append(await connect(url))
        stopped(lines[-1].get_server_pid())
        return lines[-1]

    monkeypatch.setattr(durability, "connect", opened)
    opening = asyncio.create_task(durability.connect_to_keep(database_url))
    async with asyncio.timeout(PATIENCE):
        while not lines:  # noqa: ASYNC110
            await asyncio.sleep(0.01)

    opening.cancel()

    with pytest.raises(asyncio.CancelledError):
        await opening
    assert lines[0].is_closed()


class StandsStill:
    """A unit whose server falls silent, and is asked once more or told to commit."""

    name = "stands-still"

    def __init__(self, stop: Stop, *, asks: bool = True) -> None:
        self._stop, self._asks, self.asked = stop, asks, asyncio.Event()

    async def write(self, connection: Any, _: object, items: list[Any]) -> list[None]:
        """Ask, if it is to."""
        if items[0].silent:
            self._stop(connection.get_server_pid())
            self.asked.set()
            if self._asks:
                await connection.execute("SELECT 1")
        return [None for _ in items]


class Item:
    """What the unit writes."""

    def __init__(self, *, silent: bool) -> None:
        self.draft_id, self.silent = uuid4(), silent


@pytest.mark.parametrize("asks", [True, False], ids=["a statement", "COMMIT"])
async def test_a_writer_whose_process_ends_waits_for_nobody(
    database_url: str, stopped: Stop, monkeypatch: pytest.MonkeyPatch, asks: bool
) -> None:
    """Who leaves gives it a second: rolling back would be one more wait for the same server."""
    monkeypatch.setattr(database, "COMMAND_SECONDS", FOR_EVER)
    monkeypatch.setattr(group_commit, "COMMIT_SECONDS", FOR_EVER)
    commit, unit = GroupCommit(lambda: connect(database_url), deadline=FOR_EVER), StandsStill(stopped, asks=asks)
    await commit.start()
    put = asyncio.create_task(commit.put(unit, Item(silent=True)))

    async with asyncio.timeout(PATIENCE):
        await unit.asked.wait()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(SHORT):
                await commit.close()
    put.cancel()


async def test_an_idle_writer_closes_though_nobody_answers(
    database_url: str, stopped: Stop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is closed after it is closed all the same."""
    monkeypatch.setattr(database, "LEAVE_SECONDS", SHORT)
    lines: list[Any] = []

    async def opened() -> Any:
        lines.append(await connect(database_url))
        return lines[-1]

    commit = GroupCommit(opened)
    await commit.start()
    await commit.put(StandsStill(stopped), Item(silent=False))
    stopped(lines[-1].get_server_pid())

    async with asyncio.timeout(PATIENCE):
        await commit.close()
