"""A bell of the test's own, which it may freeze, empty, and take away for as long as it likes."""

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import redis

from deploy.local.binaries import valkey_program
from deploy.local.process import Process, start
from deploy.local.valkey import Valkey
from tests.conftest import ENVIRONMENT, PATIENCE


@dataclass
class Bell:
    """One Valkey; it is there when this is made."""

    folder: Path
    server: Valkey = field(init=False)
    process: Process = field(init=False)

    def __post_init__(self) -> None:
        (self.folder / "valkey").mkdir()
        self.server = Valkey(valkey_program(), self.folder / "valkey", self.folder, ENVIRONMENT)
        self.come_back()

    def go_away(self) -> None:
        """Die, as by kill -9; nobody starts it again."""
        self.process.end_group()
        self.process.popen.wait(PATIENCE)

    def come_back(self) -> None:
        """Start at the same address."""
        self.process = start(self.server.command(), self.folder)
        give_up_at = time.monotonic() + PATIENCE
        while not self.server.is_ready(self.process.pid):
            assert time.monotonic() < give_up_at, self.process.last_lines()
            time.sleep(0.02)

    def freeze(self) -> None:
        """Stand still, connections open."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on."""
        os.kill(self.process.pid, signal.SIGCONT)

    def forget_everything(self) -> None:
        """FLUSHALL."""
        with redis.Redis.from_url(self.server.url()) as client:
            client.flushall()
