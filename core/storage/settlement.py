"""What an attempt came to, written under its fence and shared with its neighbours in one commit."""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from core.domain.errors import ApprodoError, FenceRefused, GrantedElsewhere, MoveNotAllowed
from core.domain.submission import NOT_LIVE, Move, State, may_move
from core.domain.work import Concluded, Kind, Postponed, Settlement
from core.storage.database import Connection
from core.storage.ends import bury, postpone
from core.storage.group_commit import Locked
from core.storage.rows import ANOTHER_OF_HERS, MONTHS_TAKEN, PAYMENT_STANDS, NewEvent, insert_events, moved

States = tuple[State, ...]


class _Held(NamedTuple):
    """A settlement whose fence still holds, with the submission it moves."""

    item: Settlement
    state: State
    states: States  # those it moves to, in order
    round: int
    events: int
    payment_stands: bool  # one ordered in an earlier round
    notices: bool  # its applicant wants to be told by letter
    has_others: bool  # it grants months, and its person has another live application

    @property
    def moves(self) -> tuple[Move, ...]:
        return self.item.end.moves

    @property
    def months(self) -> frozenset[int]:
        return _months_granted(self.item)


class Settle:
    """The unit of workers: verifications, decision, moves, effect and the work row's end, all or nothing."""

    name, reads_drafts = "settlement", False

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[Settlement]
    ) -> Sequence[States | ApprodoError]:
        held = await _held(connection, items)
        allowed = [one for one in held.values() if _is_allowed(one)]
        overtaken = await _overtaken(connection, [one for one in allowed if one.has_others])
        wanted = [one for one in allowed if one.item.draft_id not in overtaken]
        if wanted:
            await _write(connection, locked, wanted)
        refused = dict.fromkeys(held, MoveNotAllowed()) | dict.fromkeys(overtaken, GrantedElsewhere())
        written = {one.item.draft_id: one.states for one in wanted}
        outcomes: Mapping[UUID, States | ApprodoError] = {**refused, **written}
        return [outcomes.get(item.draft_id, FenceRefused()) for item in items]


async def _held(connection: Connection, items: Sequence[Settlement]) -> dict[UUID, _Held]:
    """Lock the rows whose fence is still this attempt's; a zombie's write finds none."""
    grants = [bool(_months_granted(item)) for item in items]
    rows = await connection.fetch(_FENCED, *_fences(items), grants if any(grants) else None)
    by_draft = {item.draft_id: item for item in items}
    return {row["draft_id"]: _of(by_draft[row["draft_id"]], row) for row in rows}


def _of(item: Settlement, row: Any) -> _Held:
    return _Held(
        item=item,
        state=State(row["state"]),
        states=tuple(move.to for move in item.end.moves),
        round=row["round"],
        events=row["events"],
        payment_stands=row["payment_stands"],
        notices=row["notices"],
        has_others=row["has_others"],
    )


def _is_allowed(one: _Held) -> bool:
    return all(may_move(source, target) for source, target in pairwise((one.state, *one.states)))


def _months_granted(item: Settlement) -> frozenset[int]:
    decision = item.end.decision if isinstance(item.end, Concluded) else None
    return frozenset(month.month for month in decision.months if month.due) if decision else frozenset()


async def _overtaken(connection: Connection, held: Sequence[_Held]) -> set[UUID]:
    """Return those that would grant a month which another live application of the same person has, or may get now.

    Whoever settles holds the lock of its draft. An application whose draft is locked by somebody else may be granted
    anything in this moment; nobody waits for it, so nobody can wait in a circle. Once this transaction holds the locks
    of all others, a second statement reads what they have been granted, and that stays so until the commit.
    """
    if not held:
        return set()
    others = await _others(connection, held)
    everyone = sorted(frozenset[UUID]().union(*others.values()))
    still = {row["draft_id"] for row in await connection.fetch(_HOLD_STILL, everyone)}
    rows = await connection.fetch(_TAKEN, list(still))
    taken = {row["draft_id"]: frozenset[int](row["months"] or ()) for row in rows}
    overtaken = set()
    for one in held:
        hers = others[one.item.draft_id]
        if not hers <= still or any(one.months & taken[other] for other in hers):
            overtaken.add(one.item.draft_id)
        else:
            taken[one.item.draft_id] = one.months | taken.get(one.item.draft_id, frozenset())
    return overtaken


async def _others(connection: Connection, held: Sequence[_Held]) -> dict[UUID, frozenset[UUID]]:
    found: dict[UUID, set[UUID]] = {one.item.draft_id: set() for one in held}
    for row in await connection.fetch(_OTHERS, list(found)):
        found[row["draft_id"]].add(row["other"])
    return {draft_id: frozenset(others) for draft_id, others in found.items()}


