"""The mark: one page that all counters of a machine share: whether entries may wait, and how far numbers have come."""

import mmap
import os
import struct
from pathlib import Path
from typing import NamedTuple

FILE = "waiting"
_PAGE = mmap.PAGESIZE
_WAITING, _INTERRUPTED, _REACHED = 0, 1, 8
_STANDS = struct.Struct("<Q4s")


class Reached(NamedTuple):
    """The highest number that was given out, and the register that gave it."""

    number: int
    register: str


class WaitingMark:
    """Written only inside a transaction of the journal, so that it is never behind what is committed there.

    It is a page of a file in shared memory, written out at once so that a full disk cannot take it away later. That
    something may wait is on the disk before it is committed, so that no power cut hides it; the rest may be old after
    one, and whoever opens the journal sets it anew.
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

    @property
    def reached(self) -> Reached:
        """Return how far numbers had come when somebody last noted it."""
        number, register = _STANDS.unpack_from(self._page, _REACHED)
        return Reached(number, register.rstrip(b"\0").decode("ascii", "replace"))

    def reach(self, number: int, register: str) -> None:
        """Note how far numbers have come."""
        _STANDS.pack_into(self._page, _REACHED, number, register.encode())

    def set(self, *, waiting: bool | None = None, interrupted: bool | None = None) -> None:
        """Change what is given; the caller is in a transaction of the journal that writes."""
        for place, value in ((_WAITING, waiting), (_INTERRUPTED, interrupted)):
            if value is not None and self._page[place] != value:
                self._page[place] = value
                if value:
                    self._page.flush()

    def close(self) -> None:
        """Let the page go."""
        self._page.close()


def may_wait(folder: Path, journal: Path) -> bool:
    """Say whether entries may wait in a folder whose journal nobody can open; where nobody can tell, that they do."""
    try:
        return (folder / FILE).read_bytes()[:1] != b"\0"
    except FileNotFoundError:
        return journal.exists()
    except OSError:
        return True
