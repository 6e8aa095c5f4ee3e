"""stage: the ledger of a walk, set back to where it began as often as wanted, and compared table by table."""

import asyncio
import json
import shutil
import sqlite3
import time
from collections.abc import Coroutine, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import redis

from loadtest.conservation import Seen
from loadtest.ledger import read as read_log
from loadtest.outside import Calls
from loadtest.receipt import read_keys
from loadtest.stored import read as read_stored
from tests.crash.house import Stores
from tests.crash.mailbox import strayed

T = TypeVar("T")
PATIENCE = 30.0  # seconds PostgreSQL may take to notice that a client is gone

# What differs from one run to the next and says nothing: instants, and the values that sequences and keys give.
_INSTANTS = ("_at", "_until", "_since")
_DRAWN = frozenset({"at", "line", "number", "receipt", "response", "since", "subject", "submission", "until"})

_JOURNAL = "SELECT hex(draft_id), operation, section, base, outcome, reason, sealed IS NOT NULL FROM entry"

Tables = Mapping[str, list[str]]  # rows as text, sorted


class Stage:
    """One database, one bell, and the logs of client and registries that belong to them."""

    def __init__(self, stores: Stores) -> None:
        self.stores, self.log = stores, stores.folder / "client.jsonl"
        self._loop = asyncio.new_event_loop()
        self._connection = self._do(asyncpg.connect(stores.database_url))
        named = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        self._tables = [row[0] for row in self._do(self._connection.fetch(f"{named} ORDER BY 1"))]
        self._kept: dict[Path, bytes] = {}
        self._logs = (self.log, stores.calls, stores.letters)
        self._register = stores.folder / "register"
        self.sql("CREATE SCHEMA IF NOT EXISTS kept")

    def close(self) -> None:
        """Hang up."""
        self._do(self._connection.close())
        self._loop.close()

    def sql(self, statements: str) -> None:
        """Do something to the ledger."""
        self._do(self._connection.execute(statements))

    def rows(self, statement: str, *arguments: object) -> list[Any]:
        """Ask the ledger something."""
        return list(self._do(self._connection.fetch(statement, *arguments)))

    def clear(self) -> None:
        """Let everything be forgotten but the two clocks."""
        rows = "; ".join(f"DELETE FROM {table}" for table in self._tables if table != "civil_clock")
        self.sql(f"BEGIN; SET LOCAL session_replication_role = replica; {rows}; COMMIT")
        self._flush()
        for log in self._logs:
            log.write_bytes(b"")
        shutil.rmtree(self._register, ignore_errors=True)

    def keep(self) -> None:
        """Remember how it is now."""
        self.sql(";".join(f"DROP TABLE IF EXISTS kept.{t}; CREATE TABLE kept.{t} AS TABLE {t}" for t in self._tables))
        journal = self._register.iterdir() if self._register.exists() else ()
        self._kept = {file: file.read_bytes() for file in (*self._logs, *journal)}

    def set_back(self) -> None:
        """Let everything be as it was when it was kept; the bell is empty, and sequences go on."""
        each = "; ".join(
            f"DELETE FROM {t}; INSERT INTO {t} OVERRIDING SYSTEM VALUE SELECT * FROM kept.{t}" for t in self._tables
        )
        self.sql(f"BEGIN; SET LOCAL session_replication_role = replica; {each}; COMMIT")
        self._flush()
        shutil.rmtree(self._register, ignore_errors=True)
        self._register.mkdir(mode=0o700)
        for file, content in self._kept.items():
            file.write_bytes(content)

    def left_alone(self) -> None:
        """Return when nobody else is connected: what a dead client had sent has come to its end by then."""
        others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        give_up_at = time.monotonic() + PATIENCE
        while self.rows(others)[0][0]:
            assert time.monotonic() < give_up_at, "somebody is still connected"
            time.sleep(0.001)

    def tables(self) -> Tables:
        """Return what every table holds, without what differs from run to run."""
        every = " UNION ALL ".join(f"SELECT '{table}', to_jsonb(t)::text FROM {table} t" for table in self._tables)
        found: dict[str, list[str]] = {table: [] for table in self._tables}
        for table, row in self.rows(every):
            found[table].append(json.dumps(_plain(json.loads(row)), sort_keys=True))
        return {"journal": self._journal(), **{table: sorted(rows) for table, rows in found.items()}}

    def _journal(self) -> list[str]:
        """Return what the emergency register holds, as whoever opens it next would find it."""
        file = self._register / "register.sqlite"
        if not file.exists():
            return []
        with closing(sqlite3.connect(file)) as journal:
            try:
                return sorted(json.dumps(row) for row in journal.execute(_JOURNAL))
            except sqlite3.OperationalError:  # nobody has begun it
                return []

    def seen(self, keys: Mapping[str, Any]) -> Seen:
        """Return what the checks compare; `keys`: those that are published."""
        return Seen(read_log(self.log), self._do(read_stored(self._connection)), read_keys(keys), self._calls())

    def strayed(self) -> list[str]:
        """Return what is wrong between the letters that arrived and the notices there are."""
        return list(strayed(self.stores.letters, self.rows("SELECT draft_id, cause, fate FROM notice")))

    def _calls(self) -> Calls:
        lines = self.stores.calls.read_text().splitlines()
        return Calls([{"number": n, **json.loads(line)} for n, line in enumerate(lines, 1)], whole=True)

    def _flush(self) -> None:
        with redis.Redis.from_url(self.stores.redis_url) as client:
            client.flushall()

    def _do(self, asked: Coroutine[Any, Any, T]) -> T:
        return self._loop.run_until_complete(asked)


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, value) for name, value in row.items()}


def _value(name: str, value: Any) -> Any:
    if value is None or not (name.endswith(_INSTANTS) or name in _DRAWN or name == "fence"):
        return value
    return "0" if value == 0 else "…"
