"""What operators and officers do to work: look at what waits, replay it, rule on a fact, record payments."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.domain.errors import ApprodoError, MoveNotAllowed, NotFound
from core.domain.notice import TOLD
from core.domain.replay import Candidate, ReplayOrder, select
from core.domain.submission import Reason, State, may_move
from core.domain.work import REVIEW, Kind, Ruling, Verdict, WorkKey
from core.storage import audit
from core.storage.actions import insert_work
from core.storage.audit import COMMAND_LINE, Act
from core.storage.database import Connection, fetch
from core.storage.group_commit import GroupCommit, Locked
from core.storage.rows import NewEvent, insert_events, next_seq, payment_stands


class Operators:
    """The operators' side of the ledger; the command line and the console call the same thing."""

    def __init__(self, pool: Any, commit: GroupCommit, via: str = COMMAND_LINE) -> None:
        """Arguments: an asyncpg pool for reading, the writer, and from where acts are written to the audit trail."""
        self._pool, self._commit = pool, commit
        self._replay, self._rule = _Replay(via), _Rule(via)
        self._pay, self._settle = _Pay(via), _SettleDifference(via)

    async def buried(self) -> list[Candidate]:
        """Return what waits for a person, oldest first."""
        return [candidate for candidate in await self.candidates() if candidate.buried]

    async def candidates(self, numbers: Collection[str] = ()) -> list[Candidate]:
        """Return the rows that wait for a person, and those of these numbers that nobody holds; oldest first."""
        return [_candidate(row) for row in await fetch(self._pool, _CANDIDATES, list(numbers))]

    async def waiting(self, reason: str | None, most: int) -> list[Candidate]:
        """Return what waits for a person, for this reason alone where one is named; oldest first, at most so many."""
        return [_candidate(row) for row in await fetch(self._pool, _WAITING, reason, most)]

    async def plan(self, order: ReplayOrder) -> list[Candidate]:
        """Return what a replay would set due, and change nothing."""
        return select(await self.candidates(order.numbers), order)

    async def replay(self, order: ReplayOrder) -> list[Candidate]:
        """Set the planned rows due now, each with an event that says who and why; return those that were set."""
        planned = await self.plan(order)
        return [one for one in planned if await self._set_due(one, order)]

    async def _set_due(self, candidate: Candidate, order: ReplayOrder) -> bool:
        return await self._commit.put(self._replay, _ReplayOne(candidate.key, order.who, order.why))

    async def rule(self, ruling: Ruling) -> None:
        """Write an officer's verifications and make the submission's work due: the rules decide.

        Errors: NotFound, MoveNotAllowed (it waits for nobody; or no review waits to be looked at).
        """
        await self._commit.put(self._rule, ruling)

    async def record_payment(self, number: str, who: str) -> None:
        """Record that the bank has paid. Errors: NotFound, MoveNotAllowed."""
        draft_id = await self.draft_of(number)
        await self._commit.put(self._pay, _Paid(draft_id, who))

    async def settle_difference(self, number: str, who: str, why: str) -> str:
        """Record that what a review changed in an order has been paid or recovered; return which of them.

        Errors: NotFound, MoveNotAllowed (there is no difference to settle).
        """
        draft_id = await self.draft_of(number)
        return await self._commit.put(self._settle, _Difference(draft_id, who, why))

    async def decisions(self, draft_id: UUID) -> list[Any]:
        """Return the decisions of each round, oldest first: round, outcome, months (JSON), amount_cents, decided_at."""
        return await fetch(self._pool, _DECISIONS, draft_id)

    async def draft_of(self, number: str) -> UUID:
        """Return the draft of a number. Errors: NotFound."""
        rows = await fetch(self._pool, "SELECT draft_id FROM submission WHERE number = $1", number)
        if not rows:
            raise NotFound
        found: UUID = rows[0][0]
        return found


@dataclass(frozen=True, slots=True)
class _ReplayOne:
    key: WorkKey
    who: str
    why: str

    @property
    def draft_id(self) -> UUID:
        return self.key.draft_id


