"""A process: started in a session of its own, writing to its own log, and never outliving us."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.linux import die_with_parent

ROOT = Path(__file__).absolute().parents[2]
PRIVATE = 0o077  # umask: what we write is ours alone
LOG_BYTES = 10_000_000  # a log longer than this is set aside when its process starts


def as_we_are() -> None:
    """Change nothing about who the new process runs as."""


@dataclass(frozen=True, slots=True)
class Command:
    """How to start one process.

    `arguments` never hold a secret (anyone can read them); secrets travel in `environment`, which is the whole of
    what the process gets. `sockets` are descriptors it inherits; `told` is what it reads on its standard input.
    `become` runs between fork and exec. `when_we_die` is the signal the kernel sends it if this process
    ends, even by kill -9.
    """

    name: str
    arguments: Sequence[str | Path]
    environment: Mapping[str, str]
    sockets: Sequence[int] = ()
    told: bytes = b""
    folder: Path = ROOT
    become: Callable[[], None] = as_we_are
    when_we_die: signal.Signals = signal.SIGKILL


@dataclass(slots=True)
class Process:
    """One running process."""

    popen: "subprocess.Popen[bytes]"
    log: Path
    log_start: int
    started: float = field(default_factory=time.monotonic)

    @property
    def pid(self) -> int:
        """Its process id, which is also the id of its group and session."""
        return self.popen.pid

    def ended(self) -> int | None:
        """Return its exit code (minus the signal's number if a signal ended it), None while it runs."""
        return self.popen.poll()

    def ask(self, number: signal.Signals) -> None:
        """Send it a signal, it alone, which it gets even if it is frozen."""
        self.popen.send_signal(number)
        self.popen.send_signal(signal.SIGCONT)

    def end_group(self) -> None:
        """Kill whatever is left of its process group."""
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):  # gone, and perhaps its number is somebody else's by now
            return

    def last_lines(self, count: int = 12) -> str:
        """Return the last lines it wrote since it was started."""
        written = b""
        with suppress(OSError), self.log.open("rb") as log:
            log.seek(max(self.log_start, self.log.stat().st_size - 8_000))
            written = log.read()
        return "\n".join(written.decode(errors="replace").strip().splitlines()[-count:])


def start(command: Command, logs: Path) -> Process:
    """Start a command, with `<logs>/<name>.log` for what it says.

    Errors: OSError if it cannot be executed; subprocess.SubprocessError if it cannot become who it should be.
    """
    log = logs / f"{command.name}.log"
    _set_aside_if_long(log)
    parent = os.getpid()

    def between_fork_and_exec() -> None:
        _forget_signal_settings()
        command.become()
        die_with_parent(parent, command.when_we_die)

    with log.open("ab") as output, _to_be_read(command.told) as told:
        log_start = output.tell()
        popen = subprocess.Popen(  # noqa: S603 (commands of our own making)
            [os.fspath(part) for part in command.arguments],
            env=dict(command.environment),
            cwd=command.folder,
            stdin=told,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=tuple(command.sockets),
            start_new_session=True,
            umask=PRIVATE,
            preexec_fn=between_fork_and_exec,  # noqa: PLW1509 (this process has one thread)
        )
    return Process(popen, log, log_start)


def run_to_end(
    command: Command, logs: Path, *, patience: float, tick: Callable[[], None] = lambda: time.sleep(0.02)
) -> tuple[int, str]:
    """Run a command that ends by itself; return its exit code and what it wrote.

    `patience` is in seconds, after which it is killed. `tick` is called while it runs and may raise to give up.
    """
    process = start(command, logs)
    give_up_at = time.monotonic() + patience
    try:
        while process.ended() is None and time.monotonic() < give_up_at:
            tick()
    finally:
        process.end_group()
        code = process.popen.wait()
    return code, process.last_lines(count=200)


@contextmanager
def _to_be_read(text: bytes) -> Iterator[int]:
    """Give a descriptor from which a short text can be read, and then its end."""
    reading, writing = os.pipe()
    try:
        os.write(writing, text)
        os.close(writing)
        yield reading
    finally:
        os.close(reading)


def _forget_signal_settings() -> None:
    """Undo what a shell's background job inherits (SIGINT ignored) and what our own handlers block."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _set_aside_if_long(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES:
        log.replace(log.with_suffix(".log.1"))
