"""A running stack: the supervisor of a toy house, watched from outside as a stranger would."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import psutil

T = TypeVar("T")
PATIENCE = 60.0  # seconds any wait may last on a busy machine; nothing here measures speed
STARTS = 120.0  # seconds a whole system may take to say READY there: it makes a database, and starts ten processes
POLL = 0.05  # seconds between two looks


@dataclass
class Running:
    """One supervisor and what it says."""

    house: Path
    data: Path
    process: "subprocess.Popen[bytes]"
    screen: Path
    seen: set[psutil.Process] = field(default_factory=set)

    def said(self) -> str:
        """Return all it wrote."""
        return self.screen.read_text()

    def where(self) -> dict[str, Any]:
        """Return what its run file says."""
        return dict(json.loads((self.data / "run" / "system.json").read_text()))

    def pid(self, name: str) -> int | None:
        """Return the process id of a child, by the name it was given, or by its program's."""
        for process in self.children():
            try:
                called = process.environ().get("APPRODO_PROCESS") or process.name()
                if called == name and process.ppid() == self.process.pid and self._is_settled(process):
                    return process.pid
            except (psutil.Error, OSError):
                continue
        return None

    def _is_settled(self, process: psutil.Process) -> bool:
        """A process between fork and exec, or a backend of PostgreSQL, bears the name of its parent."""
        if process.name() != "postgres":
            return "deploy" not in " ".join(process.cmdline())
        holder = (self.data / "postgres" / "postmaster.pid").read_text().split()
        return holder[:1] == [str(process.pid)]

    def children(self) -> list[psutil.Process]:
        """Return every process below the supervisor, and remember them."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        self.seen.update(found)
        return found

    def left(self) -> list[psutil.Process]:
        """Return those ever seen that still run."""
        return [process for process in self.seen if _runs(process)]

    def runs(self, name: str) -> int:
        """Return the process id of a child as soon as it runs: it may be about to be started again."""
        return int(until(lambda: self.pid(name), lambda: f"{name} does not run"))

    def kill(self, name: str) -> int:
        """Kill a child with SIGKILL and return the process id it had."""
        old = self.runs(name)
        os.kill(old, signal.SIGKILL)
        return old

    def ended(self) -> bool:
        """Say whether the supervisor has ended."""
        return self.process.poll() is not None


def ask_each(processes: Iterable[psutil.Process], question: Callable[[psutil.Process], T]) -> list[T]:
    """Ask each process something; one that has ended since it was found, as backends of PostgreSQL do, says nothing."""
    answers = []
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            answers.append(question(process))
    return answers


def _runs(process: psutil.Process) -> bool:
    """Say whether a process runs; it may be reaped between the two questions."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def running(
    house: Path,
    *,
    data: Path | None = None,
    wait: bool = True,
    python: Path | str = sys.executable,
    uid: int | None = None,
    **environment: str,
) -> Iterator[Running]:
    """Start a supervisor, wait until it says READY, and see to it that nothing of it is left afterwards.

    `python` is the interpreter and `uid` the user, if not our own.
    """
    data = data or house / "data"
    number = len(list(house.glob("screen-*")))
    screen = house / f"screen-{number}.txt"
    with screen.open("wb") as output:
        process = subprocess.Popen(
            [python, "-m", "deploy.local"],
            cwd=house,
            env={**os.environ, "APPRODO_DATA": str(data), **environment},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            user=uid,
            group=uid,
            extra_groups=None if uid is None else [],
        )
    stack = Running(house, data, process, screen)
    try:
        if wait:
            until(lambda: "\nREADY" in stack.said() or stack.ended(), stack.said, STARTS)
            assert "\nREADY" in stack.said(), stack.said()
            stack.children()
        yield stack
    finally:
        if not stack.ended():
            process.terminate()
            process.wait(PATIENCE)


def until(fact: Callable[[], Any], said: Callable[[], str] = str, patience: float = PATIENCE) -> Any:
    """Wait until something is a fact, and return it; fail with what was said if it never is."""
    give_up_at = time.monotonic() + patience
    while not (found := fact()):
        assert time.monotonic() < give_up_at, said()
        time.sleep(POLL)
    return found
