"""others: what programs that are no part of a scenario took of the machine while it ran."""

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from loadtest.bench import cpu
from loadtest.rehearsal.folder import OTHERS
from loadtest.rehearsal.sampling import Use

LOOKS: Final = 1.0  # seconds from one look to the next: whoever ends between two is forgotten for so long
MOST: Final = 0.3  # cores that others may use before a miss of a time may be theirs


class Others:
    """Looks now and then at everything that was begun here; the rest of what the machine does is done by others.

    `seconds`: of CPU, that they used.
    """

    def __init__(self) -> None:
        self._use, self._began, self._over = Use(), time.monotonic(), threading.Event()
        self.seconds = 0.0
        self._look()

    @property
    def cores(self) -> float:
        """How many cores they used, on average."""
        return self.seconds / max(LOOKS, time.monotonic() - self._began)

    def watch(self) -> None:
        """Look until told that it is over."""
        while not self._over.wait(LOOKS):
            self._look()

    def end(self) -> None:
        """Look once more."""
        self._over.set()
        self._look()

    def _look(self) -> None:
        found = self._use.look([("begun here", child) for child in cpu.children(os.getpid())])
        self.seconds = float(found[OTHERS][0] or 0.0)


@contextmanager
def watched() -> Iterator[Others]:
    """Watch them while the block runs."""
    others = Others()
    watcher = threading.Thread(target=others.watch, daemon=True)
    watcher.start()
    try:
        yield others
    finally:
        others.end()
        watcher.join()


def theirs(missed: str, cores: float) -> str:
    """Say that a miss may be theirs."""
    return f"{missed}, but programs that are no part of it used {cores:.1f} of {os.cpu_count()} cores: do it again"
