"""Drafts and their sections: started, saved, read, taken back to an earlier revision, deleted."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from core.domain.draft import (
    MOST_BYTES,
    MOST_REFUSED_COPIES,
    MOST_SECTIONS,
    Draft,
    DraftView,
    NewDraft,
    SectionHistory,
    SectionSave,
    SectionState,
    judge,
)
from core.domain.errors import ApprodoError, DraftSealed, KeyReused, NotFound, StaleRevision
from core.domain.revision import Revision
from core.domain.submission import Acted, Action
from core.storage.database import Connection
from core.storage.draft_views import DraftViews
from core.storage.group_commit import GroupCommit, Locked
from core.storage.reader import Reader
from core.storage.rows import bytes_of_draft, civil, read_revision
from core.storage.switches import Paused, intake_paused, nothing_paused


class Drafts:
    """What the counter does with open drafts."""

    def __init__(
        self, commit: GroupCommit, reader: Reader, *, life: timedelta, paused: Paused = nothing_paused
    ) -> None:
        """Arguments: the writer, the readers' pool, how long a new draft can be saved to, and what is paused."""
        self._commit, self._views = commit, DraftViews(reader)
        self._start, self._save, self._delete = _Start(life), Save(paused), _Delete()

    async def start(self, new: NewDraft) -> Draft:
        """Start a draft, or return the one an equal request started.

        Errors: KeyReused where the id is taken by another request, or by a draft that already holds something.
        """
        return await self._commit.put(self._start, new)

    async def save(self, save: SectionSave) -> Revision:
        """Write a section's next revision, or return the one that already answers this save.

        Errors: NotFound, DraftSealed, DraftExpired, StaleRevision (the copy is kept), RevisionLimit, DraftFull;
        IntakePaused for what would be written, never for what was.
        """
        return await self._commit.put(self._save, save)

    async def delete(self, action: Action) -> bytes:
        """Remove all that an open draft holds, and return the answer; a repeat gets the same one.

        Errors: NotFound, DraftSealed.
        """
        return await self._commit.put(self._delete, action)

    async def read(self, draft_id: UUID) -> DraftView:
        """Return the draft and the current revision of each section, contents included. Errors: NotFound."""
        return await self._views.read(draft_id)

    async def history(self, draft_id: UUID, section: str) -> SectionHistory:
        """Return all revisions of a section, oldest first, and the copies not taken. Errors: NotFound."""
        return await self._views.history(draft_id, section)


class _Start:
    name = "draft"

    def __init__(self, life: timedelta) -> None:
        self._life = life

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[NewDraft]
    ) -> Sequence[Draft | ApprodoError]:
        new = [item for item in items if item.draft_id not in locked.drafts]
        if new:
            await connection.execute(
                _INSERT_DRAFTS,
                [item.draft_id for item in new],
                [item.programme for item in new],
                [item.channel for item in new],
                [item.client_reference for item in new],
                [item.form_version for item in new],
                [item.fingerprint for item in new],
                locked.machine_now,
                locked.machine_now + self._life,
            )
        known = [item.draft_id for item in items if item.draft_id in locked.drafts]
        begun = {row[0] for row in await connection.fetch(_WITH_CONTENT, known)} if known else set()
        return [self._answer(item, locked, begun) for item in items]

    def _answer(self, item: NewDraft, locked: Locked, begun: set[UUID]) -> Draft | ApprodoError:
        """A key chosen badly by two callers must never open one's draft to the other: once it holds content, no."""
        known = locked.drafts.get(item.draft_id)
        if known is None:
            now = locked.machine_now
            return Draft(
                draft_id=item.draft_id,
                programme=item.programme,
                channel=item.channel,
                created_at=now,
                expires_at=now + self._life,
                sealed=False,
                gone=False,
                fingerprint=item.fingerprint,
            )
        if known.fingerprint != item.fingerprint or known.gone or known.sealed or item.draft_id in begun:
            return KeyReused()
        return known


