"""What an applicant may still do after filing: integrate, withdraw, ask for a review."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.domain.draft import MOST_BYTES, MOST_REVISIONS
from core.domain.errors import (
    AlreadyFiled,
    DraftFull,
    KeyReused,
    MoveNotAllowed,
    NotFound,
    Refused,
    RevisionLimit,
    StaleRevision,
)
from core.domain.revision import Revision
from core.domain.submission import Acted, Action, Answer, Integration, State, may_move
from core.domain.work import FOR_A_PERSON, REVIEW, Kind
from core.storage.database import Connection
from core.storage.group_commit import Locked
from core.storage.rows import (
    PAYMENT_DROPPED,
    NewEvent,
    bytes_of_draft,
    civil,
    current_revisions,
    insert_events,
    moved,
    next_seq,
    payment_stands,
)


@dataclass(frozen=True, slots=True)
class _Standing:
    """A submission as its actions find it, under its draft's lock."""

    state: State
    round: int
    programme: str
    channel: str
    window: str
    person: bytes | None
    filed_at: Any
    sections: dict[str, int]


class _One:
    """A unit whose items are rare: each is written by itself, inside the shared transaction."""

    name = ""

    async def write(self, connection: Connection, locked: Locked, items: Sequence[Any]) -> Sequence[Any]:
        return [await self._guarded(connection, locked, item) for item in items]

    async def _guarded(self, connection: Connection, locked: Locked, item: Any) -> Any:
        known = locked.drafts.get(item.draft_id)
        standing = await _standing(connection, item) if known is not None and not known.gone else None
        if standing is None:
            return NotFound()
        try:
            return await self.one(connection, locked, item, standing)
        except Refused as refusal:  # raised before the first write of the item
            return refusal

    async def one(self, connection: Connection, locked: Locked, item: Any, standing: _Standing) -> Any:
        """Write one item and return its answer; raise Refused before anything is written."""
        raise NotImplementedError


class Integrate(_One):
    """New revisions of named sections; needs_applicant goes back into review, a failed payment is ordered again."""

    name = "integration"

    async def one(self, connection: Connection, locked: Locked, item: Integration, standing: _Standing) -> Answer:
        remembered = await connection.fetchrow(_REMEMBERED, item.draft_id, self.name, str(item.key))
        if remembered is not None:
            if remembered["fingerprint"] != item.fingerprint:
                raise KeyReused
            return Answer(remembered["status"], remembered["response"], replayed=True)
        target = _target_of_integration(item, standing)
        current = (await current_revisions(connection, [item.draft_id])).get(item.draft_id, {})
        _must_build_on_current(item, current)
        if await bytes_of_draft(connection, item.draft_id) + _size(item) > MOST_BYTES:
            raise DraftFull
        person = _person(item, standing)
        await _move_claim(connection, item.draft_id, standing, person)
        revisions = await _insert(connection, locked, item)
        return await self._record(connection, locked, item, standing, target, person, revisions)

    async def _record(
        self,
        connection: Connection,
        locked: Locked,
        item: Integration,
        standing: _Standing,
        target: State,
        person: bytes | None,
        revisions: dict[str, Revision],
    ) -> Answer:
        sections = standing.sections | {name: revision.revision for name, revision in revisions.items()}
        number = standing.round + 1
        await connection.execute(_INTEGRATED, item.draft_id, json.dumps(sections), person)
        await _move(connection, locked, item.draft_id, standing.state, target, number)
        kind = Kind.PAYMENT if target is State.PAYMENT_ORDERED else Kind.DECISION
        await insert_work(connection, locked, item.draft_id, standing.channel, kind, f"integration-{number}")
        body = item.reply(_acted(locked, item, standing, target, revisions))
        await _remember(connection, locked, item.draft_id, self.name, str(item.key), item.fingerprint, body)
        return Answer(200, body)


def _target_of_integration(item: Integration, standing: _Standing) -> State:
    if standing.state is State.NEEDS_APPLICANT:
        return State.IN_REVIEW
    if standing.state is State.PAYMENT_FAILED and item.sections.keys() == {"payment"}:
        return State.PAYMENT_ORDERED
    raise MoveNotAllowed


def _must_build_on_current(item: Integration, current: dict[str, Revision]) -> None:
    for name, new in item.sections.items():
        there = current.get(name)
        if (there.revision if there else 0) != new.base:
            raise StaleRevision(there)
        if new.base >= MOST_REVISIONS:
            raise RevisionLimit


