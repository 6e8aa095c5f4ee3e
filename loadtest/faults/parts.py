"""parts: a PostgreSQL and a Valkey outside the supervisor's care, which a scenario breaks and nobody starts again."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from loadtest.bench.cpu import children
from loadtest.faults.programs import Programs
from loadtest.processes import stand_still
from loadtest.rehearsal.stack import ROOT, NotStarted

ENDS: Final = 20.0  # seconds


@dataclass(slots=True)
class Parts:
    """Both, on a folder of their own."""

    folder: Path
    programs: Programs
    popen: "subprocess.Popen[str]"
    database_url: str
    redis_url: str
    postgresql: int
    valkey: int

    @property
    def postgres_socket(self) -> Path:
        """The socket PostgreSQL listens on."""
        return Path(parse_qs(urlsplit(self.database_url).query)["host"][0]) / ".s.PGSQL.5432"

    @property
    def valkey_socket(self) -> Path:
        """The socket Valkey listens on."""
        return Path(urlsplit(self.redis_url).path)

    def signal_postgres(self, number: signal.Signals) -> None:
        """Send a signal to the server and each of its backends; it stands still first, so that it begins no more."""
        stand_still(self.postgresql)
        for pid in (self.postgresql, *children(self.postgresql)):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def end(self) -> None:
        """Stop both; they end when their standard input does, so they end with us however we end."""
        with suppress(OSError):
            assert self.popen.stdin is not None
            self.popen.stdin.close()
        try:
            self.popen.wait(ENDS)
        except subprocess.TimeoutExpired:
            self.popen.terminate()
            self.popen.wait(ENDS)


def begin(folder: Path, programs: Programs) -> Parts:
    """Start both on a folder; its database is made if there is none. Errors: NotStarted."""
    popen = subprocess.Popen(
        [sys.executable, "-m", "deploy.local.parts"],
        env={**os.environ, "APPRODO_DATA": str(folder), "APPRODO_POSTGRES_BIN": str(programs.folder)},
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert popen.stdout is not None
    line = popen.stdout.readline()
    if not line:
        popen.wait(ENDS)
        raise NotStarted(f"PostgreSQL and Valkey do not start; see {folder / 'logs'}")
    return Parts(folder, programs, popen, **json.loads(line))


@contextmanager
def beginning(folder: Path, programs: Programs) -> Iterator[Parts]:
    """Run both while the block runs."""
    parts = begin(folder, programs)
    try:
        yield parts
    finally:
        parts.end()