class _Replay:
    name = "replay"

    def __init__(self, via: str) -> None:
        self._via = via

    async def write(self, connection: Connection, locked: Locked, items: Sequence[_ReplayOne]) -> Sequence[bool]:
        return [await self._one(connection, locked, item) for item in items]

    async def _one(self, connection: Connection, locked: Locked, item: _ReplayOne) -> bool:
        if not await connection.fetchval(_SET_DUE, *item.key, locked.machine_now):
            return False
        if item.key.kind is Kind.NOTICE:  # a letter moves nothing, and may be of a draft that was never filed
            number = await connection.fetchval(_NUMBER, item.draft_id) or "unfiled"
            act = Act(item.who, "replayed", number, item.why, said={"kind": item.key.kind})
            await audit.write(connection, self._via, [act])
            return True
        state = State(await connection.fetchval(_STATE, item.draft_id))
        back = State.IN_REVIEW if state is State.NEEDS_OFFICER else None
        done = _Done(item.draft_id, "replayed", state, back, (), item.who, item.why, {"kind": item.key.kind})
        await _record(connection, locked, done, self._via)
        return True


_RULABLE = frozenset(
    {State.NEEDS_OFFICER, State.NEEDS_APPLICANT, State.SUSPENDED, State.IN_REVIEW, State.REOPENED}
)  # decided, a submission is ruled on once she has asked for a review


class _Rule:
    name = "ruling"

    def __init__(self, via: str) -> None:
        self._via = via

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[Ruling]
    ) -> Sequence[ApprodoError | None]:
        return [await self._one(connection, locked, item) for item in items]

    async def _one(self, connection: Connection, locked: Locked, item: Ruling) -> ApprodoError | None:
        row = await connection.fetchrow(_RULED_ON, item.draft_id)
        if row is None:
            return NotFound()
        state = State(row["state"])
        if state not in _RULABLE or (REVIEW in item.questions and not row["review"]):
            return MoveNotAllowed()
        verdict = Verdict.OK if item.holds else Verdict.KO
        for fact, question in item.questions.items():
            await connection.execute(
                _INSERT_RULING, item.draft_id, question, fact, verdict, item.who.encode(), locked.machine_now
            )
        await self._make_due(connection, locked, item, row)
        back = State.IN_REVIEW if may_move(state, State.IN_REVIEW) else None
        said = {"facts": sorted(item.questions), "holds": item.holds}
        done = _Done(item.draft_id, "ruled", state, back, item.reasons, item.who, item.why, said)
        await _record(connection, locked, done, self._via)
        return None

    async def _make_due(self, connection: Connection, locked: Locked, item: Ruling, row: Any) -> None:
        """Its row is due again; where the matter had gone back to the applicant there is none, and a round begins."""
        due = await connection.fetch(_SET_ALL_DUE, item.draft_id, locked.machine_now)
        if not due:
            number = row["round"] + 1
            await connection.execute("UPDATE submission SET round = $2 WHERE draft_id = $1", item.draft_id, number)
            await insert_work(connection, locked, item.draft_id, row["channel"], Kind.DECISION, f"officer-{number}")


@dataclass(frozen=True, slots=True)
class _Paid:
    draft_id: UUID
    who: str


class _Pay:
    name = "paid"

    def __init__(self, via: str) -> None:
        self._via = via

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[_Paid]
    ) -> Sequence[ApprodoError | None]:
        return [await self._one(connection, locked, item) for item in items]

    async def _one(self, connection: Connection, locked: Locked, item: _Paid) -> ApprodoError | None:
        state = State(await connection.fetchval(_STATE, item.draft_id))
        if state is State.PAID:
            return None
        # Granted again after a review, the order given before it stands: it is that one the bank has paid.
        if not may_move(state, State.PAID) or not await payment_stands(connection, item.draft_id):
            return MoveNotAllowed()
        done = _Done(item.draft_id, "moved", state, State.PAID, (), item.who, None, {"to": State.PAID})
        await _record(connection, locked, done, self._via)
        return None


@dataclass(frozen=True, slots=True)
class _Difference:
    draft_id: UUID
    who: str
    why: str


class _SettleDifference:
    name = "difference"

    def __init__(self, via: str) -> None:
        self._via = via

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[_Difference]
    ) -> Sequence[str | ApprodoError]:
        return [await self._one(connection, locked, item) for item in items]

    async def _one(self, connection: Connection, locked: Locked, item: _Difference) -> str | ApprodoError:
        """From now on the months of this decision are those that are ordered."""
        reason = await connection.fetchval(_TAKE_DIFFERENCE, item.draft_id)
        if reason is None:
            return MoveNotAllowed()
        await connection.execute(_ORDERED_BY_HAND, item.draft_id, Kind.PAYMENT, locked.machine_now)
        state = State(await connection.fetchval(_STATE, item.draft_id))
        reasons, said = (Reason(reason),), {"reason": reason}
        done = _Done(item.draft_id, "difference-settled", state, None, reasons, item.who, item.why, said)
        await _record(connection, locked, done, self._via)
        return str(reason)


