"""The terminal: a few lines while it starts, one that says READY, then what happens to the children."""

import os
import select
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO


@dataclass(slots=True)
class Terminal:
    """Where lines go: the screen as long as somebody reads it, and the supervisor's own log.

    A reader that has gone, one that stopped reading, a full disk: nothing of that holds the supervisor up.
    """

    log: Path
    screen: TextIO = field(default_factory=lambda: sys.stdout)
    started: float = field(default_factory=time.monotonic)

    def say(self, line: str) -> None:
        """Tell one thing that happened, with the seconds since the start."""
        self.write(f"approdo: {time.monotonic() - self.started:6.1f} s  {line}")

    def write(self, line: str) -> None:
        """Write one line as it is."""
        with suppress(OSError), self.log.open("a") as log:  # a full disk is no reason to end
            log.write(f"{datetime.now(UTC).isoformat(timespec='milliseconds')} {line}\n")
        _write_if_read(self.screen.fileno(), f"{line}\n".encode())


def _write_if_read(descriptor: int, line: bytes) -> None:
    """Write without ever waiting: a full pipe gets nothing, a closed one is left alone."""
    poll = select.poll()
    poll.register(descriptor, select.POLLOUT)
    try:
        if poll.poll(0):
            os.write(descriptor, line)
    except OSError:
        return
