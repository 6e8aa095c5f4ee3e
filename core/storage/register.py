"""The emergency register in the ledger: entries imported once, in the transaction that writes what they ask for."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import text

from core.domain.draft import MOST_REVISIONS, SectionSave
from core.domain.errors import ApprodoError, DraftExpired, DraftFull, DraftSealed, RevisionLimit, StaleRevision
from core.domain.register import REASONS, Correlated, Import, Imported, Operation, Outcome
from core.domain.revision import Revision
from core.domain.submission import Answer
from core.storage.database import Connection
from core.storage.drafts import Save, keep_copies
from core.storage.group_commit import GroupCommit, Locked
from core.storage.reader import Reader
from core.storage.rows import civil
from core.storage.submissions import File
from core.storage.switches import nothing_paused

#: Errors after which what was typed can still be kept beside its section, where its owner finds it.
_KEPT_BESIDE = (StaleRevision, DraftSealed, DraftExpired, RevisionLimit, DraftFull)


class RegisterImports:
    """What the ledger does with entries of emergency registers."""

    def __init__(self, commit: GroupCommit, reader: Reader) -> None:
        self._commit, self._reader = commit, reader
        self._take, self._ping = _Take(), _Ping()

    async def take(self, item: Import) -> Imported:
        """Import one entry, or say what became of it when it was imported before.

        Nothing that an entry holds is dropped: what cannot be written is kept, with its reason.
        Errors: StoreUnavailable, TooManyWaiting, OutcomeUnknown; the same call settles it.
        """
        return await self._commit.put(self._take, item)

    async def answers(self, nobody: UUID) -> None:
        """Return once an empty transaction has gone through the writer, as a save would. Errors: as `take`."""
        await self._commit.put(self._ping, _Nothing(nobody))

    async def of_draft(self, draft_id: UUID) -> list[Correlated]:
        """Return what was imported for a draft, in the order of the register. Errors: StoreUnavailable."""
        async with self._reader.snapshot() as connection:
            rows = (await connection.execute(_OF_DRAFT, {"draft_id": draft_id})).mappings().all()
        return [correlated(row) for row in rows]


def correlated(row: Any) -> Correlated:
    """Return an entry as the ledger keeps it."""
    return Correlated(
        draft_id=row["draft_id"],
        register=row["register"],
        number=row["number"],
        operation=Operation(row["operation"]),
        section=row["section"],
        digest=row["digest"],
        registered_at=row["registered_at"],
        imported=_imported(row),
        imported_at=row["imported_at"],
        receipt=row["receipt"],
        for_a_person=row["for_a_person"] and row["settled_at"] is None,
    )


def _imported(row: Any) -> Imported:
    return Imported(Outcome(row["outcome"]), row["reason"], row["revision"], row["submission"])


class _Nothing:
    def __init__(self, draft_id: UUID) -> None:
        self.draft_id = draft_id


class _Ping:
    name = "ping"

    async def write(self, _: Connection, __: Locked, items: Sequence[_Nothing]) -> Sequence[None]:
        return [None for _ in items]


class _Take:
    name = "register"

    def __init__(self) -> None:
        self._save, self._file = Save(nothing_paused), File(nothing_paused)  # it was acknowledged already

    async def write(self, connection: Connection, locked: Locked, items: Sequence[Import]) -> Sequence[Imported]:
        """Write what is new; a batch holds one entry a draft, so that all stand by themselves."""
        known = await _known(connection, items)
        new = [item for item in items if _name(item) not in known]
        written = await self._write_new(connection, locked, new)
        return [known.get(_name(item)) or written[_name(item)] for item in items]

    async def _write_new(
        self, connection: Connection, locked: Locked, new: Sequence[Import]
    ) -> Mapping[tuple[UUID, str, int], Imported]:
        outcomes: dict[tuple[UUID, str, int], Imported] = {}
        for item, found in zip(new, await self._verdicts(connection, locked, new), strict=True):
            verdict = await _as_promised(connection, locked, item, found)
            imported = _told(item, verdict)
            kept = imported.outcome is Outcome.TAKEN or await _kept_beside(connection, locked, item, verdict)
            await _insert(connection, locked, item, imported, kept=kept)
            outcomes[_name(item)] = imported
        return outcomes

    async def _verdicts(self, connection: Connection, locked: Locked, new: Sequence[Import]) -> list[Any]:
        """Ask the units that write saves and filings; a copy, and what cannot be read, ask nobody."""
        verdicts: dict[UUID, Any] = {}
        saves = [item.save for item in new if item.save and item.entry.operation is Operation.SECTION]
        filings = [item.filing for item in new if item.filing]
        if saves:
            verdicts |= zip(
                [one.draft_id for one in saves], await self._save.write(connection, locked, saves), strict=True
            )
        if filings:
            found = await self._file.write(connection, locked, filings)
            verdicts |= zip([one.draft_id for one in filings], found, strict=True)
        return [verdicts.get(item.draft_id) for item in new]


def _name(item: Import) -> tuple[UUID, str, int]:
    return item.draft_id, item.entry.register, item.entry.number


async def _known(connection: Connection, items: Sequence[Import]) -> dict[tuple[UUID, str, int], Imported]:
    rows = await connection.fetch(
        _KNOWN,
        [item.draft_id for item in items],
        [item.entry.register for item in items],
        [item.entry.number for item in items],
    )
    return {(row["draft_id"], row["register"], row["number"]): _imported(row) for row in rows}


def _told(item: Import, verdict: Any) -> Imported:
    if isinstance(verdict, Revision):
        return Imported(Outcome.TAKEN, revision=verdict.revision)
    if isinstance(verdict, Answer):
        number = verdict.filed.number if verdict.filed else json.loads(verdict.body)["number"]
        return Imported(Outcome.TAKEN, number=number)
    if isinstance(verdict, ApprodoError):
        return Imported(Outcome.NOT_TAKEN, REASONS[type(verdict)])
    return Imported(Outcome.NOT_TAKEN, item.unable or REASONS[StaleRevision])


async def _as_promised(connection: Connection, locked: Locked, item: Import, verdict: Any) -> Any:
    """Bring a section to the number that a save was promised which changes nothing: she may have filed under it."""
    if item.save is None or not isinstance(verdict, Revision) or locked.drafts[item.draft_id].sealed:
        return verdict
    promised = (item.save.base or 0) + 1
    if not verdict.revision < promised <= MOST_REVISIONS:
        return verdict
    await _state_again(connection, locked, item.save, verdict.revision, promised)
    return replace(verdict, revision=promised)


async def _kept_beside(connection: Connection, locked: Locked, item: Import, verdict: Any) -> bool:
    """Keep a save that was not taken where its owner finds it; say whether it is there now."""
    save = item.save
    draft = locked.drafts.get(item.draft_id)
    if save is None or draft is None or draft.gone:
        return False
    if isinstance(verdict, StaleRevision):
        await _restate(connection, locked, save, verdict.current)
    if verdict is None or isinstance(verdict, _KEPT_BESIDE):
        await keep_copies(connection, locked, [save])
    return bool(await connection.fetchval(_IS_KEPT, save.draft_id, save.section, save.digest))


async def _restate(connection: Connection, locked: Locked, save: SectionSave, current: Revision | None) -> None:
    """Move a section past the number that a refused entry was promised, with the content it has.

    Two writers were told the same number, or one was told a number that is yet to come. From now on it stands for
    nothing that either of them has not seen: whoever names it is told that the section has changed.
    """
    promised = (save.base or 0) + 1
    if current is not None and current.revision <= promised < MOST_REVISIONS:
        await _state_again(connection, locked, save, current.revision, promised + 1)


async def _state_again(connection: Connection, locked: Locked, save: SectionSave, current: int, anew: int) -> None:
    await connection.execute(_RESTATE, save.draft_id, save.section, current, anew, locked.civil_now, locked.trial)


async def _insert(connection: Connection, locked: Locked, item: Import, imported: Imported, *, kept: bool) -> None:
    entry = item.entry
    told_at_once = entry.operation is Operation.COPY
    await connection.execute(
        _INSERT,
        entry.draft_id,
        entry.register,
        entry.number,
        entry.operation,
        entry.section,
        entry.digest,
        civil(locked, entry.arrived_at),
        civil(locked, entry.registered_at),
        entry.interruption.cause,
        civil(locked, entry.interruption.began_at),
        imported.outcome,
        imported.reason,
        imported.revision,
        imported.number,
        None if kept else entry.content,
        locked.civil_now,
        not kept and not told_at_once,
        item.receipt,
    )


_KNOWN = """
SELECT e.draft_id, e.register, e.number, e.outcome, e.reason, e.revision, e.submission
FROM unnest($1::uuid[], $2::text[], $3::int[]) AS asked(draft_id, register, number)
JOIN register_entry e
  ON e.draft_id = asked.draft_id AND e.register = asked.register AND e.number = asked.number
"""

_IS_KEPT = "SELECT EXISTS (SELECT FROM refused_copy WHERE draft_id = $1 AND section = $2 AND digest = $3)"

_RESTATE = """
INSERT INTO section_revision (draft_id, section, revision, content, digest, key_id, bytes_so_far, saved_at, trial)
SELECT draft_id, section, $4, content, digest, key_id, bytes_so_far + length(content), $5, $6
FROM section_revision WHERE draft_id = $1 AND section = $2 AND revision = $3
"""

# A draft nobody knows has no row to lock: then the first of two who import the same entry is the one who wrote it.
_INSERT = """
INSERT INTO register_entry (
    draft_id, register, number, operation, section, digest, arrived_at, registered_at, cause, interrupted_at,
    outcome, reason, revision, submission, content, imported_at, for_a_person,
    receipt
) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT DO NOTHING
"""

_OF_DRAFT = text("""
SELECT * FROM register_entry WHERE draft_id = :draft_id AND operation <> 'copy'
ORDER BY registered_at, register, number
""")
