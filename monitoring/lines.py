"""The way out of a log line: a bounded queue and one thread, so that a stopped reader never stops a writer."""

import os
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue

_LAST = b""  # what `close` puts in the queue; no line is empty
_AT_ONCE = 500  # lines joined in one write


class Lines:
    """Writes lines to a file descriptor from its own thread.

    A full disk, a closed pipe or a reader that has stopped reading cost lines, which are counted; they never cost
    the caller an error or a wait.
    """

    def __init__(self, fd: int, *, room: int = 10_000) -> None:
        """Take the descriptor to write to, and how many lines may wait."""
        self.lost = 0
        self._fd = fd
        self._room = room
        self._waiting: SimpleQueue[bytes] = SimpleQueue()
        self._thread = threading.Thread(target=self._write_all, name="log-lines", daemon=True)
        self._thread.start()

    def put(self, line: bytes) -> None:
        """Take one line, without its end; where there is no room it is lost and counted."""
        if self._waiting.qsize() >= self._room:
            self.lost += 1
        else:
            self._waiting.put(line + b"\n")

    def close(self, seconds: float = 1.0) -> None:
        """Write what is waiting, for at most `seconds`."""
        self._waiting.put(_LAST)
        self._thread.join(seconds)

    def _write_all(self) -> None:
        while lines := self._next():
            closing = lines[-1] is _LAST
            self._write(b"".join(lines), len(lines) - closing)
            if closing:
                return

    def _next(self) -> list[bytes]:
        lines = [self._waiting.get()]
        with suppress(Empty):
            while lines[-1] is not _LAST and len(lines) < _AT_ONCE:
                lines.append(self._waiting.get_nowait())
        return lines

    def _write(self, block: bytes, lines: int) -> None:
        try:
            while block:
                block = block[os.write(self._fd, block) :]
        except OSError:
            self.lost += lines