async def _write(connection: Connection, locked: Locked, held: Sequence[_Held]) -> None:
    await _insert_verifications(connection, locked, held)
    await _insert_moves(connection, locked, held)
    await _postpone(connection, locked, held)
    await bury(connection, locked, [one.item for one in held])
    await _conclude(connection, locked, [one for one in held if isinstance(one.item.end, Concluded)])


async def _insert_verifications(connection: Connection, locked: Locked, held: Sequence[_Held]) -> None:
    answers = [(one.item.draft_id, answer) for one in held for answer in one.item.verifications]
    if not answers:
        return
    await connection.execute(
        _INSERT_VERIFICATIONS,
        [draft_id for draft_id, _ in answers],
        [answer.registry for _, answer in answers],
        [answer.question for _, answer in answers],
        [answer.fact for _, answer in answers],
        [answer.verdict for _, answer in answers],
        [answer.source for _, answer in answers],
        [answer.evidence for _, answer in answers],
        locked.machine_now,
    )


async def _insert_moves(connection: Connection, locked: Locked, held: Sequence[_Held]) -> None:
    moving = [one for one in held if one.moves]
    if not moving:
        return
    await insert_events(connection, locked.civil_now, [event for one in moving for event in _events(one)])
    await connection.execute(
        _SET_STATES,
        [one.item.draft_id for one in moving],
        [one.states[-1] for one in moving],
        locked.civil_now,
    )
    # A person who is paid, or about to be, cannot file again: refused on review, her application stays the live one.
    ended = [one.item.draft_id for one in moving if one.states[-1] in NOT_LIVE and not one.payment_stands]
    if ended:
        await connection.execute(_RELEASE, ended)


def _events(one: _Held) -> list[NewEvent]:
    sources = (one.state, *one.states)
    return [
        moved(one.item.draft_id, one.events + 1 + place, sources[place], move.to, *move.reasons, told=one.notices)
        for place, move in enumerate(one.moves)
    ]


async def _postpone(connection: Connection, locked: Locked, held: Sequence[_Held]) -> None:
    """Whoever reads that the outcome is suspended also reads when it is looked at again."""
    await postpone(connection, locked, [one.item for one in held])
    ends = [(one, one.item.end) for one in held if isinstance(one.item.end, Postponed)]
    suspended = [(one, end) for one, end in ends if (one.state, *one.states)[-1] is State.SUSPENDED]
    if suspended:
        await connection.execute(
            _SET_NEXT_CHECKS,
            [one.item.draft_id for one, _ in suspended],
            [locked.machine_now + end.wait for _, end in suspended],
        )


def _fences(items: Sequence[Settlement]) -> tuple[list[Any], list[int]]:
    return [item.draft_id for item in items], [item.fence for item in items]


async def _conclude(connection: Connection, locked: Locked, held: Sequence[_Held]) -> None:
    """The work row goes, its effect and its decision stay."""
    if not held:
        return
    decisions = [one.item.end.decision if isinstance(one.item.end, Concluded) else None for one in held]
    await connection.execute(
        _CONCLUDE,
        *_fences([one.item for one in held]),
        [one.round for one in held],
        [decision and decision.outcome for decision in decisions],
        [decision and _months(decision.months) for decision in decisions],
        [decision and decision.amount_cents for decision in decisions],
        [decision and decision.rules_version for decision in decisions],
        locked.machine_now,
        locked.civil_now,
    )
    await _order_payments(connection, locked, [one for one in held if _is_to_be_paid(one)])
    await _list_differences(connection, locked, held)


def _is_to_be_paid(one: _Held) -> bool:
    decision = one.item.end.decision if isinstance(one.item.end, Concluded) else None
    return decision is not None and decision.outcome is not State.REFUSED and not one.payment_stands


async def _order_payments(connection: Connection, locked: Locked, held: Sequence[_Held]) -> None:
    if held:
        drafts = [one.item.draft_id for one in held]
        await connection.execute(_INSERT_PAYMENTS, drafts, Kind.PAYMENT, locked.machine_now)


async def _list_differences(connection: Connection, locked: Locked, held: Sequence[_Held]) -> None:
    """An order that stands is not changed by a later decision: what it is wrong by is on a person's list."""
    differing = [
        (one.item.draft_id, one.item.end.difference)
        for one in held
        if isinstance(one.item.end, Concluded) and one.item.end.difference is not None
    ]
    if differing:
        drafts, reasons = [draft_id for draft_id, _ in differing], [reason for _, reason in differing]
        await connection.execute(_LIST_DIFFERENCES, drafts, reasons, Kind.PAYMENT, locked.machine_now)


