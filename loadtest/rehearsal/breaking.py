"""breaking: does what the timeline says to the real processes of the rehearsal's own stack, and sees them come back."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

import httpx
import redis

from loadtest.processes import runs
from loadtest.rehearsal.stack import Stack
from loadtest.rehearsal.timeline import OF_PROCESSES, Fault

COMES_BACK: Final = 60.0  # seconds a part may take until we stop looking
GLANCE: Final = 0.05
_PART_OF: Final = {"redis": "valkey", "counter": "counter-1", "relay": "relay-1", "worker": "worker-1"}


@dataclass(slots=True)
class Done:
    """What was broken when, and when it was whole again; `done_at` is None where it never was."""

    fault: Fault
    at: float
    done_at: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as the run is written down."""
        done_at = None if self.done_at is None else round(self.done_at, 3)
        return {
            "at_s": round(self.at, 3),
            "what": self.fault.what,
            "target": self.fault.target,
            "done_at_s": done_at,
        }


class Breaking:
    """Breaks things in a thread of its own, each in another, so that one that takes long delays none."""

    def __init__(self, stack: Stack, faults: Iterable[Fault], now: Callable[[], float]) -> None:
        """Take the system, the faults in order, and the clock of the load in seconds."""
        self._stack, self._faults, self._now = stack, list(faults), now
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self.done: list[Done] = []

    def begin(self) -> None:
        """Begin to wait for the first."""
        self._threads.append(threading.Thread(target=self._run, daemon=True))
        self._threads[0].start()

    def end(self) -> None:
        """Begin nothing more, and wait for what is under way; nothing stays broken."""
        self._over.set()
        for thread in list(self._threads):
            thread.join(COMES_BACK + 5)

    def _run(self) -> None:
        for fault in self._faults:
            if self._over.wait(max(0.0, fault.at - self._now())):
                return
            done = Done(fault, self._now())
            self.done.append(done)
            thread = threading.Thread(target=self._break, args=(done,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _break(self, done: Done) -> None:
        fault = done.fault
        if fault.what in OF_PROCESSES:
            whole = self._to_a_process(fault)
        elif fault.what == "flush":
            whole = self._flush()
        else:
            whole = self._at_the_registries(fault)
        done.done_at = self._now() if whole else None

    def _to_a_process(self, fault: Fault) -> bool:
        part = _PART_OF.get(fault.target, fault.target)
        fast = signal.SIGINT if part == "postgres" else signal.SIGTERM
        number = {"freeze": signal.SIGSTOP, "kill": signal.SIGKILL}.get(fault.what, fast)
        hit: list[int] = []
        if not self._until(lambda: self._signalled(part, number, hit)):
            return False
        if fault.what == "freeze":
            return self._thaws(hit[0], fault.lasts)
        return self._until(lambda: self._is_back(part, hit[0]))

    def _signalled(self, part: str, number: signal.Signals, hit: list[int]) -> bool:
        """An earlier fault may have ended it a moment ago: what does not run is waited for."""
        with suppress(ProcessLookupError):
            if (pid := self._stack.pids().get(part)) is not None and runs(pid):
                os.kill(pid, number)
                hit.append(pid)
        return bool(hit)

    def _thaws(self, pid: int, seconds: float) -> bool:
        """Let a process go on after a while; the supervisor may have put another in its place meanwhile."""
        self._over.wait(seconds)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)
        return True

    def _flush(self) -> bool:
        return self._until(self._flushed)

    def _flushed(self) -> bool:
        bell = redis.Redis.from_url(str(self._stack.where()["redis_url"]), socket_timeout=5)
        try:
            return bool(bell.flushall())
        except redis.RedisError:
            return False
        finally:
            bell.close()

    def _at_the_registries(self, fault: Fault) -> bool:
        registry = "*" if fault.target == "registries" else fault.target
        order = {"registry": registry, "mode": fault.what} | ({} if fault.by is None else {"seconds": fault.by})
        if not self._until(lambda: self._tell(order)):
            return False
        self._over.wait(fault.lasts)
        return self._until(lambda: self._tell({"registry": registry, "mode": "ok"}))

    def _tell(self, order: dict[str, Any]) -> bool:
        try:
            url = f"{self._stack.where()['registries']}/control"
            return httpx.put(url, json=order, timeout=5, trust_env=False).is_success
        except httpx.HTTPError:
            return False

    def _is_back(self, part: str, old: int) -> bool:
        pid = self._stack.pids().get(part)
        if pid in (None, old):
            return False
        return part != "postgres" or _is_ready(self._stack)

    def _until(self, fact: Callable[[], bool]) -> bool:
        give_up_at = time.monotonic() + COMES_BACK
        while time.monotonic() < give_up_at:
            if fact():
                return True
            time.sleep(GLANCE)
        return False


def _is_ready(stack: Stack) -> bool:
    """Say whether PostgreSQL takes connections, by the eighth line of its own file."""
    with suppress(OSError):
        lines = (stack.data / "postgres" / "postmaster.pid").read_text().splitlines()
        return len(lines) > 7 and lines[7].strip() == "ready"
    return False
