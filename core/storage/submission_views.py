"""Submissions as they are read: what is there of each, with all that happened to it and its latest decision."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import RowMapping, Text, Uuid, bindparam, column, func, literal_column, or_, select, true
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from core.domain.draft import Channel
from core.domain.submission import Decision, Event, MonthDue, Reason, State, SubmissionView
from core.domain.window import Window
from core.storage.group_read import GroupRead
from core.storage.reader import Reader
from core.storage.rows import PAYMENT_STANDS
from core.storage.tables import ASKED, civil_clock, decision, filing, submission, submission_event

_Key = tuple[UUID, str | None]  # a draft, and the number that is asked for, where one is


class SubmissionViews:
    """Reads them, whoever asks at the same time together."""

    def __init__(self, reader: Reader) -> None:
        self._together = GroupRead(reader, _read)

    async def read(self, draft_id: UUID, number: str | None) -> SubmissionView:
        """Return the submission of this draft, if `number` (where given) is its own. Errors: NotFound."""
        return _view(*await self._together.find((draft_id, number)))


class _Rows(NamedTuple):
    """What is there of one submission: its events in their order, and its latest decision."""

    row: RowMapping
    events: list[RowMapping]
    decided: list[RowMapping]


async def _read(connection: AsyncConnection, keys: Sequence[_Key]) -> dict[_Key, _Rows]:
    asked = {"draft_ids": [draft_id for draft_id, _ in keys], "numbers": [number for _, number in keys]}
    rows = (await connection.execute(_SUBMISSIONS, asked)).mappings()
    found: dict[_Key, _Rows] = {(row["draft_id"], row["asked"]): _Rows(row, [], []) for row in rows}
    there = {"draft_ids": list({draft_id for draft_id, _ in found})}
    events, decided = [
        _by_draft((await connection.execute(statement, there)).mappings()) for statement in (_TIMELINES, _DECISIONS)
    ]
    return {key: one._replace(events=events[key[0]], decided=decided[key[0]]) for key, one in found.items()}


def _by_draft(rows: Iterable[RowMapping]) -> Mapping[UUID, list[RowMapping]]:
    found = defaultdict[UUID, list[RowMapping]](list)
    for row in rows:
        found[row["draft_id"]].append(row)
    return found


def _view(row: RowMapping, events: Sequence[RowMapping], decided: Sequence[RowMapping]) -> SubmissionView:
    return SubmissionView(
        draft_id=row["draft_id"],
        number=row["number"],
        programme=row["programme"],
        channel=Channel(row["channel"]),
        state=State(row["state"]),
        window=Window(row["window"]),
        arrived_at=row["arrived_at"],
        filed_at=row["filed_at"],
        sections=row["sections"],
        receipt=row["signed"],
        timeline=[_event(event) for event in events],
        decision=_decided(decided[0]) if decided else None,
        next_check_at=row["next_check_at"] + row["ahead"] if row["next_check_at"] else None,
        civil_now=row["civil_now"],
        trial=row["trial"],
        language=row["language"],
        payment_stands=row["payment_stands"],
    )


def _event(row: RowMapping) -> Event:
    return Event(
        at=row["at"],
        kind=row["kind"],
        state=State(row["to_state"]) if row["to_state"] else None,
        reasons=tuple(Reason(reason["code"], reason.get("about")) for reason in row["reasons"]),
    )


def _decided(row: RowMapping) -> Decision:
    return Decision(
        outcome=State(row["outcome"]),
        months=tuple(MonthDue(m["month"], m["due"], tuple(m["reasons"])) for m in row["months"]),
        amount_cents=row["amount_cents"],
        rules_version=row["rules_version"],
        decided_at=row["decided_at"],
    )


# The object check is in the query: a number that is not this draft's finds nothing.
_S = submission.alias("s")  # as PAYMENT_STANDS calls it
_WANTED = (
    func.unnest(bindparam("draft_ids", type_=ARRAY(Uuid)), bindparam("numbers", type_=ARRAY(Text)))
    .table_valued(column("draft_id", Uuid), column("number", Text), name="wanted")
    .render_derived()
)
_SUBMISSIONS = (
    select(
        _S,
        _WANTED.c.number.label("asked"),
        (func.clock_timestamp() + civil_clock.c.ahead).label("civil_now"),
        civil_clock.c.ahead,
        func.coalesce(filing.c.receipt, _S.c.receipt).label("signed"),
        literal_column(PAYMENT_STANDS).label("payment_stands"),
    )
    .join_from(_WANTED, _S, _S.c.draft_id == _WANTED.c.draft_id)
    .join(civil_clock, true())
    .outerjoin(filing, filing.c.draft_id == _S.c.draft_id)
    .where(or_(_WANTED.c.number.is_(None), _S.c.number == _WANTED.c.number))
)

_E, _D = submission_event.c, decision.c
_TIMELINES = (
    select(_E.draft_id, _E.at, _E.kind, _E.to_state, _E.reasons)
    .where(_E.draft_id == ASKED)
    .order_by(_E.draft_id, _E.seq)
)
_DECISIONS = (
    select(decision).ext(distinct_on(_D.draft_id)).where(_D.draft_id == ASKED).order_by(_D.draft_id, _D.round.desc())
)