@dataclass(frozen=True, slots=True)
class _Done:
    """What was done to a submission, for its timeline and for the audit trail."""

    draft_id: UUID
    kind: str
    state: State
    target: State | None
    reasons: tuple[Reason, ...]
    who: str
    why: str | None
    said: Mapping[str, object]  # for the audit trail alone


async def _record(connection: Connection, locked: Locked, done: _Done, via: str) -> None:
    seq = await next_seq(connection, done.draft_id)
    source = done.state if done.target is not None else None
    told = done.target in TOLD
    event = NewEvent(done.draft_id, seq, done.kind, source, done.target, done.reasons, done.who, done.why, told=told)
    await insert_events(connection, locked.civil_now, [event])
    if done.target is not None:
        await connection.execute(_SET_STATE, done.draft_id, done.target, locked.civil_now)
    number = await connection.fetchval(_NUMBER, done.draft_id)
    await audit.write(connection, via, [Act(done.who, done.kind, number, done.why, said=done.said)])


def _candidate(row: Any) -> Candidate:
    return Candidate(
        key=WorkKey(row["draft_id"], Kind(row["kind"]), row["cause"]),
        number=row["number"],
        state=row["state"],
        channel=row["channel"],
        attempt=row["attempt"],
        crashes=row["crashes"],
        reason=row["buried_reason"] or row["last_failure"],
        waiting_since=row["buried_at"] or row["created_at"],
        buried=row["buried_at"] is not None,
    )


_CANDIDATES = """
SELECT w.*, coalesce(s.number, '') AS number, coalesce(s.state, '') AS state
FROM work w LEFT JOIN submission s USING (draft_id) -- a complaint may be of a draft that was never filed
WHERE w.lease_until IS NULL AND (
    w.buried_at IS NOT NULL OR w.draft_id IN (SELECT draft_id FROM submission WHERE number = ANY($1::text[]))
) ORDER BY coalesce(w.buried_at, w.created_at), s.number
"""
_WAITING = """
SELECT w.*, coalesce(s.number, '') AS number, coalesce(s.state, '') AS state
FROM work w LEFT JOIN submission s USING (draft_id)
WHERE w.buried_at IS NOT NULL AND ($1::text IS NULL OR w.buried_reason = $1)
ORDER BY w.buried_at, s.number LIMIT $2
"""
_DECISIONS = """
SELECT round, outcome, months, amount_cents, decided_at FROM decision WHERE draft_id = $1 ORDER BY round
"""
_NUMBER = "SELECT number FROM submission WHERE draft_id = $1"
_STATE = "SELECT state FROM submission WHERE draft_id = $1"
_RULED_ON = """
SELECT state, round, channel,
       EXISTS (SELECT FROM work w WHERE w.draft_id = s.draft_id AND starts_with(w.cause, 'review-')) AS review
FROM submission s WHERE draft_id = $1
"""
_TAKE_DIFFERENCE = """
DELETE FROM work WHERE draft_id = $1 AND starts_with(cause, 'difference-') RETURNING buried_reason
"""
_ORDERED_BY_HAND = """
INSERT INTO effect (draft_id, kind, round, fence, at)
SELECT draft_id, $2, round, nextval('fence'), $3 FROM submission WHERE draft_id = $1
"""
_SET_STATE = "UPDATE submission SET state = $2, state_since = $3, next_check_at = NULL WHERE draft_id = $1"
_SET_DUE = """
UPDATE work SET due_at = $4, offered = false, attempt = 0, crashes = 0, first_attempt_at = NULL,
       buried_at = NULL, buried_reason = NULL
WHERE draft_id = $1 AND kind = $2 AND cause = $3 AND lease_until IS NULL
RETURNING true
"""
_SET_ALL_DUE = """
UPDATE work SET due_at = $2, offered = false, attempt = 0, crashes = 0, first_attempt_at = NULL,
       buried_at = NULL, buried_reason = NULL, lease_until = NULL, fence = nextval('fence')
WHERE draft_id = $1 AND kind = 'decision' RETURNING draft_id
"""
_INSERT_RULING = """
INSERT INTO verification (draft_id, registry, question, fact, verdict, source, evidence, answered_at)
VALUES ($1, 'officer', $2, $3, $4, 'officer', $5, $6)
ON CONFLICT (draft_id, registry, question) DO UPDATE
SET verdict = excluded.verdict, evidence = excluded.evidence, answered_at = excluded.answered_at
"""
