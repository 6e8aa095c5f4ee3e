"""Submissions at the counter: filed, integrated, withdrawn, reopened, read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core.domain.draft import Draft
from core.domain.errors import AlreadyFiled, ApprodoError
from core.domain.revision import Revision
from core.domain.submission import (
    Action,
    Answer,
    Filed,
    Filing,
    FirstAnswer,
    Integration,
    Remembered,
    State,
    SubmissionView,
    judge,
)
from core.domain.window import Window
from core.domain.work import Kind
from core.storage.actions import Integrate, Reopen, Withdraw
from core.storage.database import Connection
from core.storage.group_commit import GroupCommit, Locked
from core.storage.reader import Reader
from core.storage.rows import civil, current_revisions, insert_events, moved
from core.storage.submission_views import SubmissionViews
from core.storage.switches import Paused, intake_paused, nothing_paused

OPERATION = "submission"


class Submissions:
    """What the counter does with submissions."""

    def __init__(self, commit: GroupCommit, reader: Reader, *, paused: Paused = nothing_paused) -> None:
        """Arguments: the writer, the readers' pool, and what is paused."""
        self._commit, self._views = commit, SubmissionViews(reader)
        self._file, self._integrate, self._withdraw, self._reopen = File(paused), Integrate(), Withdraw(), Reopen()

    async def file(self, filing: Filing) -> Answer:
        """Seal the draft exactly as its applicant saw it, or give the answer that was given before.

        Errors: NotFound, KeyReused, AlreadySealed, SectionsMissing, DeclarationsMissing, SectionChanged, AlreadyFiled,
        IntakePaused for what would be filed, never for what was.
        """
        return await self._commit.put(self._file, filing)

    async def integrate(self, integration: Integration) -> Answer:
        """Add what was asked for after filing; `filed_at` stays.

        Errors: NotFound, KeyReused, MoveNotAllowed, StaleRevision (of the first section that moved on), AlreadyFiled.
        """
        return await self._commit.put(self._integrate, integration)

    async def withdraw(self, action: Action) -> bytes:
        """Withdraw before a decision; a repeat gets the same answer. Errors: NotFound, MoveNotAllowed."""
        return await self._commit.put(self._withdraw, action)

    async def reopen(self, action: Action) -> bytes:
        """Ask for a review of a decision; a repeat while it runs gets the same answer.

        Errors: NotFound, MoveNotAllowed, AlreadyFiled (after a refusal the person filed again).
        """
        return await self._commit.put(self._reopen, action)

    async def read(self, draft_id: UUID, number: str | None = None) -> SubmissionView:
        """Return the submission of this draft, if `number` (where given) is its own. Errors: NotFound."""
        return await self._views.read(draft_id, number)


class File:
    """The unit of filings."""

    name = OPERATION

    def __init__(self, paused: Paused) -> None:
        self._paused = paused

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[Filing]
    ) -> Sequence[Answer | ApprodoError]:
        """Seal the drafts, or say what already answers or refuses a filing (core.domain.submission.judge)."""
        known = [item.draft_id for item in items]
        remembered = await _remembered(connection, items)
        first = await _first_answers(connection, known)
        current = await current_revisions(connection, known)
        outcomes: list[Any] = [
            judge(item, locked.drafts.get(id_), remembered.get(id_), first.get(id_), current.get(id_, {}))
            for item, id_ in zip(items, known, strict=True)
        ]
        outcomes = [
            verdict or intake_paused(self._paused, locked, id_) for verdict, id_ in zip(outcomes, known, strict=True)
        ]
        new = [place for place, verdict in enumerate(outcomes) if verdict is None]
        if new:
            written = await _seal(connection, locked, [_candidate(locked, items[i], current) for i in new])
            for place, outcome in zip(new, written, strict=True):
                outcomes[place] = outcome
        return outcomes


async def _remembered(connection: Connection, items: Sequence[Filing]) -> dict[UUID, Remembered]:
    rows = await connection.fetch(
        _REMEMBERED, [item.draft_id for item in items], [str(item.key) for item in items], OPERATION
    )
    return {row["draft_id"]: Remembered(row["fingerprint"], row["status"], row["response"]) for row in rows}


