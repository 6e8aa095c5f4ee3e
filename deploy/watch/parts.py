"""The two parts: how Prometheus and Alertmanager are started beside a system, and when they are ready."""

import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.environment import bare
from deploy.local.process import ROOT, Command, start
from deploy.local.readiness import answers
from deploy.local.refusal import CannotStart

STARTS = 60.0  # seconds
STOPS = 10.0
GLANCE = 0.1


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its name, its command line, and the loopback place it listens on, which is kept for it."""

    name: str
    command: Sequence[str]
    folder: Path
    place: str  # host:port
    kept: socket.socket
    started_in: Path = ROOT

    @property
    def address(self) -> str:
        """Where to click."""
        return f"http://{self.place}"


def prometheus(program: Path, folder: Path, port: int) -> Part:
    """Return Prometheus on `prometheus.yml` of a folder."""
    place, kept = _kept(port)
    options = {
        "config.file": folder / "prometheus.yml",
        "storage.tsdb.path": folder / "prometheus",
        "storage.tsdb.retention.time": "15d",
        "web.listen-address": place,
        "web.console.templates": folder,
        "web.console.libraries": folder,
    }
    return Part("prometheus", _command(program, options), folder, place, kept)


def alertmanager(program: Path, folder: Path, port: int) -> Part:
    """Return Alertmanager on `alertmanager.yml` of a folder; alone, so it gossips with nobody."""
    place, kept = _kept(port)
    options = {
        "config.file": folder / "alertmanager.yml",
        "storage.path": folder / "alertmanager",
        "web.listen-address": place,
        "cluster.listen-address": "",
    }
    return Part("alertmanager", _command(program, options), folder, place, kept, started_in=program.parents[2])


@contextmanager
def running(part: Part, over: threading.Event) -> Iterator[None]:
    """Run a part while the block does. Errors: CannotStart with its last lines."""
    process = start(Command(part.name, part.command, bare(os.environ), folder=part.started_in), part.folder)
    try:
        give_up_at = time.monotonic() + STARTS
        while not answers(f"{part.address}/-/ready"):
            if process.ended() is not None or time.monotonic() > give_up_at:
                raise CannotStart(f"{part.name} does not start, its last lines are:\n{process.last_lines()}")
            if over.wait(GLANCE):
                break
        yield
    finally:
        if process.ended() is None:
            process.ask(signal.SIGTERM)
        give_up_at = time.monotonic() + STOPS
        while process.ended() is None and time.monotonic() < give_up_at:
            time.sleep(GLANCE)
        process.end_group()
        process.popen.wait()
        part.kept.close()


def _command(program: Path, options: "dict[str, object]") -> list[str]:
    return [str(program), *(f"--{name}={value}" for name, value in options.items())]


def _kept(port: int) -> tuple[str, socket.socket]:
    """Return host and port, and a socket that keeps them; where the port is taken, another that is free.

    While the socket is there the kernel gives the port to nobody who connects or asks for any; who knows its number
    may listen on it (SO_REUSEADDR).
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        kept.bind(("127.0.0.1", port))
    except OSError:
        kept.bind(("127.0.0.1", 0))
    return f"127.0.0.1:{kept.getsockname()[1]}", kept
