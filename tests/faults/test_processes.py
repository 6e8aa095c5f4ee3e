"""kill -9 of a process of ours, under load: it comes back, and nothing acknowledged has gone with it."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loadtest.ledger import read
from tests.faults.load import Load
from tests.faults.verdict import asked_again, conserved
from tests.integration.stack.running import until
from tests.journeys.system import System, added_up

Recovered = Callable[[str, float, float], None]
WARM = 1.5  # seconds of load before a fault, and after it
LEASED = "SELECT draft_id, kind, cause, fence FROM work WHERE lease_until IS NOT NULL"
DONE = "SELECT max(at) AS last, count(*) AS done FROM effect WHERE kind = 'decision' AND draft_id = ANY($1)"
NEXT_EFFECT = "SELECT extract(epoch FROM min(at))::float8 FROM effect WHERE at > to_timestamp($1)"
ENDS = [f"approdo_{name}_total" for name in ("work_settled", "work_postponed", "burials", "leases_returned")]
QUESTIONS = 7  # the most one application of the load asks: tax code, identity, four of children and work, account


async def test_the_counter_is_killed(system: System, load: Load, log: Path, recovered: Recovered) -> None:
    """Twice: whoever was not answered asks again, and is told what became of it."""
    killed_at: list[float] = []
    async with load:
        for _ in range(2):
            await asyncio.sleep(WARM)
            await asyncio.to_thread(system.restart, "counter-1", lambda: killed_at.append(time.time()))
        await asyncio.sleep(WARM)

    placed = await conserved(system, log)

    assert placed.accepted > 0
    for at in killed_at:
        recovered("counter killed, next acknowledgement", first_ack_after(log, at) - at, 30)
    assert {} == asked_again(system)


async def test_a_worker_is_killed(system: System, load: Load, log: Path, recovered: Recovered) -> None:
    """What it held comes round again when its lease has run out; only that may be asked twice."""
    system.tell_registries("labour", "slow", seconds=1.5)
    before = system.calls(limit="0")["total"]
    async with load:
        await asyncio.to_thread(until, lambda: in_hand(system.metrics()["worker-1"]) > 2)
        killed_at = time.time()
        await asyncio.to_thread(system.running.kill, "worker-1")
        held = await held_by_the_dead(system)
        await asyncio.sleep(WARM)
    system.tell_registries("labour", "ok")

    await conserved(system, log)

    assert held, "the worker held nothing"
    row = (await system.rows(DONE, [key[0] for key in held]))[0]
    assert row["done"] >= len({key[0] for key in held})
    recovered("worker killed, next effect", (await system.rows(NEXT_EFFECT, killed_at))[0][0] - killed_at, 30)
    recovered(f"worker killed, the {len(held)} it held are decided", row["last"].timestamp() - killed_at, 30)
    again = asked_again(system, before)
    assert again.total() <= QUESTIONS * len(held)


async def test_the_relay_is_killed(system: System, load: Load, log: Path, recovered: Recovered) -> None:
    """What it had offered and what it had not are both found again."""
    before = system.calls(limit="0")["total"]
    async with load:
        await asyncio.sleep(WARM)
        killed_at = time.time()
        await asyncio.to_thread(system.running.kill, "relay-1")
        await asyncio.sleep(2 * WARM)

    await conserved(system, log)

    recovered("relay killed, next effect", (await system.rows(NEXT_EFFECT, killed_at))[0][0] - killed_at, 30)
    assert {} == asked_again(system, before)


def first_ack_after(log: Path, instant: float) -> float:
    """Return when the first request that was made after an instant was acknowledged."""
    made = (intent for intent in read(log).intents.values() if intent.at > instant)
    return min(one.at for intent in made for one in intent.acks)


def in_hand(shown: str) -> float:
    """Return how many rows a worker has claimed and not written down, by its own series."""
    return added_up(shown, "approdo_work_claimed_total") - sum(added_up(shown, name) for name in ENDS)


async def held_by_the_dead(system: System) -> set[Any]:
    """Return the rows whose lease nobody lives to settle: the living need two seconds at most."""
    leased = {tuple(row) for row in await system.rows(LEASED)}
    await asyncio.sleep(4)
    return leased & {tuple(row) for row in await system.rows(LEASED)}
