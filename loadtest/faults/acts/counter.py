"""Acts on the counter: killed, stopped, frozen, without descriptors, and its parent gone."""

import asyncio
import os
import resource
import signal
import socket
import time
from pathlib import Path
from typing import Final

from loadtest.bench.cpu import descendants
from loadtest.faults.scenario import does
from loadtest.faults.scene import Scene
from loadtest.processes import runs

KILLS: Final = 5
FEW: Final = 8  # descriptors more than are open


@does(1)
async def counter_killed_at_random(scene: Scene) -> None:
    """kill -9 of the counter at instants drawn from the seed: all or nothing, and a repeat converges."""
    for _ in range(KILLS):
        await asyncio.sleep(scene.random.uniform(0.2, 1.2))
        killed_at = time.time()
        await scene.killed("counter-1")
        await scene.acked_after(killed_at, "counter killed, next acknowledgement", 30)


@does(4)
async def counter_frozen(scene: Scene) -> None:
    """A frozen counter is replaced; its half-done requests end as unknown and settle."""
    frozen_at = time.time()
    old = scene.pid("counter-1")
    with scene.frozen(old):
        await scene.back("counter-1", old)
        await scene.acked_after(frozen_at, "counter frozen, next acknowledgement", 30)


@does(5)
async def counter_stands_still(scene: Scene) -> None:
    """The event loop stands still for 4 s: nobody is cut off, and what came meanwhile is answered in time."""
    old, since = scene.pid("counter-1"), time.time()
    with scene.frozen(old):
        await asyncio.sleep(4)  # five would have it replaced
    await scene.acked_after(time.time(), "loop turns again, next acknowledgement", 5)
    await scene.warm(1)
    stretch = scene.stretch(since)
    scene.must(old == scene.pid("counter-1"), "the counter was replaced though it would have gone on")
    scene.must_be_fast(stretch.longest_answer < 15, f"an answer took {stretch.longest_answer:.1f} s")


@does(10)
async def counter_without_descriptors(scene: Scene) -> None:
    """No descriptor left: who is connected is served, and it goes on without a restart when there are some again."""
    pid = scene.pid("counter-1")
    usual = resource.prlimit(pid, resource.RLIMIT_NOFILE)
    open_now = _descriptors(pid)
    address = scene.house.counter.removeprefix("http://").split(":")
    began, idle = time.time(), list[socket.socket]()
    resource.prlimit(pid, resource.RLIMIT_NOFILE, (open_now + FEW, usual[1]))
    try:
        for _ in range(FEW * 4):
            idle.append(socket.create_connection((address[0], int(address[1])), timeout=5))
        await scene.warm(2)
        scene.must(scene.stretch(began).acks > 0, "who was connected already is not served")
    finally:
        resource.prlimit(pid, resource.RLIMIT_NOFILE, usual)
        for line in idle:
            line.close()
    await scene.acked_after(time.time(), "descriptors again, next acknowledgement", 5)
    scene.must(pid == scene.pid("counter-1"), "it was restarted")


def _descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


@does(3)
async def supervisor_killed(scene: Scene) -> None:
    """kill -9 of the parent of all: nothing of the old copy is left within 5 s; it starts again on the same data."""
    stack = scene.house.stack
    family = [pid for pid in descendants(stack.popen.pid) if pid != os.getpid()]
    killed_at = time.time()
    stack.popen.send_signal(signal.SIGKILL)
    await scene.until(lambda: not [pid for pid in family if runs(pid)], "processes of the old copy are left")
    scene.bar("no orphan is left", time.time() - killed_at, 5)
    await scene.start_again()
    await scene.acked_after(killed_at, "everything killed, next acknowledgement", 30)
