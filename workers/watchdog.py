"""watchdog: ends the process when its event loop hangs, so that the supervisor can start another."""

import asyncio
import faulthandler
import os
import threading
from collections.abc import Callable
from datetime import timedelta

from core.hooks import Observe

LOOK_SECONDS = 1.0
HUNG = 70  # exit code: an internal software error (sysexits.h)


class Watchdog:
    """A thread that looks whether the loop still turns.

    It counts looks rather than seconds: a process that was stopped and goes on has missed none.
    """

    def __init__(self, limit: timedelta, observe: Observe, end: Callable[[int], object] = os._exit) -> None:
        """Arguments: how long the loop may stand still, who is told, and how the process is ended."""
        self._patience = max(2, round(limit.total_seconds() / LOOK_SECONDS))
        self._observe, self._end = observe, end
        self._turned = threading.Event()
        self._stopped = threading.Event()

    async def keep_turning(self) -> None:
        """Show that the loop turns, until cancelled."""
        while True:
            self._turned.set()
            await asyncio.sleep(LOOK_SECONDS / 2)

    def start(self) -> None:
        """Begin to look."""
        threading.Thread(target=self._watch, name="watchdog", daemon=True).start()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()

    def _watch(self) -> None:
        missed = 0
        while not self._stopped.wait(LOOK_SECONDS):
            missed = self.look(missed)

    def look(self, missed: int) -> int:
        """Look once; return how many looks in a row the loop has missed. End the process where they are too many."""
        if self._turned.is_set():
            self._turned.clear()
            return 0
        if missed + 1 >= self._patience:
            self._observe("loop.hung", seconds=(missed + 1) * LOOK_SECONDS)
            faulthandler.dump_traceback(all_threads=True)
            self._end(HUNG)
        return missed + 1
