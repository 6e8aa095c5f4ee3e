"""Complaints: written with their receipt and the letter to the office, read by who sees to them."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from core.domain.complaint import MOST_COMPLAINTS, Complained, Complaint, KeptComplaint
from core.domain.errors import ApprodoError, DraftFull, KeyReused, NotFound
from core.domain.notice import COMPLAINT, Fate, cause_of
from core.domain.submission import Answer
from core.storage.database import Connection, fetch
from core.storage.group_commit import GroupCommit, Locked
from core.storage.new_notices import insert_office_notice
from core.storage.rows import civil


class Complaints:
    """What the counter does with complaints."""

    def __init__(self, commit: GroupCommit) -> None:
        self._commit, self._unit = commit, _Complain()

    async def write(self, complaint: Complaint) -> Answer:
        """Keep a complaint; a repeat gets the answer that was given. Errors: NotFound, KeyReused, DraftFull."""
        return await self._commit.put(self._unit, complaint)


async def all_complaints(pool: Any) -> list[KeptComplaint]:
    """Return every complaint, oldest first. Errors: StoreUnavailable."""
    return [_kept(row) for row in await fetch(pool, _ALL)]


class _Complain:
    name = "complaint"

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[Complaint]
    ) -> Sequence[Answer | ApprodoError]:
        return [await self._one(connection, locked, item) for item in items]

    async def _one(self, connection: Connection, locked: Locked, item: Complaint) -> Answer | ApprodoError:
        draft = locked.drafts.get(item.draft_id)
        if draft is None or draft.gone:
            return NotFound()
        known = await connection.fetchrow(_REMEMBERED, item.draft_id, self.name, str(item.key))
        if known is not None:
            same = known["fingerprint"] == item.fingerprint
            return Answer(known["status"], known["response"], replayed=True) if same else KeyReused()
        number = await connection.fetchval(_NEXT, item.draft_id)
        if number > MOST_COMPLAINTS:
            return DraftFull()
        return await self._written(connection, locked, item, number)

    async def _written(self, connection: Connection, locked: Locked, item: Complaint, number: int) -> Answer:
        draft = locked.drafts[item.draft_id]
        submission = await connection.fetchval("SELECT number FROM submission WHERE draft_id = $1", item.draft_id)
        body = item.reply(
            Complained(
                draft_id=item.draft_id,
                programme=draft.programme,
                submission=submission,
                number=number,
                digest=item.digest,
                arrived_at=civil(locked, item.arrived_at),
                at=locked.civil_now,
                trial=locked.trial,
            )
        )
        receipt = json.loads(body)["receipt"]
        await connection.execute(_INSERT, item.draft_id, number, item.content, locked.civil_now, receipt)
        await connection.execute(
            _REMEMBER, item.draft_id, self.name, str(item.key), item.fingerprint, body, locked.machine_now
        )
        await insert_office_notice(connection, item.draft_id, draft.channel, cause_of(COMPLAINT, number))
        return Answer(201, body)


def _kept(row: Any) -> KeptComplaint:
    draft_id: UUID = row["draft_id"]
    made_at: datetime = row["made_at"]
    told = Fate(row["fate"]) if row["fate"] else None
    return KeptComplaint(
        draft_id, row["number"], row["submission"], made_at, bytes(row["content"]), row["receipt"], told
    )


_REMEMBERED = """
SELECT fingerprint, status, response FROM idempotency WHERE draft_id = $1 AND operation = $2 AND key = $3
"""
_NEXT = "SELECT count(*) + 1 FROM complaint WHERE draft_id = $1"
_INSERT = "INSERT INTO complaint (draft_id, number, content, made_at, receipt) VALUES ($1, $2, $3, $4, $5)"
_REMEMBER = """
INSERT INTO idempotency (draft_id, operation, key, fingerprint, status, response, created_at)
VALUES ($1, $2, $3, $4, 201, $5, $6)
"""
_ALL = """
SELECT c.*, s.number AS submission, n.fate
FROM complaint c LEFT JOIN submission s ON s.draft_id = c.draft_id
LEFT JOIN notice n ON n.draft_id = c.draft_id AND n.cause = 'complaint-' || c.number
ORDER BY c.made_at, c.draft_id, c.number
"""