class Save:
    """The unit of section saves."""

    name = "section"

    def __init__(self, paused: Paused) -> None:
        self._paused = paused

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[SectionSave]
    ) -> Sequence[Revision | ApprodoError]:
        """Write the next revisions, or say what already answers or refuses a save (core.domain.draft.judge)."""
        states = await _section_states(connection, items)
        verdicts: list[Revision | ApprodoError | None] = [
            judge(item, locked.drafts.get(item.draft_id), state, item.asked_at or locked.machine_now)
            for item, state in zip(items, states, strict=True)
        ]
        verdicts = [
            verdict or intake_paused(self._paused, locked, item.draft_id)
            for item, verdict in zip(items, verdicts, strict=True)
        ]
        new = [place for place, verdict in enumerate(verdicts) if verdict is None]
        if new:
            await _insert_revisions(connection, locked, [(items[place], states[place]) for place in new])
        stale = [item for item, verdict in zip(items, verdicts, strict=True) if isinstance(verdict, StaleRevision)]
        if stale:
            await keep_copies(connection, locked, stale)
        return [verdict or _written(item, locked) for item, verdict in zip(items, verdicts, strict=True)]


def _written(item: SectionSave, locked: Locked) -> Revision:
    number = (item.base or 0) + 1
    return Revision(item.section, number, item.digest, locked.civil_now, item.key_id, locked.trial)


async def _section_states(connection: Connection, items: Sequence[SectionSave]) -> list[SectionState]:
    """Read what the verdicts need, in a statement of its own: the locks are held, so its snapshot is the last word."""
    rows = await connection.fetch(
        _CURRENT_OF_PAIRS, [item.draft_id for item in items], [item.section for item in items]
    )
    current = {(row["draft_id"], row["section"]): row for row in rows}
    return [await _section_state(connection, item, current.get((item.draft_id, item.section))) for item in items]


async def _section_state(connection: Connection, item: SectionSave, row: Any) -> SectionState:
    if row is None:
        return SectionState(None, None, 0, await _draft_bytes(connection, item, 0))
    current = read_revision(row)
    after = (item.base or 0) + 1
    behind = after < current.revision and item.digest != current.digest
    next_after = await connection.fetchrow(_ONE_REVISION, item.draft_id, item.section, after) if behind else None
    section_bytes = row["bytes_so_far"]
    return SectionState(
        current,
        read_revision(next_after) if next_after else None,
        section_bytes,
        await _draft_bytes(connection, item, section_bytes),
    )


async def _draft_bytes(connection: Connection, item: SectionSave, section_bytes: int) -> int:
    """Return the draft's bytes, added up only where this section is past its share of what a draft may hold."""
    if section_bytes + len(item.content) <= MOST_BYTES // MOST_SECTIONS:
        return section_bytes
    return await bytes_of_draft(connection, item.draft_id)


async def _insert_revisions(
    connection: Connection, locked: Locked, new: Sequence[tuple[SectionSave, SectionState]]
) -> None:
    await connection.execute(
        _INSERT_REVISIONS,
        [item.draft_id for item, _ in new],
        [item.section for item, _ in new],
        [(item.base or 0) + 1 for item, _ in new],
        [item.content for item, _ in new],
        [item.digest for item, _ in new],
        [item.key_id for item, _ in new],
        [state.section_bytes + len(item.content) for item, state in new],
        locked.civil_now,
        locked.trial,
    )


async def keep_copies(connection: Connection, locked: Locked, stale: Sequence[SectionSave]) -> None:
    """Keep what was not taken beside its section, as far as there is room; the caller holds the drafts' locks."""
    await connection.execute(
        _INSERT_COPIES,
        [item.draft_id for item in stale],
        [item.section for item in stale],
        [item.digest for item in stale],
        [item.base for item in stale],
        [item.content for item in stale],
        locked.civil_now,
        MOST_REFUSED_COPIES,
    )


