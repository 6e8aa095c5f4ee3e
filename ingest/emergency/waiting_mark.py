"""The mark: one byte that all counters of a machine share, which says whether entries may wait. A save looks at it."""

import mmap
import os
from pathlib import Path

_PAGE = mmap.PAGESIZE
_WAITING, _INTERRUPTED = 0, 1


class WaitingMark:
    """Written only inside a transaction of the journal, so that it is never behind what is committed there.

    It is a page of a file in shared memory, written out at once so that a full disk cannot take it away later. After a
    power cut it may be old: whoever opens the journal sets it anew.
    """

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < _PAGE:
                os.pwrite(descriptor, bytes(_PAGE), 0)
                os.fsync(descriptor)
            self._page = mmap.mmap(descriptor, _PAGE)
        finally:
            os.close(descriptor)

    @property
    def waiting(self) -> bool:
        """Say whether entries may wait for the ledger."""
        return self._page[_WAITING] != 0

    @property
    def interrupted(self) -> bool:
        """Say whether an interruption may be open."""
        return self._page[_INTERRUPTED] != 0

    def set(self, *, waiting: bool | None = None, interrupted: bool | None = None) -> None:
        """Change what is given; the caller is in a transaction of the journal that writes."""
        for place, value in ((_WAITING, waiting), (_INTERRUPTED, interrupted)):
            if value is not None:
                self._page[place] = value

    def close(self) -> None:
        """Let the page go."""
        self._page.close()