async def _first_answers(connection: Connection, draft_ids: Sequence[UUID]) -> dict[UUID, FirstAnswer]:
    rows = await connection.fetch(_FIRST_ANSWERS, draft_ids, OPERATION)
    return {row["draft_id"]: FirstAnswer(json.loads(row["filed_sections"]), row["response"]) for row in rows}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A filing that may be sealed: whose it is, and when it came in."""

    filing: Filing
    draft: Draft
    revisions: Mapping[str, Revision]
    person: bytes | None
    window: Window
    arrived_at: datetime
    told: bool  # by letter


@dataclass(frozen=True, slots=True)
class _Sealed:
    """A filing as it is written, with the receipt and the bytes of its answer."""

    candidate: _Candidate
    filed: Filed
    receipt: str
    body: bytes


def _candidate(locked: Locked, filing: Filing, current: Mapping[UUID, Mapping[str, Revision]]) -> _Candidate:
    draft, revisions = locked.drafts[filing.draft_id], current[filing.draft_id]
    arrived_at = civil(locked, filing.arrived_at)
    return _Candidate(
        filing=filing,
        draft=draft,
        revisions=revisions,
        person=filing.rules.person(revisions["applicant"].content),
        window=filing.rules.window_at(draft.programme, arrived_at),
        arrived_at=arrived_at,
        told=filing.rules.tells(revisions["applicant"].content),
    )


async def _seal(
    connection: Connection, locked: Locked, candidates: Sequence[_Candidate]
) -> list[Answer | AlreadyFiled]:
    """Claim the person, then write submission, event, work and answer of those who could be claimed."""
    with_person = [one for one in candidates if one.person is not None]
    claimed = await _claim(connection, with_person)
    kept = [one for one in candidates if not one.person or one.filing.draft_id in claimed]
    if not kept:
        return [AlreadyFiled() for _ in candidates]
    earlier = await _with_an_ordinary_claim(connection, with_person)
    numbers = [row[0] for row in await connection.fetch(_NEXT_NUMBERS, len(kept))]
    sealed = [
        _sealed(locked, one, number, supplementary=one.person in earlier)
        for one, number in zip(kept, numbers, strict=True)
    ]
    await _insert(connection, locked, sealed)
    answers = {one.filed.draft_id: Answer(202, one.body, filed=one.filed) for one in sealed}
    return [answers.get(one.filing.draft_id) or AlreadyFiled() for one in candidates]


def _sealed(locked: Locked, candidate: _Candidate, sequence: int, *, supplementary: bool) -> _Sealed:
    rules = candidate.filing.rules
    filed = Filed(
        draft_id=candidate.filing.draft_id,
        number=rules.number(sequence),
        programme=candidate.draft.programme,
        channel=candidate.draft.channel,
        window=candidate.window,
        supplementary=supplementary and candidate.window is Window.LATE,
        arrived_at=candidate.arrived_at,
        filed_at=locked.civil_now,
        sections=candidate.revisions,
        trial=locked.trial,
    )
    return _Sealed(candidate, filed, *rules.reply(filed))


async def _claim(connection: Connection, candidates: Sequence[_Candidate]) -> set[UUID]:
    """Claim each person for her window, in one order for everybody so that no two batches can wait for each other."""
    if not candidates:
        return set()
    rows = await connection.fetch(
        _CLAIM,
        [one.draft.programme for one in candidates],
        [one.window for one in candidates],
        [one.person for one in candidates],
        [one.filing.draft_id for one in candidates],
    )
    return {row["draft_id"] for row in rows}


async def _with_an_ordinary_claim(connection: Connection, candidates: Sequence[_Candidate]) -> set[bytes | None]:
    """Return the persons of late filings who have a live ordinary application: theirs are supplementary."""
    late = [one for one in candidates if one.window is Window.LATE]
    if not late:
        return set()
    programmes = [one.draft.programme for one in late]
    rows = await connection.fetch(_ORDINARY_CLAIMS, programmes, [one.person for one in late])
    return {row["person"] for row in rows}


async def _insert(connection: Connection, locked: Locked, sealed: Sequence[_Sealed]) -> None:
    filed, filings = [one.filed for one in sealed], [one.candidate.filing for one in sealed]
    draft_ids, channels = [one.draft_id for one in filed], [one.channel for one in filed]
    await connection.execute(
        _INSERT_SUBMISSIONS,
        draft_ids,
        [one.number for one in filed],
        [one.programme for one in filed],
        channels,
        [one.window for one in filed],
        [one.supplementary for one in filed],
        [one.candidate.person for one in sealed],
        [one.arrived_at for one in filed],
        [json.dumps(dict(filing.sections)) for filing in filings],
        [one.receipt for one in sealed],
        locked.civil_now,
        locked.trial,
        State.ACCEPTED,
        [one.candidate.told for one in sealed],
        [filing.language for filing in filings],
    )
    events = [moved(one.filed.draft_id, 1, None, State.ACCEPTED, told=one.candidate.told) for one in sealed]
    await insert_events(connection, locked.civil_now, events)
    traces = [filing.traceparent for filing in filings]
    await connection.execute(_INSERT_WORK, draft_ids, channels, locked.machine_now, Kind.DECISION, "filing-1", traces)
    await connection.execute(
        _REMEMBER,
        draft_ids,
        [str(filing.key) for filing in filings],
        [filing.fingerprint for filing in filings],
        [one.body for one in sealed],
        OPERATION,
        locked.machine_now,
    )
    await connection.execute(_MARK_SEALED, draft_ids, locked.machine_now)


_REMEMBERED = """
SELECT i.draft_id, i.fingerprint, i.status, i.response
FROM unnest($1::uuid[], $2::text[]) AS asked(draft_id, key)
JOIN idempotency i ON i.draft_id = asked.draft_id AND i.operation = $3 AND i.key = asked.key
"""

_FIRST_ANSWERS = """
SELECT s.draft_id, coalesce(f.sections, s.filed_sections) AS filed_sections, i.response
FROM submission s JOIN idempotency i ON i.draft_id = s.draft_id AND i.operation = $2
LEFT JOIN filing f ON f.draft_id = s.draft_id
WHERE s.draft_id = ANY($1::uuid[])
"""

_CLAIM = """
INSERT INTO live_claim (programme, "window", person, draft_id)
SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[], $4::uuid[]) AS c(programme, w, person, draft_id)
ORDER BY programme, w, person
ON CONFLICT DO NOTHING RETURNING draft_id
"""

_ORDINARY_CLAIMS = """
SELECT c.person FROM unnest($1::text[], $2::bytea[]) AS wanted(programme, person)
JOIN live_claim c ON c.programme = wanted.programme AND c."window" = 'ordinary' AND c.person = wanted.person
"""

_NEXT_NUMBERS = "SELECT nextval('number') FROM generate_series(1, $1)"

_INSERT_SUBMISSIONS = """
WITH n AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::boolean[], $7::bytea[],
                         $8::timestamptz[], $9::jsonb[], $10::text[], $14::boolean[], $15::text[])
        AS n(draft_id, number, programme, channel, w, supplementary, person, arrived_at, named, receipt, notices,
             language)
), kept AS (
    INSERT INTO filing (draft_id, sections, receipt) SELECT draft_id, named, receipt FROM n
)
INSERT INTO submission (
    draft_id, number, programme, channel, "window", supplementary, person, arrived_at, sections, notices,
    language, filed_at, state, state_since, round, trial
)
SELECT n.draft_id, n.number, n.programme, n.channel, n.w, n.supplementary, n.person, n.arrived_at, n.named, n.notices,
       n.language, $11::timestamptz, $13::text, $11::timestamptz, 1, $12::boolean
FROM n
"""

_INSERT_WORK = """
INSERT INTO work (draft_id, channel, kind, cause, due_at, created_at, traceparent)
SELECT n.draft_id, n.channel, $4::text, $5::text, $3::timestamptz, $3::timestamptz, n.traceparent
FROM unnest($1::uuid[], $2::text[], $6::text[]) AS n(draft_id, channel, traceparent)
"""

_REMEMBER = """
INSERT INTO idempotency (draft_id, key, fingerprint, response, operation, status, created_at)
SELECT *, $5::text, 202, $6::timestamptz FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::bytea[])
"""

_MARK_SEALED = "UPDATE draft SET sealed_at = $2 WHERE draft_id = ANY($1::uuid[])"