def _months(months: Sequence[Any]) -> str:
    return orjson.dumps([{"month": m.month, "due": m.due, "reasons": m.reasons} for m in months]).decode()


# A fence is given once, so with its draft it names the row. Before the first round nothing can have been ordered.
_FENCED = f"""
SELECT w.draft_id, s.state, s.round, s.notices,
       (SELECT count(*)::int FROM submission_event e WHERE e.draft_id = w.draft_id) AS events,
       s.round > 1 AND {PAYMENT_STANDS} AS payment_stands,
       coalesce(held.grants, false) AND EXISTS (SELECT FROM live_claim c WHERE {ANOTHER_OF_HERS}) AS has_others
FROM unnest($1::uuid[], $2::bigint[], $3::boolean[]) AS held(draft_id, fence, grants)
JOIN work w ON w.draft_id = held.draft_id AND w.fence = held.fence
JOIN submission s ON s.draft_id = w.draft_id
WHERE w.buried_at IS NULL
FOR UPDATE OF w
"""  # noqa: S608  our own statement

_OTHERS = f"""
SELECT s.draft_id, c.draft_id AS other FROM submission s JOIN live_claim c ON {ANOTHER_OF_HERS}
WHERE s.draft_id = ANY($1::uuid[])
"""  # noqa: S608  our own statement

_HOLD_STILL = """
SELECT draft_id FROM draft WHERE draft_id = ANY($1::uuid[]) ORDER BY draft_id FOR NO KEY UPDATE SKIP LOCKED
"""

_TAKEN = f"""
SELECT s.draft_id, {MONTHS_TAKEN} AS months FROM submission s WHERE s.draft_id = ANY($1::uuid[])
"""  # noqa: S608  our own statement

# A fact asked again in a later round may have a new answer; the one it replaces stays in the events and decisions.
_INSERT_VERIFICATIONS = """
INSERT INTO verification (draft_id, registry, question, fact, verdict, source, evidence, answered_at)
SELECT *, $8::timestamptz
FROM unnest($1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::text[], $6::text[], $7::bytea[])
ON CONFLICT (draft_id, registry, question) DO UPDATE
SET verdict = excluded.verdict, evidence = excluded.evidence, answered_at = excluded.answered_at
"""

_SET_STATES = """
UPDATE submission s SET state = n.state, state_since = $3::timestamptz, next_check_at = NULL
FROM unnest($1::uuid[], $2::text[]) AS n(draft_id, state)
WHERE s.draft_id = n.draft_id
"""

_RELEASE = "DELETE FROM live_claim WHERE draft_id = ANY($1::uuid[])"

_SET_NEXT_CHECKS = """
UPDATE submission s SET next_check_at = n.due_at
FROM unnest($1::uuid[], $2::timestamptz[]) AS n(draft_id, due_at) WHERE s.draft_id = n.draft_id
"""

_CONCLUDE = """
WITH n AS MATERIALIZED (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::smallint[], $4::text[], $5::jsonb[], $6::int[], $7::text[])
        AS n(draft_id, fence, round, outcome, months, amount_cents, rules_version)
), done AS (
    DELETE FROM work w USING n WHERE w.draft_id = n.draft_id AND w.fence = n.fence
    RETURNING w.draft_id, w.kind, n.round, w.fence
), kept AS (
    INSERT INTO effect (draft_id, kind, round, fence, at) SELECT *, $8::timestamptz FROM done
)
INSERT INTO decision (draft_id, fence, round, outcome, months, amount_cents, rules_version, decided_at, verifications)
SELECT n.*, $9::timestamptz, coalesce((
    SELECT jsonb_agg(jsonb_build_array(v.registry, v.fact, encode(v.question, 'hex')) ORDER BY v.registry, v.fact)
    FROM verification v WHERE v.draft_id = n.draft_id), '[]')
FROM n WHERE n.outcome IS NOT NULL
"""

_INSERT_PAYMENTS = """
INSERT INTO work (draft_id, channel, kind, cause, due_at, created_at)
SELECT s.draft_id, s.channel, $2::text, 'decision-' || s.round, $3::timestamptz, $3::timestamptz
FROM submission s WHERE s.draft_id = ANY($1::uuid[])
"""

_LIST_DIFFERENCES = """
INSERT INTO work (draft_id, channel, kind, cause, due_at, created_at, buried_at, buried_reason)
SELECT s.draft_id, s.channel, $3::text, 'difference-' || s.round, $4::timestamptz, $4::timestamptz, $4::timestamptz,
       n.reason
FROM unnest($1::uuid[], $2::text[]) AS n(draft_id, reason) JOIN submission s ON s.draft_id = n.draft_id
"""
