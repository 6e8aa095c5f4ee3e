"""A child that dies is started again, whatever it is."""

import asyncio
import os
import signal
import urllib.request
from pathlib import Path

import asyncpg
import psutil
import pytest
import redis

from core.settings import Loop
from deploy.local import rooms
from loadtest.stored import NO_ROWS
from tests.integration.stack.running import PATIENCE, Running, running, until

CHILDREN = ["counter-1", "relay-1", "worker-1", "worker-2", "lone-worker", "monitoring", "standins"]
CHILDREN += ["valkey-server", "postgres"]


@pytest.mark.parametrize("name", CHILDREN)
def test_a_killed_child_is_replaced(stack: Running, name: str) -> None:
    """Another process takes the place of the one that was killed, and its parent is the supervisor."""
    old = stack.kill(name)

    until(lambda: stack.pid(name) not in (None, old), stack.said)


async def test_what_was_committed_survives_the_postmaster(stack: Running) -> None:
    """A killed PostgreSQL comes back at the same address with what it had promised."""
    url = stack.where()["database_url"]
    await _execute(url, "CREATE TABLE promised AS SELECT 1 AS one")

    stack.kill("postgres")

    assert await _execute(url, "SELECT one FROM promised") == 1


async def test_busy_backends_of_a_killed_postmaster_are_ended(stack: Running) -> None:
    """A backend that never looks up cannot keep the next PostgreSQL from starting."""
    url = stack.where()["database_url"]
    connection = await asyncpg.connect(url)
    backend = psutil.Process(await connection.fetchval("SELECT pg_backend_pid()"))
    spin = "DO $$ DECLARE n bigint := 0; BEGIN LOOP n := n + 1; END LOOP; END $$"
    spinning = asyncio.ensure_future(connection.execute(spin))
    await asyncio.sleep(0.1)

    stack.kill("postgres")

    assert await _execute(url, "SELECT 1") == 1
    until(lambda: not backend.is_running())
    with pytest.raises(NO_ROWS):
        await spinning


def test_the_bell_keeps_its_address(stack: Running) -> None:
    """A killed Valkey answers at the same address again."""
    with redis.Redis.from_url(stack.where()["redis_url"]) as client:
        stack.kill("valkey-server")

        until(lambda: _pongs(client), stack.said)


def test_a_request_made_while_the_counter_is_away_is_answered(stack: Running) -> None:
    """The supervisor holds the socket, so a connection waits for the next counter instead of being refused."""
    old = stack.kill("counter-1")

    with urllib.request.urlopen(stack.where()["http"] + "/readyz", timeout=PATIENCE) as answer:
        assert int(answer.read()) != old


def test_a_lock_with_the_number_of_another_process_is_no_obstacle(house: Path, ports: dict[str, str]) -> None:
    """After the machine was restarted, the process id in PostgreSQL's lock files may be anybody's."""
    sockets = house / "data" / "run" / "postgres"
    sockets.mkdir(parents=True, mode=0o700)
    for lock in (house / "data" / "postgres" / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        lock.write_text(f"{os.getpid()}\n{house}/data/postgres\n0\n5432\n{sockets}\n\n\n")

    with running(house, **ports) as stack:
        assert stack.pid("postgres") is not None


@pytest.mark.parametrize("name", ["counter-1", "relay-1"])
def test_what_is_frozen_is_replaced(stack: Running, name: str) -> None:
    """Nobody waits for ever at a counter that stands still, nor for a relay."""
    old = stack.pid(name)
    assert old is not None

    os.kill(old, signal.SIGSTOP)

    until(lambda: stack.pid(name) not in (None, old), stack.said)


def test_a_worker_may_be_frozen_for_longer_than_a_lease() -> None:
    """Then others have what it held, and it is replaced without taking anything along."""
    assert Loop().lease.total_seconds() < rooms.WORKER_FROZEN_FOR


def test_a_frozen_worker_is_left_alone_for_a_while(stack: Running) -> None:
    """What a worker holds comes round again by its lease; a debugger may look at it."""
    frozen = stack.pid("worker-1")
    assert frozen is not None

    os.kill(frozen, signal.SIGSTOP)
    old = stack.kill("worker-2")
    until(lambda: stack.pid("worker-2") not in (None, old), stack.said)

    assert stack.pid("worker-1") == frozen
    os.kill(frozen, signal.SIGCONT)


async def _execute(url: str, statement: str) -> object:
    """Run one statement as soon as the database takes it."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                connection = await asyncpg.connect(url)
                try:
                    return await connection.fetchval(statement)
                finally:
                    await connection.close()
            except NO_ROWS:
                await asyncio.sleep(0.05)


def _pongs(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
