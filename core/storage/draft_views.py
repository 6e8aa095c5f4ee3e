"""Drafts as they are read: each with the current revision of its sections, or one section's history."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, Select, false, func, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.draft import DraftView, RefusedCopy, SectionHistory
from core.domain.errors import NotFound
from core.storage.group_commit import draft_of
from core.storage.group_read import GroupRead
from core.storage.reader import Reader
from core.storage.rows import read_revision
from core.storage.tables import ASKED, civil_clock, draft, refused_copy, section_revision


class DraftViews:
    """Reads them, whoever asks at the same time together."""

    def __init__(self, reader: Reader) -> None:
        self._reader, self._together = reader, GroupRead(reader, _read)

    async def read(self, draft_id: UUID) -> DraftView:
        """Return the draft and the current revision of each section, contents included. Errors: NotFound."""
        row, rows = await self._together.find(draft_id)
        return DraftView(draft_of(row), row["civil_now"], [read_revision(one) for one in rows])

    async def history(self, draft_id: UUID, section: str) -> SectionHistory:
        """Return all revisions of a section, oldest first, and the copies not taken. Errors: NotFound."""
        async with self._reader.snapshot() as connection:
            row = (await connection.execute(_DRAFTS, {"draft_ids": [draft_id]})).mappings().one_or_none()
            if row is None:
                raise NotFound
            revisions = (await connection.execute(_all_revisions(draft_id, section))).mappings().all()
            copies = (await connection.execute(_refused_copies(draft_id, section))).mappings().all()
        kept = [RefusedCopy(**copy) for copy in copies]
        return SectionHistory([read_revision(one) for one in revisions], kept, row["civil_now"])


async def _read(
    connection: AsyncConnection, draft_ids: Sequence[UUID]
) -> dict[UUID, tuple[RowMapping, list[RowMapping]]]:
    """Return each draft that is there, and the current revision of each of its sections."""
    rows = (await connection.execute(_DRAFTS, {"draft_ids": draft_ids})).mappings()
    found: dict[UUID, tuple[RowMapping, list[RowMapping]]] = {row["draft_id"]: (row, []) for row in rows}
    for revision in (await connection.execute(_CURRENT_REVISIONS, {"draft_ids": [*found]})).mappings():
        found[revision["draft_id"]][1].append(revision)
    return found


# Those that are not gone.
_DRAFTS = (
    select(
        draft.c.draft_id,
        draft.c.programme,
        draft.c.channel,
        draft.c.created_at,
        draft.c.expires_at,
        draft.c.sealed_at.is_not(None).label("sealed"),
        false().label("gone"),
        draft.c.fingerprint,
        (func.clock_timestamp() + civil_clock.c.ahead).label("civil_now"),
    )
    .join_from(draft, civil_clock, true())
    .where(draft.c.draft_id == ASKED, func.num_nonnulls(draft.c.deleted_at, draft.c.expired_at) == 0)
)

_CURRENT_REVISIONS = (
    select(section_revision)
    .ext(distinct_on(section_revision.c.draft_id, section_revision.c.section))
    .where(section_revision.c.draft_id == ASKED)
    .order_by(section_revision.c.draft_id, section_revision.c.section, section_revision.c.revision.desc())
)


def _all_revisions(draft_id: UUID, section: str) -> Select[Any]:
    s = section_revision.c
    return select(section_revision).where(s.draft_id == draft_id, s.section == section).order_by(s.revision)


def _refused_copies(draft_id: UUID, section: str) -> Select[Any]:
    c = refused_copy.c
    return (
        select(c.section, c.base, c.digest, c.refused_at, c.content)
        .where(c.draft_id == draft_id, c.section == section)
        .order_by(c.refused_at)
    )
