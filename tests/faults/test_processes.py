"""kill -9 of a process of ours, under load: it comes back, and nothing acknowledged has gone with it."""

import asyncio
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest

from loadtest.faults.load import Load
from tests.faults.verdict import QUESTIONS, AskedAgain, Clients, conserved
from tests.integration.stack.running import until
from tests.journeys.system import System, added_up

Recovered = Callable[[str, float, float], None]
TRIES = 10  # to find a worker with work in its hand
WARM = 1.5  # seconds of load before a fault, and after it
LEASED = "SELECT draft_id, kind, cause, fence FROM work WHERE lease_until IS NOT NULL"
SETTLED_AT = """
SELECT max(at) FROM (SELECT draft_id, at FROM effect UNION ALL SELECT draft_id, buried_at FROM work) AS ends
WHERE draft_id = ANY($1)
"""
NEXT_EFFECT = "SELECT extract(epoch FROM min(at))::float8 FROM effect WHERE at > to_timestamp($1)"
ENDS = [
    f"approdo_{name}_total"
    for name in ("work_settled", "work_postponed", "burials", "leases_returned", "fences_refused")
]


async def test_the_counter_is_killed(
    system: System, load: Load, clients: Clients, asked_again: AskedAgain, recovered: Recovered
) -> None:
    """Whoever was not answered asks again, and is told what became of it."""
    async with load:
        await asyncio.sleep(WARM)
        killed_at = time.time()
        await asyncio.to_thread(system.running.kill, "counter-1")
        await asyncio.sleep(2 * WARM)

    placed = await conserved(system, clients)

    assert placed.accepted > 0
    recovered("counter killed, next acknowledgement", clients.first_ack_after(killed_at) - killed_at, 30)
    assert asked_again.count <= asked_again.excused


async def test_a_worker_is_killed(
    system: System, load: Load, clients: Clients, asked_again: AskedAgain, recovered: Recovered
) -> None:
    """What it held comes round again when its lease has run out; only that may be asked twice."""
    system.tell_registries("labour", "slow", seconds=1.5)
    async with load:
        killed_at, held = await killed_with_work_in_hand(system)
        await asyncio.sleep(WARM)
    system.tell_registries("labour", "ok")

    await conserved(system, clients)

    settled_at = (await system.rows(SETTLED_AT, [key[0] for key in held]))[0][0].timestamp()
    recovered("worker killed, next effect", (await system.rows(NEXT_EFFECT, killed_at))[0][0] - killed_at, 30)
    recovered(f"worker killed, the {len(held)} it held are settled", settled_at - killed_at, 30)
    assert asked_again.count <= QUESTIONS * len(held)


async def test_the_relay_is_killed(
    system: System, load: Load, clients: Clients, asked_again: AskedAgain, recovered: Recovered
) -> None:
    """What it had offered and what it had not are both found again."""
    async with load:
        await asyncio.sleep(WARM)
        killed_at = time.time()
        await asyncio.to_thread(system.running.kill, "relay-1")
        await asyncio.sleep(2 * WARM)

    await conserved(system, clients)

    recovered("relay killed, next effect", (await system.rows(NEXT_EFFECT, killed_at))[0][0] - killed_at, 30)
    assert asked_again.count <= asked_again.excused


async def test_everything_is_killed_at_once(system: System, load: Load, clients: Clients, recovered: Recovered) -> None:
    """The supervisor dies and takes all with it, as when the machine goes; started again, it goes on."""
    killed_at: list[float] = []
    async with load:
        await asyncio.sleep(WARM)
        await asyncio.to_thread(system.restart_everything, lambda: killed_at.append(time.time()))
        await asyncio.sleep(WARM)

    await conserved(system, clients)

    recovered("everything killed, next acknowledgement", clients.first_ack_after(killed_at[0]) - killed_at[0], 30)


def in_hand(shown: str) -> float:
    """Return how many rows a worker has claimed and not written down, by its own series."""
    return added_up(shown, "approdo_work_claimed_total") - sum(added_up(shown, name) for name in ENDS)


async def killed_with_work_in_hand(system: System) -> tuple[float, set[Any]]:
    """Kill worker-1; return since when it did nothing more, and the rows it held.

    It is frozen first: what was in its hand a moment ago may be written down by now, and then it goes on.
    """
    worker = await asyncio.to_thread(system.running.runs, "worker-1")
    for _ in range(TRIES):
        await asyncio.to_thread(until, lambda: in_hand(system.metrics().get("worker-1", "")) > 2)
        frozen_at = time.time()
        os.kill(worker, signal.SIGSTOP)
        held = await held_by_the_dead(system)
        os.kill(worker, signal.SIGKILL if held else signal.SIGCONT)
        if held:
            return frozen_at, held
    pytest.fail("the worker held nothing")


async def held_by_the_dead(system: System) -> set[Any]:
    """Return the rows whose lease nobody lives to settle, or who lives has not yet: the living need two seconds.

    Looked at well before the leases run out, which is 4.5 seconds after the death at the earliest.
    """
    leased = {tuple(row) for row in await system.rows(LEASED)}
    await asyncio.sleep(2)
    return leased & {tuple(row) for row in await system.rows(LEASED)}