class _Delete:
    name = "deletion"

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[Action]
    ) -> Sequence[bytes | ApprodoError]:
        return [await self._one(connection, locked, item) for item in items]

    async def _one(self, connection: Connection, locked: Locked, item: Action) -> bytes | ApprodoError:
        known = locked.drafts.get(item.draft_id)
        if known is None:
            return NotFound()
        if known.gone:
            answer = await connection.fetchval(_DELETION_ANSWER, item.draft_id)
            return bytes(answer) if answer is not None else NotFound()
        if known.sealed:
            return DraftSealed()
        acted = Acted(
            draft_id=item.draft_id,
            number=None,
            programme=locked.drafts[item.draft_id].programme,
            state="deleted",
            arrived_at=civil(locked, item.arrived_at),
            at=locked.civil_now,
            filed_at=None,
            sections={},
            trial=locked.trial,
        )
        answer = item.reply(acted)
        await connection.execute(_MARK_DELETED, item.draft_id, locked.machine_now)
        await forget_contents(connection, [item.draft_id])
        await connection.execute(_REMEMBER_DELETION, item.draft_id, answer, locked.machine_now)
        return answer


async def forget_contents(connection: Connection, draft_ids: Sequence[UUID]) -> None:
    """Remove everything typed into these drafts; the caller holds their locks."""
    await connection.execute("DELETE FROM section_revision WHERE draft_id = ANY($1::uuid[])", draft_ids)
    await connection.execute("DELETE FROM refused_copy WHERE draft_id = ANY($1::uuid[])", draft_ids)
    await connection.execute("UPDATE draft SET client_reference = NULL WHERE draft_id = ANY($1::uuid[])", draft_ids)


_INSERT_DRAFTS = """
INSERT INTO draft (draft_id, programme, channel, client_reference, form_version, fingerprint, created_at, expires_at)
SELECT *, $7::timestamptz, $8::timestamptz
FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bytea[])
"""

_WITH_CONTENT = "SELECT DISTINCT draft_id FROM section_revision WHERE draft_id = ANY($1::uuid[])"

_CURRENT_OF_PAIRS = """
SELECT r.* FROM unnest($1::uuid[], $2::text[]) AS wanted(draft_id, section)
CROSS JOIN LATERAL (
    SELECT draft_id, section, revision, digest, saved_at, key_id, trial, bytes_so_far
    FROM section_revision s WHERE s.draft_id = wanted.draft_id AND s.section = wanted.section
    ORDER BY revision DESC LIMIT 1
) AS r
"""

_ONE_REVISION = """
SELECT section, revision, digest, saved_at, key_id, trial
FROM section_revision WHERE draft_id = $1 AND section = $2 AND revision = $3
"""

_INSERT_REVISIONS = """
INSERT INTO section_revision (draft_id, section, revision, content, digest, key_id, bytes_so_far, saved_at, trial)
SELECT *, $8::timestamptz, $9::boolean
FROM unnest($1::uuid[], $2::text[], $3::int[], $4::bytea[], $5::bytea[], $6::text[], $7::int[])
"""

# At most so many copies a section: the first are kept, since a loop that repeats itself comes last.
_INSERT_COPIES = """
INSERT INTO refused_copy (draft_id, section, digest, base, content, refused_at)
SELECT c.*, $6::timestamptz
FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::int[], $5::bytea[]) AS c(draft_id, section, digest, base, content)
WHERE (SELECT count(*) FROM refused_copy k WHERE k.draft_id = c.draft_id AND k.section = c.section) < $7
ON CONFLICT DO NOTHING
"""

_MARK_DELETED = "UPDATE draft SET deleted_at = $2 WHERE draft_id = $1"

_REMEMBER_DELETION = """
INSERT INTO idempotency (draft_id, operation, key, fingerprint, status, response, created_at)
VALUES ($1, 'deletion', '', '', 200, $2, $3)
"""

_DELETION_ANSWER = "SELECT response FROM idempotency WHERE draft_id = $1 AND operation = 'deletion' AND key = ''"
