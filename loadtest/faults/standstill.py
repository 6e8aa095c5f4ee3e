"""standstill: how long the machine itself did nothing: a disk that flushes nothing, a processor nobody is given."""

import os
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

TURN: Final = 0.05  # seconds from one small write to the next
NOTICED: Final = 0.2  # seconds by which a turn must be late to be told


class Witness:
    """Writes a little and flushes it, over and over: a turn that is late was nobody's fault who is looked at."""

    def __init__(self) -> None:
        self._late: list[tuple[float, float]] = []  # when the turn ended, and how late
        self._over = threading.Event()

    def longest(self, since: float, until: float = float("inf")) -> float:
        """Return the longest standstill that reached into a stretch of time, in seconds."""
        return max((late for at, late in self._late if since <= at <= until + late), default=0.0)

    def watch(self, file: int) -> None:
        """Go on until told that it is over."""
        while True:
            began = time.monotonic()
            os.pwrite(file, b"x", 0)
            os.fdatasync(file)
            if self._over.wait(TURN):
                return
            if (late := time.monotonic() - began - TURN) > NOTICED:
                self._late.append((time.time(), late))

    def end(self) -> None:
        """Write nothing more."""
        self._over.set()


@contextmanager
def witnessed(folder: Path) -> Iterator[Witness]:
    """Watch the machine while the block runs, on the disk of a folder."""
    witness = Witness()
    with tempfile.TemporaryFile(dir=folder) as file:
        watcher = threading.Thread(target=witness.watch, args=(file.fileno(),), daemon=True)
        watcher.start()
        try:
            yield witness
        finally:
            witness.end()
            watcher.join()