def _size(item: Integration) -> int:
    return sum(len(new.content) for new in item.sections.values())


def _person(item: Integration, standing: _Standing) -> bytes | None:
    applicant = item.sections.get("applicant")
    return item.rules.person(applicant.content) if applicant is not None else standing.person


async def _move_claim(connection: Connection, draft_id: UUID, standing: _Standing, person: bytes | None) -> None:
    """A corrected tax code claims the person it names, and lets go of the one it named before, unless she is paid."""
    if person == standing.person:
        return
    if person is not None and not await _claim(connection, draft_id, standing, person):
        raise AlreadyFiled
    if standing.person is not None and not await payment_stands(connection, draft_id):
        await _release(connection, standing, standing.person, draft_id)


async def _claim(connection: Connection, draft_id: UUID, standing: _Standing, person: bytes) -> bool:
    row = await connection.fetchrow(_CLAIM, standing.programme, standing.window, person, draft_id)
    return row is not None


async def _release(connection: Connection, standing: _Standing, person: bytes, draft_id: UUID) -> None:
    await connection.execute(_RELEASE, standing.programme, standing.window, person, draft_id)


async def _insert(connection: Connection, locked: Locked, item: Integration) -> dict[str, Revision]:
    written = {
        name: Revision(name, new.base + 1, new.digest, locked.civil_now, item.key_id, locked.trial)
        for name, new in item.sections.items()
    }
    for name, revision in written.items():
        await connection.execute(
            _INSERT_REVISION,
            item.draft_id,
            name,
            revision.revision,
            item.sections[name].content,
            revision.digest,
            revision.saved_at,
            revision.key_id,
            revision.trial,
        )
    return written


class Withdraw(_One):
    """The applicant takes her application back; she can file again. One whose payment is ordered is past that."""

    name = "withdrawal"

    async def one(self, connection: Connection, locked: Locked, item: Action, standing: _Standing) -> bytes:
        if standing.state is State.WITHDRAWN:
            return bytes(await connection.fetchval(_ANSWER, item.draft_id, self.name, ""))
        if not may_move(standing.state, State.WITHDRAWN) or await payment_stands(connection, item.draft_id):
            raise MoveNotAllowed
        await connection.execute(_DROP_WORK, item.draft_id)
        if standing.person is not None:
            await _release(connection, standing, standing.person, item.draft_id)
        await _move(connection, locked, item.draft_id, standing.state, State.WITHDRAWN, standing.round)
        return await _acknowledge(connection, locked, item, standing, State.WITHDRAWN, self.name, "")


class Reopen(_One):
    """The applicant asks for a review of what was decided."""

    name = "review-request"

    async def one(self, connection: Connection, locked: Locked, item: Action, standing: _Standing) -> bytes:
        if not may_move(standing.state, State.REOPENED):
            again = await connection.fetchval(_ANSWER, item.draft_id, self.name, str(standing.round))
            if again is None:
                raise MoveNotAllowed
            return bytes(again)
        await self._claim_again(connection, item, standing)
        number = standing.round + 1
        await self._drop_work(connection, locked, item.draft_id)
        await _move(connection, locked, item.draft_id, standing.state, State.REOPENED, number)
        await insert_work(connection, locked, item.draft_id, standing.channel, Kind.DECISION, f"{REVIEW}-{number}")
        return await _acknowledge(connection, locked, item, standing, State.REOPENED, self.name, str(number))

    async def _drop_work(self, connection: Connection, locked: Locked, draft_id: UUID) -> None:
        """A payment the bank had not answered about yet is not ordered any more: the review's decision orders it.

        A difference that nobody has settled is reckoned again with the review's decision.
        """
        dropped = await connection.fetch(_DROP_WORK, draft_id)
        if any(row["buried_reason"] not in FOR_A_PERSON for row in dropped):
            seq = await next_seq(connection, draft_id)
            await insert_events(connection, locked.civil_now, [NewEvent(draft_id, seq, PAYMENT_DROPPED)])

    async def _claim_again(self, connection: Connection, item: Action, standing: _Standing) -> None:
        """A refusal had let the person go; a review makes the application live again, unless she has filed another."""
        if standing.state is not State.REFUSED or standing.person is None:
            return
        if not await _claim(connection, item.draft_id, standing, standing.person):
            raise AlreadyFiled


