"""Copying: the journal as it is at one instant, while counters write to it; what a backup keeps of it."""

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


def _must_be_sound(connection: sqlite3.Connection) -> None:
    (said,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if said != "ok":
        raise sqlite3.DatabaseError(f"the journal is damaged: {said}")
