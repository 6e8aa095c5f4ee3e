"""faults: what is broken, one after the other, and the one alert that must sound for each."""

import os
import signal
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from loadtest.alerts import load, poison
from loadtest.alerts.skew import skewed
from loadtest.bench.cpu import descendants
from loadtest.rehearsal.stack import Stack

AGAIN = 0.2  # seconds between two looks at what must stand still: the supervisor puts another in its place


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its name, the alert that must sound, and what makes it so while a block runs."""

    name: str
    alert: str
    made: Callable[[Stack], AbstractContextManager[None]]


def _frozen(which: Callable[[], Iterator[int]]) -> AbstractContextManager[None]:
    """Let processes stand still, and whatever is started in their place, while the block runs."""

    @contextmanager
    def frozen() -> Iterator[None]:
        over, held = threading.Event(), set[int]()

        def keep() -> None:
            while not over.wait(AGAIN):
                for pid in which():
                    with suppress(OSError):
                        os.kill(pid, signal.SIGSTOP)
                        held.add(pid)

        thread = threading.Thread(target=keep, daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
            for pid in held:
                with suppress(OSError):
                    os.kill(pid, signal.SIGCONT)

    return frozen()


def _named(stack: Stack, beginning: str) -> Callable[[], Iterator[int]]:
    return lambda: (pid for name, pid in stack.pids().items() if name.startswith(beginning))


def _of_postgres(stack: Stack) -> Callable[[], Iterator[int]]:
    """The postmaster first, so that it starts nobody new, and all its backends."""

    def pids() -> Iterator[int]:
        for pid in descendants(stack.popen.pid):
            with suppress(OSError):
                if Path(f"/proc/{pid}/comm").read_text().startswith("postgres"):
                    yield pid

    return pids


@contextmanager
def _registry_fails(stack: Stack) -> Iterator[None]:
    with _told(stack, {"registry": "anpr", "mode": "503"}):
        yield


@contextmanager
def _told(stack: Stack, order: Mapping[str, Any]) -> Iterator[None]:
    control = f"{stack.where()['registries']}/control"
    httpx.put(control, json=order, timeout=10, trust_env=False).raise_for_status()
    try:
        yield
    finally:
        httpx.put(control, json={**order, "mode": "ok"}, timeout=10, trust_env=False).raise_for_status()


@contextmanager
def _too_many(stack: Stack) -> Iterator[None]:
    with load.crowd(str(stack.where()["http"])):
        yield


FAULTS: Sequence[Fault] = (
    Fault("a registry answers 503", "RegistryStopped", _registry_fails),
    Fault("Redis stands still", "BellAway", lambda stack: _frozen(_named(stack, "valkey"))),
    Fault("every worker stands still", "WorkersDown", lambda stack: _frozen(_named(stack, "worker-"))),
    Fault("more come than the counter takes", "CounterFull", _too_many),
    Fault("an application our code fails on", "WorkBroken", poison.broken),
    Fault("a machine's clock is half a minute off", "ClocksApart", skewed),
    Fault("PostgreSQL stands still", "LedgerAway", lambda stack: _frozen(_of_postgres(stack))),
)
