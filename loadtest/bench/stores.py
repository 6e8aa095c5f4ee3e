"""The stores under measurement: a PostgreSQL and a Valkey of our own, on a fresh folder, with every flush on."""

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from loadtest.bench import database
from loadtest.bench.program import ROOT, NotStarted, run

CIVIL_NOW = "2025-11-20T09:00:00+01:00"  # inside the filing window of the programme
USUAL = "usual"  # the database of the usual way


@dataclass(frozen=True, slots=True)
class Stores:
    """Where they are, and the process ids whose descendants are all there is of them."""

    folder: Path
    database_url: str
    redis_url: str
    postgresql: int
    valkey: int

    @property
    def logs(self) -> Path:
        """The folder of logs."""
        return self.folder / "logs"

    @property
    def usual_url(self) -> str:
        """The address of the usual way's own database in the same server."""
        return urlunsplit(urlsplit(self.database_url)._replace(path=f"/{USUAL}"))

    @property
    def environment(self) -> dict[str, str]:
        """What a program of ours needs to find everything."""
        return {
            "APPRODO_DATA": str(self.folder),
            "APPRODO_CIVIL_NOW": CIVIL_NOW,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
        }

    def ask(self, statement: str, *arguments: object) -> object:
        """Run one statement on our database and return its first value."""
        with database.opened(self.database_url) as ledger:
            return ledger.value(statement, *arguments)


@contextmanager
def running(folder: Path) -> Iterator[Stores]:
    """Run both on a folder that is emptied first, with our tables made; the folder goes when all went well.

    Errors: NotStarted.
    """
    _empty(folder)
    parts = _start(folder)
    try:
        stores = _said(parts, folder)
        run("migrate", ["-m", "core.storage.migrate"], stores.environment, stores.logs)
        stores.ask(f"CREATE DATABASE {USUAL} TEMPLATE template0")
        yield stores
    finally:
        _stop(parts)
    shutil.rmtree(folder, ignore_errors=True)


def _empty(folder: Path) -> None:
    """Remove what an earlier run left, unless it still runs."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise NotStarted(f"another bench is running on {folder}") from None
    for child in folder.iterdir():
        shutil.rmtree(child) if child.is_dir() else child.unlink()


def _start(folder: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "deploy.local.parts"],
        env={**os.environ, "APPRODO_DATA": str(folder)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def _said(parts: "subprocess.Popen[str]", folder: Path) -> Stores:
    assert parts.stdout is not None
    line = parts.stdout.readline()
    if not line:
        raise NotStarted(f"PostgreSQL and Valkey do not start; see {folder / 'logs'}")
    return Stores(folder=folder, **json.loads(line))


def _stop(parts: "subprocess.Popen[str]") -> None:
    """They end when their standard input does, so they end with us however we end."""
    with suppress(OSError):
        assert parts.stdin is not None
        parts.stdin.close()
    try:
        parts.wait(20)
    except subprocess.TimeoutExpired:
        parts.terminate()
        parts.wait(20)
