"""The journal: the register's own durable store, one SQLite file for all counters of a machine."""

import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from uuid import UUID

from core.domain.register import Entry, Imported, Interruption
from ingest.emergency import sql
from ingest.emergency.rows import about, bare, read_at, written_at
from ingest.emergency.sealing import Box, Unreadable
from ingest.emergency.waiting_mark import FILE as MARK
from ingest.emergency.waiting_mark import Reached, WaitingMark

BUSY_SECONDS = 2.0  # for another counter's transaction; each takes one flush
LOOK_SECONDS = 0.2  # for a look from the event loop, which no writer ever holds up
FILE = "register.sqlite"
VERSION = 1  # of the tables; what was added since is read by this program, what comes later is not
_MAKING = threading.Lock()  # none of this process opens a journal that another thread of it is making
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # of a register's name; I and O look like digits


class Journal:
    """One connection to the journal; each thread has its own. All errors are sqlite3.Error or OSError.

    Contents are sealed with a key of the keys folder; files are readable by their owner alone. Numbers are given in
    the transaction that writes the entry, are never given twice and leave no gap.
    """

    def __init__(self, folder: Path, box: Box, *, patience: float = BUSY_SECONDS) -> None:
        """Open the journal in a folder, or make it on the first run."""
        self._box = box
        self._given = 0  # the highest number of the transaction
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / FILE
        _make(path)
        self.mark = WaitingMark(folder / MARK)
        self._connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._must_be_ours()
        self.register = self._begun()
        self.cut = self._cut()

    def _must_be_ours(self) -> None:
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            self.close()
            raise NewerJournal(f"the journal is of version {version}, and this program knows up to {VERSION}")

    def _cut(self) -> Reached | None:
        """Return how far numbers had come, where the journal knows less of them than the mark: a part of it is gone.

        No fault of a process or of power does that; a storage that does not keep what it confirms does, or a hand.
        From then on the numbers go on where they had come to: none is given twice.
        """
        reached = self.mark.reached
        if not reached.number or (reached.register == self.register and reached.number < self.next_number()):
            return None
        with self.transaction():  # which holds the one that gives out the next number off
            if reached.register == self.register and reached.number < self.next_number():
                return None
            self._connection.execute(sql.NOTE_CUT, (f"{reached.register}-{reached.number:07}",))
            if reached.register == self.register:
                self._connection.execute(sql.REMEMBER, ("reached", str(reached.number)))
            self.mark.reach(self.next_number() - 1, self.register)
        return reached

    def _begun(self) -> str:
        known = self._name_if_made()
        if known is not None and not self._has_stale_mark():
            return known
        with self.transaction():
            for statement in sql.SCHEMA:
                self._connection.execute(statement)
            name = "".join(secrets.choice(_LETTERS) for _ in range(4))
            self._connection.execute("INSERT OR IGNORE INTO meta VALUES ('register', ?)", (name,))
            self._connection.execute(f"PRAGMA user_version = {VERSION}")
            self._set_mark()
            made = self._name_if_made()
        assert made is not None
        return made

    def _name_if_made(self) -> str | None:
        try:
            row = self._connection.execute("SELECT value FROM meta WHERE name = 'register'").fetchone()
        except sqlite3.OperationalError:  # no table yet; anything worse comes again in what follows
            return None
        return str(row[0]) if row else None

    def _has_stale_mark(self) -> bool:
        waiting, interrupted = self._connection.execute(sql.STANDING).fetchone()
        return bool(waiting) > self.mark.waiting or bool(interrupted) > self.mark.interrupted

    def mark_anew(self) -> None:
        """Let the mark say what is so: it stays set after a transaction that was rolled back."""
        with self.transaction():
            self._set_mark()

    def _set_mark(self) -> None:
        waiting, interrupted = self._connection.execute(sql.STANDING).fetchone()
        self.mark.set(waiting=bool(waiting), interrupted=bool(interrupted))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write alone until the block ends; durable once it has ended well.

        Errors: CommitUnknown where the commit itself failed and was not for want of room.
        """
        self._connection.execute("BEGIN IMMEDIATE")
        self._given = 0
        try:
            yield
        except BaseException:
            self._roll_back()
            raise
        try:
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back()
            if getattr(error, "sqlite_errorcode", 0) in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_BUSY):
                raise
            raise CommitUnknown from error
        if self._given > self.mark.reached.number:
            self.mark.reach(self._given, self.register)

    def _roll_back(self) -> None:
        """A full disk has rolled it back already."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def interruption(self, cause: str, began_at: datetime) -> Interruption:
        """Return the interruption that is open, or begin one; inside a transaction."""
        row = self._connection.execute(sql.OPEN_INTERRUPTION).fetchone()
        if row is None:
            self._connection.execute(sql.BEGIN_INTERRUPTION, (cause, written_at(began_at)))
            self.mark.set(interrupted=True)
            return Interruption(cause, began_at)
        return Interruption(row["cause"], read_at(row["began_at"]))

    def latest_interruption(self) -> Interruption | None:
        """Return the interruption that began last, open or not."""
        row = self._connection.execute("SELECT * FROM interruption ORDER BY number DESC LIMIT 1").fetchone()
        return Interruption(row["cause"], read_at(row["began_at"])) if row else None

    def end_interruption(self, at: datetime) -> None:
        """Note that the ledger answers again; a transaction of its own."""
        with self.transaction():
            self._connection.execute("UPDATE interruption SET ended_at = ? WHERE ended_at IS NULL", (written_at(at),))
            self.mark.set(interrupted=False)

    def next_number(self) -> int:
        """Return the next number of this register; inside a transaction."""
        return int(self._connection.execute(sql.LAST_NUMBER, {"register": self.register}).fetchone()[0]) + 1

    def latest_at(self) -> datetime | None:
        """Return when the latest entry was registered, so that no later one seems older."""
        row = self._connection.execute(sql.LATEST_AT, (self.register,)).fetchone()
        return read_at(row[0]) if row else None

    def add(self, entry: Entry) -> None:
        """Write an entry; inside a transaction. One that is there already stays as it is."""
        self.mark.set(waiting=True)
        if entry.register == self.register:
            self._given = max(self._given, entry.number)
        sealed = self._box.seal(entry.content, about(entry.draft_id, entry.register, entry.number))
        self._connection.execute(
            sql.INSERT,
            (
                entry.register,
                entry.number,
                entry.draft_id.bytes,
                entry.operation,
                entry.section,
                entry.base,
                entry.digest,
                entry.key.bytes if entry.key else None,
                written_at(entry.arrived_at),
                written_at(entry.registered_at),
                entry.ahead.total_seconds(),
                entry.interruption.cause,
                written_at(entry.interruption.began_at),
                entry.key_id,
                sealed,
                entry.outcome,
                entry.copies,
            ),
        )

    def holds(self, draft_id: UUID) -> bool:
        """Say whether entries of a draft wait for the ledger."""
        return self.mark.waiting and self._connection.execute(sql.HOLDS, (draft_id.bytes,)).fetchone() is not None

    def of_draft(self, draft_id: UUID) -> list[Entry]:
        """Return all entries of a draft that count, oldest first; those imported without their content.

        Errors: Unreadable.
        """
        return [self._entry(row) for row in self._connection.execute(sql.OF_DRAFT, (draft_id.bytes,))]

    def waiting(self, most: int) -> list[Entry | tuple[Entry, bytes]]:
        """Return the oldest waiting entry of each draft, at most so many; with its sealed bytes where it cannot be
        opened."""
        found: dict[bytes, Entry | tuple[Entry, bytes]] = {}
        for row in self._connection.execute(sql.WAITING):
            if row["draft_id"] not in found:
                found[row["draft_id"]] = self._entry_or_sealed(row)
                if len(found) >= most:
                    break
        return list(found.values())

    def settle(self, done: Sequence[tuple[Entry, Imported]]) -> None:
        """Note what became of entries and forget their contents; a transaction of its own."""
        with self.transaction():
            for entry, imported in done:
                self._connection.execute(sql.SETTLE, (imported.outcome, imported.reason, entry.register, entry.number))
            self._set_mark()

    def void(self, entries: Sequence[Entry]) -> None:
        """Take entries back that were never acknowledged; their numbers stay used. A transaction of its own."""
        with self.transaction():
            self._connection.executemany(sql.VOID, [(one.register, one.number) for one in entries])
            self._set_mark()

    def has_copies(self, entries: Sequence[Entry], copies: int) -> None:
        """Note how many copies of entries are durable; a transaction of its own."""
        with self.transaction():
            self._connection.executemany(sql.COPIED, [(copies, one.register, one.number) for one in entries])

    def remember(self, name: str, value: str) -> None:
        """Keep a small fact over restarts; a transaction of its own."""
        with self.transaction():
            self._connection.execute(sql.REMEMBER, (name, value))

    def remembered(self, name: str) -> str | None:
        """Return a small fact that was kept."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def backlog(self) -> tuple[int, datetime | None]:
        """Return how many entries wait, and since when the oldest does."""
        count, oldest = self._connection.execute(sql.BACKLOG).fetchone()
        return count, read_at(oldest) if oldest else None

    def totals(self) -> list[sqlite3.Row]:
        """Return what was registered, day by day (UTC): day, operation, outcome, entries, first and last number."""
        return self._connection.execute(sql.TOTALS, (self.register,)).fetchall()

    def interruptions(self) -> list[sqlite3.Row]:
        """Return every interruption: cause, began_at, ended_at, oldest first."""
        return self._connection.execute("SELECT * FROM interruption ORDER BY number").fetchall()

    def cuts(self) -> list[tuple[str, str]]:
        """Return every time a part of the journal was found gone: the last number that was known, and when."""
        return [(row["number"], row["at"]) for row in self._connection.execute(sql.CUTS)]

    def shrink(self) -> None:
        """Bring the journal into its main file and cut its log, so that nothing of what was erased stays there."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()
        self.mark.close()

    def _entry_or_sealed(self, row: sqlite3.Row) -> Entry | tuple[Entry, bytes]:
        try:
            return self._entry(row)
        except Unreadable:
            return bare(row), row["sealed"] or b""

    def _entry(self, row: sqlite3.Row) -> Entry:
        sealed = row["sealed"]
        opens_with = about(UUID(bytes=row["draft_id"]), row["register"], row["number"])
        return bare(row, b"" if sealed is None else self._box.open(sealed, opens_with))


def _make(path: Path) -> None:
    """Make the file, readable by its owner alone; SQLite gives its other files the same mode.

    One that is there is not even opened. Closing it would let go every lock that this process has on it (POSIX), and
    with them what keeps another counter, as it ends, from taking away the log that is being read and written here:
    from then on each would see entries of its own (sqlite.org, "How To Corrupt An SQLite Database File", 2.2).
    """
    with _MAKING, suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


class NewerJournal(sqlite3.DatabaseError):
    """A later program has written it: nothing is read from it and nothing entered, so that nothing of it is lost."""


class CommitUnknown(sqlite3.Error):
    """The commit failed in a way that does not say whether it is on disk."""
