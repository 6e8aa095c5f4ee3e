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

from loadtest.alerts import disk, poison
from loadtest.alerts.eyes import Sight
from loadtest.alerts.skew import skewed
from loadtest.bench.cpu import descendants
from loadtest.crowding import Crowd, capacity, gathered
from loadtest.rehearsal.stack import Stack

TOO_MANY = 600  # connections: a refusal is kept back for up to a second
FEW = (1,)  # of the four let in at once two may be beginnings, and one is left to the people who file
AGAIN = 0.2  # seconds between two looks at what must stand still: the supervisor puts another in its place


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: its name, the alert that must sound, what must be seen, and what makes it so while a block runs.

    At the end of the block the step of the runbook is taken; `cure` says which. Where it is `timed` the public page is
    timed while the fault lasts; where it is `crowded`, what is made is a crowd, of ten times what the counter takes.
    """

    name: str
    alert: str
    made: Callable[[Stack], AbstractContextManager[Crowd | None]]
    sight: Sight
    cure: str
    timed: bool = False
    crowded: bool = False


def _frozen(which: Callable[[], Iterator[int]]) -> AbstractContextManager[None]:
    """Let processes stand still, and whatever is started in their place, while the block runs; then end them.

    Whoever finds a process that does not move ends it and has it started again, as the runbook says.
    """

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
                    os.kill(pid, signal.SIGKILL)

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
def _too_many(stack: Stack) -> Iterator[Crowd]:
    """On a slow disk, so that the machine can ask for ten times what the counter takes."""
    counter = str(stack.where()["http"])
    with disk.slow(stack), gathered(counter, TOO_MANY, capacity(counter, FEW)) as crowd:
        yield crowd


LATER = "Il servizio funziona, ma le risposte arrivano più tardi del solito"
CROWDED = "Il servizio funziona, ma c'è molta affluenza"
IN_PART = "Il servizio funziona in parte: puoi salvare e inviare"
DECIDED, STAFFED = "What was accepted is being decided", "Every process does its work"
KEPT = "What is typed is acknowledged and kept"

FAULTS: Sequence[Fault] = (
    Fault(
        "a registry answers 503",
        "RegistryStopped",
        _registry_fails,
        Sight("Facts can be verified", "Calls are stopped by the breaker to: .*anpr", LATER),
        "its owner, who was told, mended it: it answers again",
    ),
    Fault(
        "Redis stands still",
        "BellAway",
        lambda stack: _frozen(_named(stack, "valkey")),
        Sight(STAFFED, "Redis does not answer"),
        "ended by its process id, and started again by the supervisor",
    ),
    Fault(
        "every worker stands still",
        "WorkersDown",
        lambda stack: _frozen(_named(stack, "worker-")),
        Sight(STAFFED, r"Down: worker-\d", LATER),
        "ended by their process ids, and started again by the supervisor",
    ),
    Fault(
        "more come than the counter takes",
        "CounterFull",
        _too_many,
        Sight(KEPT, "requests were sent away as full", CROWDED, "sent away as full"),
        "nothing: the crowd goes home",
        timed=True,
        crowded=True,
    ),
    Fault(
        "an application our code fails on",
        "WorkBroken",
        poison.broken,
        Sight(DECIDED, "Our own code failed", lingers="Our own code failed"),
        "the row was corrected, and came round again",
    ),
    Fault(
        "a machine's clock is half a minute off",
        "ClocksApart",
        skewed,
        Sight(STAFFED, "clock and a machine's are .* apart"),
        "that machine was taken out",
    ),
    Fault(
        "PostgreSQL stands still",
        "LedgerAway",
        lambda stack: _frozen(_of_postgres(stack)),
        Sight(KEPT, "PostgreSQL does not answer", IN_PART, "in the last five minutes"),
        "ended by its process ids, and started again by the supervisor; it recovered by itself",
        timed=True,
    ),
)
