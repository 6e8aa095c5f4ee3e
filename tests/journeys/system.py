"""The whole system as `make run` starts it, on free ports and a folder of its own, spoken to from outside."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import psutil

from deploy.local.readiness import has_said_where
from loadtest.ports import two_ports
from loadtest.receipt import Keys, read_keys
from tests.integration.stack.running import PATIENCE, STARTS, Running, until

ROOT = Path(__file__).resolve().parents[2]
OURS = ("APPRODO_", "DATABASE_URL", "REDIS_URL")  # settings that must not leak in from outside


@dataclass(frozen=True)
class System:
    """A running system, and a client that keeps nothing between requests but its connection."""

    running: Running
    client: httpx.Client

    @property
    def data(self) -> Path:
        """The folder of everything it keeps."""
        return self.running.data

    def address(self, name: str) -> str:
        """Return where a part is: http, ops, registries, database_url, redis_url."""
        return str(self.running.where()[name])

    def keys(self) -> Keys:
        """Return the published receipt keys, read our own way."""
        return read_keys(self.client.get("/v1/receipt-keys").json())

    def tell_registries(self, registry: str, mode: str, **rule: Any) -> None:
        """Switch the stand-ins (loadtest/standins/control.py)."""
        order = {"registry": registry, "mode": mode, **rule}
        answer = self.client.put(f"{self.address('registries')}/control", json=order)
        assert answer.status_code == 200, answer.text

    def calls(self, **wanted: str) -> dict[str, Any]:
        """Return the stand-ins' own log, or what of it is wanted."""
        return dict(self.client.get(f"{self.address('registries')}/calls", params=wanted).json())

    def metrics(self) -> dict[str, str]:
        """Return what each process shows at its /metrics now; one that has just died shows nothing."""
        shown = {}
        for run_file in (self.data / "run").glob("*.json"):
            with suppress(httpx.TransportError, FileNotFoundError):
                told = json.loads(run_file.read_text())
                shown[run_file.stem] = self.client.get(told["metrics"]).text if "metrics" in told else ""
        return shown

    def series(self, name: str) -> float:
        """Return the sum of a series over all processes and labels."""
        return sum(added_up(shown, name) for shown in self.metrics().values())

    def set_clock(self, now: str) -> None:
        """Let the civil clock read this instant."""
        answer = self.client.put(f"{self.address('ops')}/clock", json={"now": now})
        assert answer.status_code == 200, answer.text

    async def rows(self, statement: str, *arguments: object) -> list[Any]:
        """Ask the database itself."""
        async with self.connection() as connection:
            return list(await connection.fetch(statement, *arguments))

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """Give a connection to the database."""
        connection = await asyncpg.connect(self.address("database_url"))
        try:
            yield connection
        finally:
            await connection.close()

    def run(self, *command: str, input_: str | None = None) -> "subprocess.CompletedProcess[str]":
        """Run `python -m` something, with the settings an operator has on this machine."""
        addresses = {name.upper(): self.address(name) for name in ("database_url", "redis_url")}
        environment = {"PATH": os.defpath, "APPRODO_DATA": str(self.data), **addresses}
        return subprocess.run(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=environment,
            input=input_,
            capture_output=True,
            text=True,
            check=False,
        )

    @contextmanager
    def paused(self, *names: str) -> Iterator[None]:
        """Let these processes stand still while a block runs."""
        paused = [self.running.runs(name) for name in names]
        for pid in paused:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in paused:
                os.kill(pid, signal.SIGCONT)

    def restart(self, name: str, killed: Callable[[], None] = lambda: None) -> None:
        """Kill a child, tell, and wait until the supervisor has put another in its place."""
        old = self.running.kill(name)
        killed()
        until(lambda: self._serves(name, old), self.running.said)

    def restart_everything(self, killed: Callable[[], None]) -> None:
        """Kill the supervisor, and with it all it started, tell, and start again on the same data and ports."""
        self.running.children()
        ours = psutil.Process(self.running.process.pid).environ()
        self.running.process.kill()
        self.running.process.wait(PATIENCE)
        killed()
        until(lambda: not self.running.left())
        settings = {name: value for name, value in ours.items() if name.startswith(OURS)}
        self.running.process = _supervisor(self.running.house, settings)
        _wait_for_ready(self.running)

    def _serves(self, name: str, old: int) -> bool:
        pid = self.running.pid(name)
        return pid not in (None, old) and has_said_where(self.data / "run" / f"{name}.json", pid)


def added_up(shown: str, name: str) -> float:
    """Return the sum of a series over its labels, of one process."""
    samples = (line for line in shown.splitlines() if line.startswith((f"{name} ", f"{name}{{")))
    return sum(float(line.split()[-1]) for line in samples)


@contextmanager
def running_system(before: Callable[[Path], object] = lambda _: None, **settings: str) -> Iterator[System]:
    """Start everything, wait for READY, and leave nothing behind. `before` is given the data folder to come."""
    folder = Path(tempfile.mkdtemp(prefix="approdo-house-"))
    before(folder / "data")
    running = Running(folder, folder / "data", _supervisor(folder, {**two_ports(), **settings}), folder / "screen.txt")
    try:
        _wait_for_ready(running)
        with httpx.Client(base_url=running.where()["http"], timeout=PATIENCE, trust_env=False) as client:
            yield System(running, client)
    finally:
        running.process.terminate()
        running.process.wait(PATIENCE)
        shutil.rmtree(folder, ignore_errors=True)
    assert running.left() == []


def _supervisor(folder: Path, settings: Mapping[str, str]) -> "subprocess.Popen[bytes]":
    environment = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    with (folder / "screen.txt").open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.local"],
            cwd=ROOT,
            env={**environment, "APPRODO_DATA": str(folder / "data"), **settings},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def _wait_for_ready(running: Running) -> None:
    until(lambda: "\nREADY" in running.said() or running.ended(), running.said, STARTS)
    assert not running.ended(), running.said()
    running.children()
