"""The journal: the register's own durable store, one SQLite file for all counters of a machine."""

import os
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from core.domain.register import Entry, Imported, Interruption, Operation, Outcome
from ingest.emergency.sealing import Box, Unreadable
from ingest.emergency.waiting_mark import WaitingMark

BUSY_SECONDS = 2.0  # for another counter's transaction; each takes one flush
LOOK_SECONDS = 0.2  # for a look from the event loop, which no writer ever holds up
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # of a register's name; I and O look like digits


class Journal:
    """One connection to the journal; each thread has its own. All errors are sqlite3.Error or OSError.

    Contents are sealed with a key of the keys folder; files are readable by their owner alone. Numbers are given in
    the transaction that writes the entry, are never given twice and leave no gap.
    """

    def __init__(self, folder: Path, box: Box, *, patience: float = BUSY_SECONDS) -> None:
        """Open the journal in a folder, or make it on the first run."""
        self._box = box
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / "register.sqlite"
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # SQLite gives its other files the mode of this one
        self.mark = WaitingMark(folder / "waiting")
        self._connection = sqlite3.connect(path, timeout=patience, isolation_level=None, check_same_thread=False)
        self._connection.row_factory = sqlite3.Row
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")
        self.register = self._begun()

    def _begun(self) -> str:
        known = self._name_if_made()
        if known is not None and not self._has_stale_mark():
            return known
        with self.transaction():
            for statement in _SCHEMA:
                self._connection.execute(statement)
            name = "".join(secrets.choice(_LETTERS) for _ in range(4))
            self._connection.execute("INSERT OR IGNORE INTO meta VALUES ('register', ?)", (name,))
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
        waiting, interrupted = self._connection.execute(_STANDING).fetchone()
        return bool(waiting) > self.mark.waiting or bool(interrupted) > self.mark.interrupted

    def mark_anew(self) -> None:
        """Let the mark say what is so: it stays set after a transaction that was rolled back."""
        with self.transaction():
            self._set_mark()

    def _set_mark(self) -> None:
        waiting, interrupted = self._connection.execute(_STANDING).fetchone()
        self.mark.set(waiting=bool(waiting), interrupted=bool(interrupted))

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Write alone until the block ends; durable once it has ended well.

        Errors: CommitUnknown where the commit itself failed and was not for want of room.
        """
        self._connection.execute("BEGIN IMMEDIATE")
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

    def _roll_back(self) -> None:
        """A full disk has rolled it back already."""
        if self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def interruption(self, cause: str, began_at: datetime) -> Interruption:
        """Return the interruption that is open, or begin one; inside a transaction."""
        row = self._connection.execute(_OPEN_INTERRUPTION).fetchone()
        if row is None:
            self._connection.execute("INSERT INTO interruption (cause, began_at) VALUES (?, ?)", (cause, _at(began_at)))
            self.mark.set(interrupted=True)
            return Interruption(cause, began_at)
        return Interruption(row["cause"], _read_at(row["began_at"]))

    def latest_interruption(self) -> Interruption | None:
        """Return the interruption that began last, open or not."""
        row = self._connection.execute("SELECT * FROM interruption ORDER BY number DESC LIMIT 1").fetchone()
        return Interruption(row["cause"], _read_at(row["began_at"])) if row else None

    def end_interruption(self, at: datetime) -> None:
        """Note that the ledger answers again; a transaction of its own."""
        with self.transaction():
            self._connection.execute("UPDATE interruption SET ended_at = ? WHERE ended_at IS NULL", (_at(at),))
            self.mark.set(interrupted=False)

    def next_number(self) -> int:
        """Return the next number of this register; inside a transaction."""
        return int(self._connection.execute(_LAST_NUMBER, (self.register,)).fetchone()[0]) + 1

    def latest_at(self) -> datetime | None:
        """Return when the latest entry was registered, so that no later one seems older."""
        row = self._connection.execute(_LATEST_AT, (self.register,)).fetchone()
        return _read_at(row[0]) if row else None

    def add(self, entry: Entry) -> None:
        """Write an entry; inside a transaction. One that is there already stays as it is."""
        self.mark.set(waiting=True)
        sealed = self._box.seal(entry.content, _about(entry.draft_id, entry.register, entry.number))
        self._connection.execute(
            _INSERT,
            (
                entry.register,
                entry.number,
                entry.draft_id.bytes,
                entry.operation,
                entry.section,
                entry.base,
                entry.digest,
                entry.key.bytes if entry.key else None,
                _at(entry.arrived_at),
                _at(entry.registered_at),
                entry.ahead.total_seconds(),
                entry.interruption.cause,
                _at(entry.interruption.began_at),
                entry.key_id,
                sealed,
                entry.outcome,
                entry.copies,
            ),
        )

    def holds(self, draft_id: UUID) -> bool:
        """Say whether entries of a draft wait for the ledger."""
        return self.mark.waiting and self._connection.execute(_HOLDS, (draft_id.bytes,)).fetchone() is not None

    def of_draft(self, draft_id: UUID) -> list[Entry]:
        """Return all entries of a draft that count, oldest first; those imported without their content.

        Errors: Unreadable.
        """
        return [self._entry(row) for row in self._connection.execute(_OF_DRAFT, (draft_id.bytes,))]

    def waiting(self, most: int) -> list[Entry | tuple[Entry, bytes]]:
        """Return the oldest waiting entry of each draft, at most so many; with its sealed bytes where it cannot be
        opened."""
        found: dict[bytes, Entry | tuple[Entry, bytes]] = {}
        for row in self._connection.execute(_WAITING):
            if row["draft_id"] not in found:
                found[row["draft_id"]] = self._entry_or_sealed(row)
                if len(found) >= most:
                    break
        return list(found.values())

    def settle(self, done: Sequence[tuple[Entry, Imported]]) -> None:
        """Note what became of entries and forget their contents; a transaction of its own."""
        with self.transaction():
            for entry, imported in done:
                self._connection.execute(_SETTLE, (imported.outcome, imported.reason, entry.register, entry.number))
            self._set_mark()

    def void(self, entries: Sequence[Entry]) -> None:
        """Take entries back that were never acknowledged; their numbers stay used. A transaction of its own."""
        with self.transaction():
            self._connection.executemany(_VOID, [(one.register, one.number) for one in entries])
            self._set_mark()

    def has_copies(self, entries: Sequence[Entry], copies: int) -> None:
        """Note how many copies of entries are durable; a transaction of its own."""
        with self.transaction():
            self._connection.executemany(_COPIED, [(copies, one.register, one.number) for one in entries])

    def remember(self, name: str, value: str) -> None:
        """Keep a small fact over restarts; a transaction of its own."""
        with self.transaction():
            self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))

    def remembered(self, name: str) -> str | None:
        """Return a small fact that was kept."""
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def backlog(self) -> tuple[int, datetime | None]:
        """Return how many entries wait, and since when the oldest does."""
        count, oldest = self._connection.execute(_BACKLOG).fetchone()
        return count, _read_at(oldest) if oldest else None

    def totals(self) -> list[sqlite3.Row]:
        """Return what was registered, day by day (UTC): day, operation, outcome, entries, first and last number."""
        return self._connection.execute(_TOTALS, (self.register,)).fetchall()

    def interruptions(self) -> list[sqlite3.Row]:
        """Return every interruption: cause, began_at, ended_at, oldest first."""
        return self._connection.execute("SELECT * FROM interruption ORDER BY number").fetchall()

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
            return _bare(row), row["sealed"] or b""

    def _entry(self, row: sqlite3.Row) -> Entry:
        sealed = row["sealed"]
        about = _about(UUID(bytes=row["draft_id"]), row["register"], row["number"])
        return _bare(row, b"" if sealed is None else self._box.open(sealed, about))


class CommitUnknown(sqlite3.Error):
    """The commit failed in a way that does not say whether it is on disk."""


def _bare(row: sqlite3.Row, content: bytes = b"") -> Entry:
    return Entry(
        register=row["register"],
        number=row["number"],
        draft_id=UUID(bytes=row["draft_id"]),
        operation=Operation(row["operation"]),
        section=row["section"],
        base=row["base"],
        digest=row["digest"],
        key=UUID(bytes=row["key"]) if row["key"] else None,
        arrived_at=_read_at(row["arrived_at"]),
        registered_at=_read_at(row["registered_at"]),
        ahead=timedelta(seconds=row["ahead"]),
        interruption=Interruption(row["cause"], _read_at(row["interrupted_at"])),
        key_id=row["key_id"],
        content=content,
        outcome=Outcome(row["outcome"]),
        copies=row["copies"],
    )


def _about(draft_id: UUID, register: str, number: int) -> bytes:
    return draft_id.bytes + f"{register}-{number}".encode()


def _at(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _read_at(text: str) -> datetime:
    return datetime.fromisoformat(text)


_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    """
    CREATE TABLE IF NOT EXISTS interruption (
        number INTEGER PRIMARY KEY, cause TEXT NOT NULL, began_at TEXT NOT NULL, ended_at TEXT
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS entry (
        register TEXT NOT NULL, number INTEGER NOT NULL, draft_id BLOB NOT NULL, operation TEXT NOT NULL,
        section TEXT, base INTEGER, digest BLOB NOT NULL, key BLOB, arrived_at TEXT NOT NULL,
        registered_at TEXT NOT NULL, ahead REAL NOT NULL, cause TEXT NOT NULL, interrupted_at TEXT NOT NULL,
        key_id TEXT NOT NULL, sealed BLOB, outcome TEXT NOT NULL, reason TEXT, copies INTEGER NOT NULL,
        PRIMARY KEY (register, number)
    ) STRICT
    """,
    "CREATE INDEX IF NOT EXISTS entry_of_draft ON entry (draft_id, registered_at, register, number)",
    "CREATE INDEX IF NOT EXISTS entry_waiting ON entry (registered_at, register, number) WHERE outcome = 'waiting'",
)

_STANDING = """
SELECT EXISTS (SELECT 1 FROM entry WHERE outcome = 'waiting'),
       EXISTS (SELECT 1 FROM interruption WHERE ended_at IS NULL)
"""
_OPEN_INTERRUPTION = "SELECT * FROM interruption WHERE ended_at IS NULL ORDER BY number DESC LIMIT 1"
_LAST_NUMBER = "SELECT coalesce(max(number), 0) FROM entry WHERE register = ?"
_LATEST_AT = "SELECT registered_at FROM entry WHERE register = ? ORDER BY number DESC LIMIT 1"
_INSERT = "INSERT OR IGNORE INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)"
_HOLDS = "SELECT 1 FROM entry WHERE draft_id = ? AND outcome = 'waiting' LIMIT 1"
_OF_DRAFT = "SELECT * FROM entry WHERE draft_id = ? AND outcome <> 'void' ORDER BY registered_at, register, number"
_WAITING = "SELECT * FROM entry WHERE outcome = 'waiting' ORDER BY registered_at, register, number LIMIT 20000"
_SETTLE = """
UPDATE entry SET outcome = ?, reason = ?, sealed = NULL WHERE register = ? AND number = ? AND outcome = 'waiting'
"""
_VOID = "UPDATE entry SET outcome = 'void', sealed = NULL WHERE register = ? AND number = ?"
_COPIED = "UPDATE entry SET copies = max(copies, ?) WHERE register = ? AND number = ?"
_BACKLOG = "SELECT count(*), min(registered_at) FROM entry WHERE outcome = 'waiting'"
_TOTALS = """
SELECT substr(registered_at, 1, 10) AS day, operation, outcome, count(*) AS entries,
       min(number) AS first, max(number) AS last
FROM entry WHERE register = ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
