"""mutants: faults that programs like this one have had, each put into the running child, never into the product."""

import asyncio
import secrets
import time
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from core.domain.register import Imported, Outcome
from core.domain.work import Kind, WorkKey
from core.storage import group_commit, register, settlement, submissions, work
from core.storage.database import fetch
from core.storage.work import WorkRows
from ingest.emergency import writer
from ingest.emergency.importing import Importer
from ingest.http import reply
from workers.letters.post import MailServer


def two_transactions() -> None:
    """A filing whose person is claimed in a transaction of its own."""
    claim = submissions._claim

    async def claim_first(connection: Any, candidates: Any) -> Any:
        claimed = await claim(connection, candidates)
        await connection.execute("COMMIT")
        await connection.execute(group_commit._BEGIN)
        return claimed

    submissions._claim = claim_first


def early_ack() -> None:
    """An answer that goes out when everything is written, and COMMIT a moment later."""
    write = group_commit._write

    async def write_and_tell(connection: Any, locked: Any, batch: Any) -> Any:
        outcomes = await write(connection, locked, batch)
        for entry, outcome in zip(batch, outcomes, strict=True):
            entry.settle(outcome)
        await asyncio.sleep(0.02)
        return outcomes

    group_commit._write = write_and_tell


def no_fence() -> None:
    """A settlement that asks whether the row is there, and not whose it is."""
    settlement._FENCED = _without(settlement._FENCED, " AND w.fence = held.fence")


def cursor_relay() -> None:
    """A relay that remembers how far it has read."""
    read_to = datetime(2000, 1, 1, tzinfo=UTC)

    async def offer(rows: WorkRows, room: int) -> list[WorkKey]:
        nonlocal read_to
        found = await fetch(rows._pool, _AFTER, read_to, room)
        read_to = max([read_to, *(row["created_at"] for row in found)])
        await fetch(rows._pool, _OFFERED, [row["draft_id"] for row in found])
        return [WorkKey(row["draft_id"], Kind(row["kind"]), row["cause"]) for row in found]

    WorkRows.offer = offer  # type: ignore[method-assign]


def attempts_counted_late() -> None:
    """A crash that is nobody's: what ends its worker is counted when it is settled, which it never is."""
    work._OFFER = _without(work._OFFER, "(lease_until IS NOT NULL)::int", "0")
    work._CLAIM_SUSPECTS = _without(
        work._CLAIM_SUSPECTS, "crashes = crashes + (lease_until IS NOT NULL)::int", "crashes = 0"
    )


def no_store_forgotten() -> None:
    """Answers that do not say that nobody may keep them."""
    reply.ALWAYS[:] = [header for header in reply.ALWAYS if header[0] != b"cache-control"]


def told_before_it_is_entered() -> None:
    """A register that answers when an entry is written, and commits a moment later."""
    decided = writer._decided

    def tells(asked: Any, journal: Any) -> Any:
        outcome = decided(asked, journal)
        asked.settle(outcome)
        time.sleep(0.02)
        return outcome

    writer._decided = tells


def forgotten_before_it_is_in() -> None:
    """An import that strikes an entry out of the register, and then writes it into the ledger."""

    async def some(self: Importer, journal: Any) -> bool:
        items = [self._item(one) for one in journal.waiting(100)]
        journal.settle([(item.entry, Imported(Outcome.TAKEN)) for item in items])
        for item in items:
            await self._ledger.take(item)
        return bool(items)

    Importer._some = some  # type: ignore[method-assign]


def known_under_another_name() -> None:
    """An import whose correlation is drawn when it is made: done again, it is another one."""
    take = register.RegisterImports.take

    async def renamed(self: register.RegisterImports, item: Any) -> Imported:
        return await take(self, replace(item, entry=replace(item.entry, register=secrets.token_hex(2))))

    register.RegisterImports.take = renamed  # type: ignore[method-assign]


def correlated_apart() -> None:
    """An import that notes in a transaction of its own what it has done."""
    insert = register._insert

    async def apart(connection: Any, *rest: Any, **options: Any) -> None:
        await connection.execute("COMMIT")
        await connection.execute(group_commit._BEGIN)
        await insert(connection, *rest, **options)

    register._insert = apart


def said_before_it_is_sent() -> None:
    """A letter that is noted as sent when it is handed over, and is sent a moment later."""
    send, later = MailServer.send, set[asyncio.Task[None]]()

    async def hand_over(self: MailServer, letter: Any) -> None:
        async def sends() -> None:
            await asyncio.sleep(0.05)
            await send(self, letter)

        later.add(asyncio.create_task(sends()))

    MailServer.send = hand_over  # type: ignore[method-assign]


def named_anew() -> None:
    """A letter whose name is drawn at each try, so that nobody knows a repeat."""
    send = MailServer.send

    async def renamed(self: MailServer, letter: Any) -> None:
        await send(self, replace(letter, name=secrets.token_hex(16)))

    MailServer.send = renamed  # type: ignore[method-assign]


def _without(statement: str, part: str, instead: str = "") -> str:
    assert part in statement, "the product has changed: this mutant changes nothing"
    return statement.replace(part, instead)


_AFTER = """
SELECT draft_id, kind, cause, created_at FROM work
WHERE created_at > $1 AND buried_at IS NULL AND due_at <= now() ORDER BY created_at LIMIT $2
"""
_OFFERED = "UPDATE work SET offered = true WHERE draft_id = ANY($1::uuid[]) RETURNING draft_id"
