"""The bell is emptied, frozen, or away, under load: no acknowledgement notices, and work goes on without it."""

import asyncio
import time

from loadtest.faults.load import Load
from tests.faults.bell import Bell
from tests.faults.test_processes import WARM, Recovered
from tests.faults.verdict import AskedAgain, Clients, conserved
from tests.integration.stack.running import PATIENCE
from tests.journeys.system import System

DECIDED_SINCE = "SELECT count(*) FROM effect WHERE kind = 'decision' AND at > to_timestamp($1)"


async def test_the_bell_forgets_everything(
    system: System, bell: Bell, load: Load, clients: Clients, asked_again: AskedAgain, recovered: Recovered
) -> None:
    """FLUSHALL, again and again: what was offered comes round again."""
    async with load:
        for _ in range(8):
            await asyncio.sleep(0.4)
            bell.forget_everything()
        forgotten_at = time.time()

    await conserved(system, clients)

    recovered("bell emptied, all work is done", time.time() - forgotten_at, 60)
    assert asked_again.count <= asked_again.excused


async def test_the_bell_is_frozen(
    system: System, bell: Bell, load: Load, clients: Clients, asked_again: AskedAgain, recovered: Recovered
) -> None:
    """Its connections stay open and say nothing: people are answered, and workers look for themselves."""
    async with load:
        await asyncio.sleep(WARM)
        frozen_at = time.time()
        bell.freeze()
        try:
            resumed_at = await work_goes_on(system, frozen_at)
        finally:
            bell.thaw()

    await conserved(system, clients)

    recovered("bell frozen, work goes on", resumed_at - frozen_at, 30)
    recovered("bell frozen, next acknowledgement", clients.first_ack_after(frozen_at) - frozen_at, 1)
    assert asked_again.count <= asked_again.excused


async def test_the_bell_is_away(
    system: System, bell: Bell, load: Load, clients: Clients, asked_again: AskedAgain, recovered: Recovered
) -> None:
    """Killed, and nobody starts it for a while: slower, never stopped; and when it is back it is used again."""
    async with load:
        await asyncio.sleep(WARM)
        gone_at = time.time()
        bell.go_away()
        try:
            resumed_at = await work_goes_on(system, gone_at)
        finally:
            bell.come_back()
        await asyncio.sleep(WARM)

    await conserved(system, clients)

    recovered("bell away, work goes on", resumed_at - gone_at, 30)
    recovered("bell away, next acknowledgement", clients.first_ack_after(gone_at) - gone_at, 1)
    assert asked_again.count <= asked_again.excused


async def work_goes_on(system: System, since: float) -> float:
    """Return when ten more have been decided, though a second after `since` at the earliest."""
    await asyncio.sleep(1)
    give_up_at, already = time.time() + PATIENCE, await decided_since(system, since)
    while await decided_since(system, since) < already + 10:
        assert time.time() < give_up_at, "nothing is decided while the bell is silent"
        await asyncio.sleep(0.05)
    return time.time()


async def decided_since(system: System, instant: float) -> int:
    """Return how many decisions there were after an instant."""
    return int((await system.rows(DECIDED_SINCE, instant))[0][0])
