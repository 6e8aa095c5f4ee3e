"""child: a coroutine run to its end, or to its death, in a process of its own that begins as a copy of this one."""

import asyncio
import gc
import json
import os
import select
import signal
import time
import traceback
import warnings
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from tests.crash.points import Moment, Points, Side

PATIENCE = 30.0  # seconds a child may take on a busy machine

Run = Callable[[Points], Coroutine[Any, Any, Any]]


@dataclass(frozen=True)
class Ended:
    """How a child ended. `result`: what it returned, as JSON keeps it; `moments`: those in which it might have died."""

    killed: bool
    result: Any = None
    moments: tuple[Moment, ...] = ()


def in_a_child(run: Run, stop: int | None = None) -> Ended:
    """Run in a forked child and wait for its end. What fails there fails here, with its own words."""
    read, write = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads of a test run hold nothing a child needs
        pid = os.fork()
    if pid == 0:
        os.close(read)
        _be_the_child(run, stop, write)
    os.close(write)
    try:
        said = _all_of(read, pid)
    finally:
        os.close(read)
        _, status = os.waitpid(pid, 0)
    if os.WIFSIGNALED(status):
        return Ended(killed=True)
    told = json.loads(said)
    assert "failed" not in told, told["failed"]
    return Ended(
        killed=False, result=told["result"], moments=tuple(Moment(Side(side), *rest) for side, *rest in told["moments"])
    )


def _be_the_child(run: Run, stop: int | None, write: int) -> None:
    """Never return: whatever happens, the copy of the caller ends here."""
    points = Points(stop)
    try:
        gc.disable()
        points.watch_the_world()
        loop = points.loop()
        asyncio.set_event_loop(loop)
        told: dict[str, Any] = {"result": loop.run_until_complete(run(points)), "moments": points.moments}
    except BaseException:  # noqa: BLE001  the parent tells it
        told = {"failed": traceback.format_exc()}
    try:
        whole = json.dumps(told).encode()
        while whole:
            whole = whole[os.write(write, whole) :]
    finally:
        os._exit(0)


def _all_of(read: int, pid: int) -> bytes:
    said, give_up_at = b"", time.monotonic() + PATIENCE
    while time.monotonic() < give_up_at:
        ready, _, _ = select.select([read], [], [], max(0.0, give_up_at - time.monotonic()))
        piece = os.read(read, 65_536) if ready else b""
        if ready and not piece:
            return said
        said += piece
    os.kill(pid, signal.SIGKILL)
    raise AssertionError(f"a child did not end within {PATIENCE:.0f} s")
