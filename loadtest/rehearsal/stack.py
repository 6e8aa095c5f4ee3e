"""stack: the whole system, started for one rehearsal on free ports and a folder of its own, and ended with it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loadtest.bench.cpu import children
from loadtest.bench.program import die_with_parent
from loadtest.ports import two_ports
from loadtest.rehearsal.addresses import Addresses

ROOT: Final = Path(__file__).parents[2]
STARTS: Final = 120.0  # seconds; a first start makes a database
STOPS: Final = 40.0
#: Settings that must not leak in from whoever starts us: they are about another copy.
OTHERS: Final = ("APPRODO_", "DATABASE_URL", "REDIS_URL")
KEPT: Final = ("APPRODO_POSTGRES_BIN", "APPRODO_COUNTERS", "APPRODO_WORKERS", "APPRODO_RELAYS")


class NotStarted(Exception):
    """The system did not start; the message holds its last lines."""


@dataclass(slots=True)
class Stack:
    """A running system of our own."""

    data: Path
    popen: "subprocess.Popen[bytes]" = field(init=False)
    settings: Mapping[str, str] = field(default_factory=dict)
    root: Path = ROOT  # the checkout whose code it runs
    under: Sequence[str] = ()  # a command that runs it

    def addresses(self) -> Addresses:
        """Return where its parts are."""
        where = self.where()
        return Addresses(*(where[name] for name in ("http", "ops", "registries", "database_url", "redis_url")))

    def where(self) -> Mapping[str, Any]:
        """Return what its run file says."""
        return dict(json.loads((self.data / "run" / "system.json").read_text()))

    def crew(self) -> dict[str, int]:
        """Return how many processes there are of each kind that may have several."""
        kinds = {"counter": "counter-*", "workers": "worker-*", "relay": "relay-*"}
        return {kind: len(list((self.data / "run").glob(f"{name}.json"))) for kind, name in kinds.items()}

    def started(self, part: str) -> int | None:
        """Return the process id that a child of the supervisor bears, be it ready or not; by its APPRODO_PROCESS."""
        named = f"APPRODO_PROCESS={part}".encode()
        for pid in children(self.popen.pid):
            with suppress(OSError):
                if named in Path(f"/proc/{pid}/environ").read_bytes().split(b"\0"):
                    return pid
        return None

    def pids(self) -> dict[str, int]:
        """Return the process ids of its parts by name; a part that is being replaced may be missing."""
        found = {}
        for file in (self.data / "run").glob("*.json"):
            with suppress(OSError, ValueError, KeyError):
                found[file.stem] = int(json.loads(file.read_text())["pid"])
        with suppress(OSError, ValueError, IndexError):
            found["postgres"] = int((self.data / "postgres" / "postmaster.pid").read_text().split()[0])
        found.pop("system", None)
        return found | dict(self._by_program(("valkey", "standins")))

    def _by_program(self, names: tuple[str, ...]) -> Iterator[tuple[str, int]]:
        """The parts that write no run file are known by their command lines."""
        for pid in children(self.popen.pid):
            with suppress(OSError):
                line = Path(f"/proc/{pid}/cmdline").read_bytes()
                yield from ((name, pid) for name in names if name.encode() in line)

    def must_run(self) -> None:
        """Errors: NotStarted where it has ended."""
        if self.popen.poll() is not None:
            raise NotStarted(f"the system ended:\n{self.said()[-2_000:]}")

    def said(self) -> str:
        """Return all it wrote."""
        return (self.data.parent / "stack.log").read_text(errors="replace")

    def start_again(self) -> None:
        """Start once more on the same data and ports, after it has ended. Errors: NotStarted."""
        self.popen.wait(STOPS)
        self.popen = _supervisor(self)
        _wait_for_ready(self)


@contextmanager
def running(
    data: Path, given: Mapping[str, str] | None = None, *, root: Path = ROOT, under: Sequence[str] = ()
) -> Iterator[Stack]:
    """Start a system on a data folder, and stop it when the block ends. Errors: NotStarted.

    `given`: settings; `root`: the checkout whose code it runs; `under`: a command that executes what follows it.
    """
    data.parent.mkdir(parents=True, exist_ok=True)
    stack = Stack(data, settings={**two_ports(), **(given or {})}, root=root, under=under)
    stack.popen = _supervisor(stack)
    try:
        _wait_for_ready(stack)
        yield stack
    finally:
        _stop(stack)


def _supervisor(stack: Stack) -> "subprocess.Popen[bytes]":
    ours = {name: value for name, value in os.environ.items() if name in KEPT or not name.startswith(OTHERS)}
    with (stack.data.parent / "stack.log").open("wb") as output:
        return subprocess.Popen(  # noqa: S603 (commands of our own making)
            [*stack.under, sys.executable, "-m", "deploy.local"],
            cwd=stack.root,
            env={**ours, "APPRODO_DATA": str(stack.data.absolute()), **stack.settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # our own Ctrl-C stops the load first, and then the stack
            preexec_fn=die_with_parent,  # noqa: PLW1509 (threads begin after it)
        )


def _wait_for_ready(stack: Stack) -> None:
    give_up_at = time.monotonic() + STARTS
    while "\nREADY" not in f"\n{stack.said()}":
        stack.must_run()
        if time.monotonic() > give_up_at:
            raise NotStarted(f"the system is not ready after {STARTS:.0f} s:\n{stack.said()[-2_000:]}")
        time.sleep(0.1)


def _stop(stack: Stack) -> None:
    stack.popen.send_signal(signal.SIGTERM)
    try:
        stack.popen.wait(STOPS)
    except subprocess.TimeoutExpired:
        stack.popen.kill()
        stack.popen.wait()
