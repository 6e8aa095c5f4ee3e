"""A program under measurement: started by its command line, ended by its process id, never outliving us."""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from loadtest.bench.cpu import descendants

ROOT = Path(__file__).parents[2]
PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "APPRODO_POSTGRES_BIN")
STOPPING = 15.0  # seconds until what does not end is killed
_PR_SET_PDEATHSIG = 1
_prctl = ctypes.CDLL(None).prctl


class NotStarted(Exception):
    """A program did not start; the message holds its last lines."""


@dataclass(slots=True)
class Program:
    """One running program."""

    popen: "subprocess.Popen[bytes]"
    log: Path

    @property
    def pid(self) -> int:
        """Its process id."""
        return self.popen.pid

    def must_run(self) -> None:
        """Errors: NotStarted where it has ended."""
        if self.popen.poll() is not None:
            raise NotStarted(f"{self.log.stem} ended:\n{self.last_lines()}")

    def last_lines(self) -> str:
        """Return the end of what it said."""
        return self.log.read_text(errors="replace")[-2_000:]

    def stop(self) -> None:
        """Ask it to end, and kill it if it does not, with whatever children it leaves behind."""
        family = list(descendants(self.pid))
        with suppress(ProcessLookupError):
            self.popen.terminate()
        try:
            self.popen.wait(STOPPING)
        except subprocess.TimeoutExpired:
            self.popen.kill()
            self.popen.wait()
        for orphan in family:
            with suppress(ProcessLookupError):
                os.kill(orphan, signal.SIGKILL)


def start(
    name: str,
    arguments: Sequence[str],
    environment: Mapping[str, str],
    logs: Path,
    *,
    listening: socket.socket | None = None,
    root: Path = ROOT,
) -> Program:
    """Start a Python program of this project; what it says goes to `<logs>/<name>.log`.

    `listening` is a socket it inherits, told by APPRODO_SOCKET_FD. `root` is a checkout, if not this one.
    """
    log = logs / f"{name}.log"
    given = {} if listening is None else {"APPRODO_SOCKET_FD": str(listening.fileno())}
    with log.open("wb") as output:
        popen = subprocess.Popen(  # noqa: S603 (commands of our own making)
            [sys.executable, *arguments],
            env={**_bare(), **environment, **given},
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=[] if listening is None else [listening.fileno()],
            preexec_fn=die_with_parent,  # noqa: PLW1509 (this process has one thread)
        )
    return Program(popen, log)


def run(name: str, arguments: Sequence[str], environment: Mapping[str, str], logs: Path) -> None:
    """Run a program to its end. Errors: NotStarted where it fails, or takes more than a minute."""
    program = start(name, arguments, environment, logs)
    give_up_at = time.monotonic() + 60
    while program.popen.poll() is None and time.monotonic() < give_up_at:
        time.sleep(0.02)
    if program.popen.poll() != 0:
        program.stop()
        raise NotStarted(f"{name} failed:\n{program.last_lines()}")


def die_with_parent() -> None:
    """Have the kernel ask this process to end when its parent does, however that happens."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _bare() -> dict[str, str]:
    return {name: os.environ[name] for name in PASSED_ON if name in os.environ}
