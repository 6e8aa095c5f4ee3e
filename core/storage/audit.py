"""The audit trail: who did what by hand, and why. Lines are added and read, never changed."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.storage.database import Connection, fetch

CONSOLE, COMMAND_LINE = "console", "command-line"  # via: the name is that of a login, or what was said
MOST_LINES = 500  # of one page


@dataclass(frozen=True, slots=True)
class Act:
    """Something an operator does. `subject`: a number, or the name of a switch; `said`: codes and counts."""

    who: str
    action: str
    subject: str
    why: str | None = None
    until: datetime | None = None
    said: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Line:
    """An act as it was written down; `at` is machine time."""

    line: int
    at: datetime
    via: str
    act: Act


@dataclass(frozen=True, slots=True)
class Done:
    """An act that was done before the ledger could be told, and is written once, however often it is told."""

    key: str  # its own, for ever
    at: datetime  # machine time
    via: str
    act: Act


async def write_once(connection: Connection, several: Sequence[Done]) -> None:
    """Write down what was done elsewhere; what is there already is left alone."""
    for one in several:
        act = one.act
        said = json.dumps({**act.said, "key": one.key})
        row = (one.at, act.who, one.via, act.action, act.subject, act.why, act.until, said)
        await connection.execute(_INSERT_ONCE, *row, one.key)


async def write(connection: Connection, via: str, acts: Sequence[Act]) -> None:
    """Write acts down, in the transaction in which they are done."""
    rows = [(a.who, via, a.action, a.subject, a.why, a.until, json.dumps(dict(a.said))) for a in acts]
    await connection.executemany(_INSERT, rows)


class Trail:
    """The trail as it is read."""

    def __init__(self, pool: Any) -> None:
        """Take an asyncpg pool."""
        self._pool = pool

    async def latest(self, *, before: int | None = None, subject: str | None = None) -> list[Line]:
        """Return the latest lines, the newest first: those older than the line `before`, about `subject` alone.

        Errors: StoreUnavailable.
        """
        return [_line(row) for row in await fetch(self._pool, _LATEST, before, subject, MOST_LINES)]

    async def turns(self) -> list[Line]:
        """Return the latest turns of switches, the newest first. Errors: StoreUnavailable."""
        return [_line(row) for row in await fetch(self._pool, _TURNS)]


def _line(row: Any) -> Line:
    act = Act(row["who"], row["action"], row["subject"], row["why"], row["until"], json.loads(row["said"]))
    return Line(row["line"], row["at"], row["via"], act)


_INSERT = """
INSERT INTO audit (at, who, via, action, subject, why, until, said)
VALUES (clock_timestamp(), $1, $2, $3, $4, $5, $6, $7::jsonb)
"""
_INSERT_ONCE = """
INSERT INTO audit (at, who, via, action, subject, why, until, said)
SELECT $1, $2, $3, $4, $5, $6, $7, $8::jsonb
WHERE NOT EXISTS (SELECT FROM audit WHERE subject = $5 AND said ->> 'key' = $9)
"""
_LATEST = """
SELECT * FROM audit WHERE ($1::bigint IS NULL OR line < $1) AND ($2::text IS NULL OR subject = $2)
ORDER BY line DESC LIMIT $3
"""
_TURNS = """
SELECT * FROM audit WHERE action IN ('paused', 'resumed') ORDER BY line DESC LIMIT 100
"""
