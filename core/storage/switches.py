"""Switches: turned by operators, and read by every process within a second or two."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import text

from core.clock import Clock
from core.domain import switch
from core.domain.errors import IntakePaused, StoreUnavailable
from core.domain.switch import Pause, Turn
from core.hooks import Observe, nobody
from core.storage import audit
from core.storage.audit import Act
from core.storage.database import fetch, told_as_unavailable
from core.storage.group_commit import Locked
from core.storage.reader import Reader

EVERY = 1.0  # seconds between two looks
FAILED = 2.0  # and after one that found nobody

Read = Callable[[], Awaitable[list[Pause]]]


class Paused(Protocol):
    """Says whether a switch is off."""

    def __call__(self, name: str, /) -> Pause | None:
        """Return the pause that holds now, if one does."""


def nothing_paused(_: str, /) -> None:
    """Hold nothing back; for who has no switches."""


def intake_paused(paused: Paused, locked: Locked, draft_id: UUID) -> IntakePaused | None:
    """Return what refuses a write of this draft, where what its channel hands in is paused."""
    pause = paused(switch.intake(locked.drafts[draft_id].channel))
    return IntakePaused(pause.left(locked.machine_now)) if pause else None


class Switches:
    """What is paused, as this process knows it: where PostgreSQL is away, what was known last.

    Facts raised: `switch.paused` and `switch.resumed` {cause}, when this process learns of it; `switches.failed`
    {failure} where looking met a fault.
    """

    def __init__(self, read: Read, clock: Clock, observe: Observe = nobody) -> None:
        """Arguments: what reads the pauses, the clock by which they end, and whom to tell."""
        self._read, self._clock, self._observe = read, clock, observe
        self._pauses: Mapping[str, Pause] = {}

    async def watch(self) -> None:
        """Look every second, for ever."""
        while True:
            answered = False
            try:
                answered = await self.look()
            except Exception as error:  # noqa: BLE001  what was known stays; a fault must not end the looking
                self._observe("switches.failed", failure=type(error).__name__)
            await asyncio.sleep(EVERY if answered else FAILED)

    async def look(self) -> bool:
        """Look once; return whether PostgreSQL answered."""
        try:
            found = {pause.switch: pause for pause in await self._read()}
        except StoreUnavailable:
            return False
        known, self._pauses = self._pauses, found
        for name in sorted(found.keys() - known.keys()):
            self._observe("switch.paused", cause=name)
        for name in sorted(known.keys() - found.keys()):
            self._observe("switch.resumed", cause=name)
        return True

    def paused(self, name: str, /) -> Pause | None:
        """Return the pause of a switch that holds now, if one does."""
        pause = self._pauses.get(name)
        return pause if pause is not None and pause.holds(self._clock.now()) else None

    def all(self) -> list[Pause]:
        """Return the pauses that hold now, by name."""
        now = self._clock.now()
        return [pause for _, pause in sorted(self._pauses.items()) if pause.holds(now)]


def of_reader(reader: Reader) -> Read:
    """Read through SQLAlchemy's connections, as the counter and monitoring do."""

    async def read() -> list[Pause]:
        async with reader.snapshot() as connection:
            return _pauses((await connection.execute(text(_PAUSES))).mappings())

    return read


def of_pool(pool: Any) -> Read:
    """Read through an asyncpg pool, as workers do."""

    async def read() -> list[Pause]:
        return _pauses(await fetch(pool, _PAUSES))

    return read


async def turn(pool: Any, done: Turn, via: str) -> None:
    """Turn a switch, and write down who did and why, in one transaction; a pause under way is replaced.

    Errors: StoreUnavailable.
    """
    with told_as_unavailable():
        async with pool.acquire() as connection, connection.transaction():
            until = await connection.fetchval(_TURN, done.switch, done.paused, done.lasting, done.who, done.why)
            action = "paused" if done.paused else "resumed"
            await audit.write(connection, via, [Act(done.who, action, done.switch, done.why, until)])


def _pauses(rows: Iterable[Any]) -> list[Pause]:
    return [Pause(row["name"], row["since"], row["until"], row["who"], row["why"]) for row in rows]


_PAUSES = """
SELECT name, since, until, who, why FROM switch WHERE paused AND (until IS NULL OR until > clock_timestamp())
"""
_TURN = """
INSERT INTO switch (name, paused, since, until, who, why)
VALUES ($1, $2, now(), now() + $3::interval, $4, $5)
ON CONFLICT (name) DO UPDATE
SET paused = excluded.paused, since = excluded.since, until = excluded.until, who = excluded.who, why = excluded.why
RETURNING until
"""
