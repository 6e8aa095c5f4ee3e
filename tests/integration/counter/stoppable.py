"""A store of one's own: a real PostgreSQL that can be stopped under a running counter, and started again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deploy.local.postgres import Postgres
from deploy.local.process import ROOT, Process, start

PATIENCE = 60.0
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"}


class Store:
    """The server, running or not."""

    def __init__(self, server: Postgres) -> None:
        self._server = server
        self._process: Process | None = None

    @property
    def url(self) -> str:
        """Where its database is."""
        return self._server.url()

    @property
    def pid(self) -> int:
        """The process of the server."""
        assert self._process is not None
        return self._process.pid

    def start(self, *options: str) -> None:
        """Start it, with options that go before its own (`fsync=off`), and wait until it takes connections."""
        self._server.clear(lambda: time.sleep(0.01))
        command = self._server.command()
        command = replace(command, arguments=[*command.arguments, *(f"--{option}" for option in options)])
        process = self._process = start(command, self._server.logs)
        give_up_at = time.monotonic() + PATIENCE
        while not self._server.is_ready(process.pid):
            assert process.ended() is None, process.last_lines()
            assert time.monotonic() < give_up_at, "it does not come up"
            time.sleep(0.01)

    def kill(self) -> None:
        """End it, and its backends with it, as a crash would."""
        if self._process is not None:
            self._process.ask(signal.SIGQUIT)
            self._process.popen.wait(PATIENCE)
            self._process.end_group()
            self._process = None


@contextmanager
def stoppable_store(like: Postgres) -> Iterator[Store]:
    """Make a server with the tables in it, of the same binaries as another, running; end it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="approdo-store-"))
    try:
        logs = folder / "logs"
        logs.mkdir()
        like.who.owns(folder)
        server = Postgres(like.binaries, folder / "postgres", folder / "sockets", logs, like.who, ENVIRONMENT)
        server.prepare(lambda: time.sleep(0.01))
        store = Store(server)
        try:
            store.start()
            migrate = [sys.executable, "-m", "core.storage.migrate"]
            subprocess.run(migrate, env={**ENVIRONMENT, "DATABASE_URL": store.url}, cwd=ROOT, check=True)
            yield store
        finally:
            store.kill()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
