"""Copying: the journal as it is at one instant, while counters write to it, and back: what a backup keeps of it."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ingest.emergency.journal import FILE


def copy(folder: Path, into: Path) -> None:
    """Copy the journal of a folder into another, which is made. Errors: sqlite3.Error where it is damaged, OSError.

    A journal that is opened from a copy draws a name of its own: what is entered in it never has a number that was
    given out elsewhere after the copy was made. What waits in it keeps its name and number.
    """
    into.mkdir(mode=0o700)
    os.close(os.open(into / FILE, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    with (
        closing(sqlite3.connect(f"file:{folder / FILE}?mode=rw", uri=True)) as theirs,
        closing(sqlite3.connect(into / FILE)) as ours,
    ):
        theirs.backup(ours)
        with ours:
            ours.execute("UPDATE meta SET name = 'earlier ' || value WHERE name = 'register'")
            ours.execute("DELETE FROM meta WHERE name = 'reached'")
        _must_be_sound(ours)
    with (into / FILE).open("rb") as written:
        os.fsync(written.fileno())


def bring_back(folder: Path, copied: Path) -> int:
    """Let what waited in a copy wait in the journal of a folder, which nobody uses now; return how many entries.

    For a ledger that was restored: it may know nothing of what was brought in after the copy was made, and takes each
    entry once. What the journal has taken in since stays. Errors: sqlite3.Error where one of them is damaged, OSError.
    """
    with closing(sqlite3.connect(f"file:{folder / FILE}?mode=rw", uri=True, isolation_level=None)) as ours:
        ours.execute("PRAGMA synchronous = FULL")
        ours.execute("ATTACH ? AS copied", (str(copied / FILE),))
        for name in ("main", "copied"):
            _must_be_sound(ours, name)
        return ours.execute(_BRING_BACK).rowcount


def _must_be_sound(connection: sqlite3.Connection, name: str = "main") -> None:
    (said,) = connection.execute(f"PRAGMA {name}.quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(f"the journal is damaged: {said}")


_BRING_BACK = """
INSERT OR REPLACE INTO main.entry SELECT * FROM copied.entry AS theirs
WHERE outcome = 'waiting' AND NOT EXISTS (
    SELECT 1 FROM main.entry AS ours
    WHERE ours.register = theirs.register AND ours.number = theirs.number AND ours.outcome IN ('waiting', 'void')
)
"""
