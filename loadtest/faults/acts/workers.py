"""Acts on what moves accepted work: killed, frozen, poisoned, doubled."""

import asyncio
import os
import signal
import time
from contextlib import suppress
from typing import Final

from loadtest.bench.people import tax_code
from loadtest.faults.load import an_employee
from loadtest.faults.scenario import EMBEDDED, QUICK, does
from loadtest.faults.scene import Scene

MOVERS: Final = ("worker-1", "worker-2", "lone-worker")
DEATHS: Final = 5  # two in company and three alone; whoever takes it then does not run it, but puts it on the list
HELD: Final = "SELECT count(*) FROM work WHERE lease_until > clock_timestamp()"


@does(37, 41, on=EMBEDDED, seconds=120)
async def workers_killed(scene: Scene) -> None:
    """kill -9 of every worker with work in their hands: back within 5 s, work resumes, what they held is settled."""
    scene.house.tell_registries("labour", "slow", seconds=1.0)

    async def in_hand() -> bool:
        return int(await scene.value(HELD) or 0) > 2

    await scene.until_asked(in_hand, "nothing is in a worker's hand")
    killed_at = time.time()
    await scene.killed(*MOVERS)
    await scene.effect_after(killed_at, "workers killed, next effect", 30)
    scene.house.tell_registries("labour", "ok")


@does(37, on=QUICK)
async def worker_killed_at_random(scene: Scene) -> None:
    """A worker is killed at instants drawn from the seed, before, between and after its calls: one effect each."""
    scene.house.tell_registries("*", "slow", seconds=0.15)
    for _ in range(5):
        await asyncio.sleep(scene.random.uniform(0.3, 1.5))
        await scene.killed(scene.random.choice(MOVERS))


@does(41, on=QUICK)
async def relay_killed(scene: Scene) -> None:
    """kill -9 of the relay: what it had offered and what it had not are both found again."""
    killed_at = time.time()
    await scene.killed("relay-1")
    await scene.effect_after(killed_at + 0.5, "relay killed, next effect", 30)


@does(39, on=QUICK)
async def worker_sleeps_through_its_lease(scene: Scene) -> None:
    """A worker stands still for longer than its lease, and a registry never answers: others decide, once."""
    scene.house.tell_registries("labour", "hang")
    await scene.warm(0.5)
    with scene.frozen(scene.pid("worker-1")):
        await scene.warm(1)
        scene.house.tell_registries("labour", "ok")
        await scene.effect_after(time.time() + 1, "worker frozen, next effect", 30)
        await scene.warm(7)
    await scene.warm(1)


@does(40, on=QUICK, seconds=150)
async def poison(scene: Scene) -> None:
    """Whoever takes one submission dies: it is on a person's list after three deaths alone, and all others flow."""
    person = an_employee()
    scene.house.tell_registries("labour", "hang", tax_code=tax_code(person))
    number = await scene.load.files(person)
    died: set[int] = set()  # the fences under which somebody has died of it

    async def buried() -> bool:
        fence = await scene.value(_LEASED, number, DEATHS)
        if fence and fence not in died:
            died.add(fence)
            for pid in filter(None, map(scene.house.stack.started, MOVERS)):  # one that is not ready may hold it too
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        return bool(await scene.value(_BURIED, number) == "crashes")

    await scene.until_asked(buried, "it is not on a person's list", within=120)
    scene.note(f"on a person's list after {len(died)} deaths")
    await scene.effect_after(time.time(), "others are decided, next effect", 30)


_LEASED = """
SELECT fence FROM work JOIN submission USING (draft_id)
WHERE number = $1 AND kind = 'decision' AND lease_until > clock_timestamp() AND crashes < $2
"""
_BURIED = """
SELECT buried_reason FROM work JOIN submission USING (draft_id) WHERE number = $1 AND kind = 'decision'
"""


@does(42, on=QUICK)
async def everything_twice(scene: Scene) -> None:
    """Two more relays and another lone worker: duplicates on the wire, one effect."""
    for name, does_ in (("relay-8", "relay"), ("relay-9", "relay"), ("lone-worker-9", "lone")):
        scene.start_beside(name, "workers", does_)
    await scene.until(lambda: {"relay-8", "relay-9"} <= scene.house.stack.pids().keys(), "the second relays do not run")
    with scene.bell() as bell:
        for _ in range(4):
            await scene.warm(1)
            await asyncio.to_thread(bell.flushall)
