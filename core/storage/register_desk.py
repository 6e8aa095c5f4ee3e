"""The register's desk: entries of emergency registers that no import could take, and who saw to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.domain.errors import ApprodoError, MoveNotAllowed
from core.storage import audit
from core.storage.audit import COMMAND_LINE, Act
from core.storage.database import Connection, fetch
from core.storage.group_commit import GroupCommit, Locked


@dataclass(frozen=True, slots=True)
class LeftOver:
    """An entry that waits for a person. Instants are civil; `content` is what was typed or named, or sealed bytes."""

    draft_id: UUID
    register: str
    number: int
    operation: str
    section: str | None
    registered_at: datetime
    imported_at: datetime
    reason: str
    content: bytes | None
    receipt: str

    @property
    def name(self) -> str:
        """The number as people read it."""
        return f"{self.register}-{self.number:07}"


class RegisterDesk:
    """What a person does with what no import could do."""

    def __init__(self, pool: Any, commit: GroupCommit, via: str = COMMAND_LINE) -> None:
        """Arguments: an asyncpg pool for reading, the writer, and from where acts are written to the audit trail."""
        self._pool, self._commit, self._settle = pool, commit, _Settle(via)

    async def left_over(self) -> list[LeftOver]:
        """Return what nobody has settled, oldest first. Errors: StoreUnavailable."""
        return [LeftOver(**row) for row in await fetch(self._pool, _LEFT_OVER)]

    async def settle(self, entry: LeftOver, who: str, why: str) -> None:
        """Note that a person has seen to an entry, who and why; what it held stays.

        Errors: MoveNotAllowed where somebody has settled it already.
        """
        await self._commit.put(self._settle, _Settled(entry.draft_id, entry, who, why))


@dataclass(frozen=True, slots=True)
class _Settled:
    draft_id: UUID
    entry: LeftOver
    who: str
    why: str


class _Settle:
    name = "register-settled"

    def __init__(self, via: str) -> None:
        self._via = via

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[_Settled]
    ) -> Sequence[ApprodoError | None]:
        return [await self._one(connection, locked, item) for item in items]

    async def _one(self, connection: Connection, locked: Locked, item: _Settled) -> ApprodoError | None:
        entry = item.entry
        place = item.draft_id, entry.register, entry.number
        if not await connection.fetchval(_SETTLE, *place, locked.civil_now, item.who, item.why):
            return MoveNotAllowed()
        said = {"operation": entry.operation, "reason": entry.reason}
        await audit.write(connection, self._via, [Act(item.who, "entry-settled", entry.name, item.why, said=said)])
        return None


_LEFT_OVER = """
SELECT draft_id, register, number, operation, section, registered_at, imported_at, reason, content, receipt
FROM register_entry WHERE for_a_person AND settled_at IS NULL ORDER BY registered_at, register, number
"""
_SETTLE = """
UPDATE register_entry SET settled_at = $4, settled_by = $5, settled_why = $6
WHERE draft_id = $1 AND register = $2 AND number = $3 AND for_a_person AND settled_at IS NULL
RETURNING true
"""