def _acted(
    locked: Locked, item: Integration | Action, standing: _Standing, state: State, revisions: Mapping[str, Revision]
) -> Acted:
    return Acted(
        draft_id=item.draft_id,
        number=item.number,
        programme=standing.programme,
        state=state,
        arrived_at=civil(locked, item.arrived_at),
        at=locked.civil_now,
        filed_at=standing.filed_at,
        sections=revisions,
        trial=locked.trial,
    )


async def _acknowledge(
    connection: Connection,
    locked: Locked,
    item: Action,
    standing: _Standing,
    state: State,
    operation: str,
    key: str,
) -> bytes:
    body = item.reply(_acted(locked, item, standing, state, {}))
    await _remember(connection, locked, item.draft_id, operation, key, b"", body)
    return body


async def _standing(connection: Connection, item: Any) -> _Standing | None:
    """The object check is in the query: a number that is not this draft's finds nothing."""
    row = await connection.fetchrow(_STANDING, item.draft_id, item.number)
    if row is None:
        return None
    return _Standing(
        state=State(row["state"]),
        round=row["round"],
        programme=row["programme"],
        channel=row["channel"],
        window=row["window"],
        person=row["person"],
        filed_at=row["filed_at"],
        sections=json.loads(row["sections"]),
    )


async def _move(
    connection: Connection, locked: Locked, draft_id: UUID, source: State, target: State, number: int
) -> None:
    event: NewEvent = moved(draft_id, await next_seq(connection, draft_id), source, target)
    await insert_events(connection, locked.civil_now, [event])
    await connection.execute(_SET_STATE, draft_id, target, locked.civil_now, number)


async def insert_work(
    connection: Connection, locked: Locked, draft_id: UUID, channel: str, kind: Kind, cause: str
) -> None:
    """Put one thing to do on the list, due now."""
    await connection.execute(_INSERT_WORK, draft_id, kind, cause, channel, locked.machine_now)


async def _remember(
    connection: Connection, locked: Locked, draft_id: UUID, operation: str, key: str, fingerprint: bytes, body: bytes
) -> None:
    await connection.execute(_REMEMBER, draft_id, operation, key, fingerprint, body, locked.machine_now)


_STANDING = """
SELECT state, round, programme, channel, "window", person, filed_at, sections
FROM submission WHERE draft_id = $1 AND number = $2
"""
_REMEMBERED = """
SELECT fingerprint, status, response FROM idempotency WHERE draft_id = $1 AND operation = $2 AND key = $3
"""
_ANSWER = "SELECT response FROM idempotency WHERE draft_id = $1 AND operation = $2 AND key = $3"
# A tax code that came in late, or was corrected, says whether she has an ordinary application that this one adds to.
_INTEGRATED = """
UPDATE submission s SET sections = $2::jsonb, person = $3::bytea, supplementary = CASE
    WHEN s.person IS NOT DISTINCT FROM $3::bytea THEN s.supplementary
    ELSE s."window" = 'late' AND EXISTS (
        SELECT FROM live_claim c
        WHERE c.programme = s.programme AND c."window" = 'ordinary' AND c.person = $3::bytea
    )
END
WHERE s.draft_id = $1
"""
_SET_STATE = """
UPDATE submission SET state = $2, state_since = $3, round = $4, next_check_at = NULL WHERE draft_id = $1
"""
_DROP_WORK = "DELETE FROM work WHERE draft_id = $1 AND kind <> 'notice' RETURNING buried_reason"
_INSERT_WORK = """
INSERT INTO work (draft_id, kind, cause, channel, due_at, created_at) VALUES ($1, $2, $3, $4, $5, $5)
"""
_CLAIM = """
INSERT INTO live_claim (programme, "window", person, draft_id) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme, "window", person) DO UPDATE SET draft_id = excluded.draft_id
WHERE live_claim.draft_id = excluded.draft_id
RETURNING draft_id
"""
_RELEASE = """
DELETE FROM live_claim WHERE programme = $1 AND "window" = $2 AND person = $3 AND draft_id = $4
"""
_INSERT_REVISION = """
INSERT INTO section_revision (draft_id, section, revision, content, digest, saved_at, key_id, trial, bytes_so_far)
SELECT $1::uuid, $2::text, $3::int, $4::bytea, $5::bytea, $6::timestamptz, $7::text, $8::boolean,
       octet_length($4::bytea) + coalesce(max(bytes_so_far), 0)
FROM section_revision WHERE draft_id = $1::uuid AND section = $2::text
"""
_REMEMBER = """
INSERT INTO idempotency (draft_id, operation, key, fingerprint, status, response, created_at)
VALUES ($1, $2, $3, $4, 200, $5, $6)
"""
