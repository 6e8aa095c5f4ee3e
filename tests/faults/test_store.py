"""PostgreSQL is killed, or hangs up on everybody, under load: refused honestly, back soon, nothing lost."""

import asyncio
import time

from loadtest.faults.load import Load
from loadtest.stored import NO_ROWS
from tests.faults.test_processes import WARM, Recovered
from tests.faults.verdict import AskedAgain, Clients, conserved
from tests.integration.stack.running import PATIENCE
from tests.journeys.system import System

HANG_UP = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"


async def test_postgresql_is_killed(
    system: System, load: Load, clients: Clients, asked_again: AskedAgain, recovered: Recovered
) -> None:
    """The postmaster dies with its backends; what was acknowledged is in the log it replays."""
    async with load:
        await asyncio.sleep(WARM)
        killed_at = time.time()
        await asyncio.to_thread(system.running.kill, "postgres")
        back_at = await back_again(system)
        await asyncio.sleep(2 * WARM)

    await conserved(system, clients)

    recovered("PostgreSQL killed, back", back_at - killed_at, 5)
    recovered("PostgreSQL back, first acknowledgement", clients.first_ack_after(back_at) - back_at, 5)
    assert asked_again.count <= asked_again.excused


async def test_postgresql_hangs_up_on_everybody(
    system: System, load: Load, clients: Clients, asked_again: AskedAgain
) -> None:
    """Every connection is ended, again and again: each request is safe to repeat, and is; no answer is thrown away."""
    system.tell_registries("labour", "slow", seconds=1)
    async with load:
        for _ in range(4):
            await asyncio.sleep(0.7)
            await system.rows(HANG_UP)
        await asyncio.sleep(WARM)
    system.tell_registries("labour", "ok")

    await conserved(system, clients)

    assert asked_again.count <= asked_again.excused


async def back_again(system: System) -> float:
    """Return when PostgreSQL took a connection again."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await system.rows("SELECT 1")
                return time.time()
            except NO_ROWS:
                await asyncio.sleep(0.02)
