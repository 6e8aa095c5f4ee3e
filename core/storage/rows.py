"""Rows that several walks write and read in the same way: events, current revisions, claims."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from core.domain.notice import TOLD, cause_of
from core.domain.revision import Revision
from core.domain.submission import Reason, State
from core.storage.database import Connection
from core.storage.group_commit import Locked
from core.storage.new_notices import insert_notices

MOVED = "moved"  # an event: the submission went from one state to another
NO_REASONS = "[]"


class NewEvent(NamedTuple):
    """One thing that happened, ready to be written; `who` and `why` are an operator's."""

    draft_id: UUID
    seq: int
    kind: str
    source: State | None = None
    target: State | None = None
    reasons: tuple[Reason, ...] = ()
    who: str | None = None
    why: str | None = None
    told: bool = False  # by letter, if its applicant wants that


def civil(locked: Locked, at: datetime) -> datetime:
    """Return the civil time of an instant that our clock told, as the transaction reads both clocks.

    Where our clock and the database's disagree one of them has jumped, and nobody here knows which: the earlier of the
    two instants counts, so that no jump of a clock makes somebody late.
    """
    return min(at, at - locked.apart) + (locked.civil_now - locked.machine_now)


def moved(
    draft_id: UUID, seq: int, source: State | None, target: State, *reasons: Reason, told: bool = True
) -> NewEvent:
    """Return the event of a move; the first one comes from nowhere. `told`: false where she wants no notices."""
    return NewEvent(draft_id, seq, MOVED, source, target, reasons, told=told and target in TOLD)


async def insert_events(connection: Connection, at: datetime, events: Sequence[NewEvent]) -> None:
    """Append events, with a notice of each that is told; one that is not an allowed move breaks a constraint.

    Encoding arrays is a fair part of what a worker does, so a column that says what the statement assumes is left out.
    """
    await connection.execute(
        _INSERT_EVENTS,
        [event.draft_id for event in events],
        [event.seq for event in events],
        [event.source for event in events],
        [event.target for event in events],
        _unless_all([event.kind for event in events], MOVED),
        _unless_all([_reasons(event.reasons) for event in events], NO_REASONS),
        _unless_all([event.who for event in events], None),
        _unless_all([event.why for event in events], None),
        at,
    )
    await insert_notices(connection, [(e.draft_id, cause_of(e.target, e.seq)) for e in events if e.told and e.target])


def _unless_all(values: Sequence[str | None], assumed: str | None) -> Sequence[str | None] | None:
    return None if values.count(assumed) == len(values) else values


def _reasons(reasons: Sequence[Reason]) -> str:
    if not reasons:
        return NO_REASONS
    return json.dumps([{"code": r.code, **({"about": r.about} if r.about else {})} for r in reasons])


async def next_seq(connection: Connection, draft_id: UUID) -> int:
    """Return the place of the next event of a submission; the caller holds its draft's lock."""
    return int(await connection.fetchval("SELECT count(*) + 1 FROM submission_event WHERE draft_id = $1", draft_id))


async def current_revisions(connection: Connection, draft_ids: Sequence[UUID]) -> dict[UUID, dict[str, Revision]]:
    """Return the current revision of each section of each draft, contents included."""
    found: dict[UUID, dict[str, Revision]] = {}
    for row in await connection.fetch(_CURRENT_OF_DRAFTS, draft_ids):
        found.setdefault(row["draft_id"], {})[row["section"]] = read_revision(row)
    return found


def read_revision(row: Any) -> Revision:
    """Return the revision of a row; without its content where the reader did not ask for it."""
    return Revision(
        section=row["section"],
        revision=row["revision"],
        digest=row["digest"],
        saved_at=row["saved_at"],
        key_id=row["key_id"],
        trial=row["trial"],
        content=row.get("content") or b"",
    )


async def bytes_of_draft(connection: Connection, draft_id: UUID) -> int:
    """Add up the bytes of all revisions of all sections; the caller holds the draft's lock."""
    return int(await connection.fetchval(_BYTES_OF_DRAFT, draft_id))


PAYMENT_DROPPED = "payment-dropped"  # an event: the bank had not answered about an order when a review was asked for


async def payment_stands(connection: Connection, draft_id: UUID) -> bool:
    """Say whether a payment was ordered and has not failed since; the caller holds the draft's lock."""
    return bool(await connection.fetchval(_PAYMENT_STANDS, draft_id))


# An order given in an earlier round and not failed since stands: no month is ever paid a second time.
PAYMENT_STANDS = """coalesce((
    SELECT e.to_state IN ('payment_ordered', 'paid') FROM submission_event e
    WHERE e.draft_id = s.draft_id
      AND (e.to_state IN ('payment_ordered', 'paid', 'payment_failed') OR e.kind = 'payment-dropped')
    ORDER BY e.seq DESC LIMIT 1
), false)"""

# The months of a submission `s` that nobody else of the same person may have: those of its latest decision, and those
# that were ordered, as long as the order stands. No order is of a decision of a later round.
_DUE = """
    SELECT array_agg(DISTINCT (month ->> 'month')::int)
    FROM decision d CROSS JOIN LATERAL jsonb_array_elements(d.months) AS month
    WHERE d.draft_id = s.draft_id AND (month ->> 'due')::boolean AND d.round"""
_LATEST = "(SELECT max(round) FROM decision WHERE draft_id = s.draft_id)"
_ORDERED = f"""(
    SELECT max(ordered.round) FROM decision ordered WHERE ordered.draft_id = s.draft_id AND {PAYMENT_STANDS}
    AND ordered.round <= (SELECT max(round) FROM effect WHERE draft_id = s.draft_id AND kind = 'payment')
)"""  # noqa: S608  our own statement
MONTHS_TAKEN = f"({_DUE} IN ({_LATEST}, {_ORDERED}))"

# Those that were ordered, where a later round decides about them; the first round has nothing behind it.
MONTHS_ORDERED = f"CASE WHEN s.round > 1 THEN ({_DUE} = {_ORDERED}) END"

# The claim `c` is another live application, in whatever window, of the person of the submission `s`.
ANOTHER_OF_HERS = "c.programme = s.programme AND c.person = s.person AND c.draft_id <> s.draft_id"

_PAYMENT_STANDS = f"SELECT {PAYMENT_STANDS} FROM submission s WHERE s.draft_id = $1"  # noqa: S608  our own statement

_BYTES_OF_DRAFT = """
SELECT coalesce(sum(bytes_so_far), 0) FROM (
    SELECT DISTINCT ON (section) bytes_so_far FROM section_revision
    WHERE draft_id = $1 ORDER BY section, revision DESC
) AS latest
"""

_INSERT_EVENTS = f"""
INSERT INTO submission_event (draft_id, seq, from_state, to_state, kind, reasons, who, why, at)
SELECT n.draft_id, n.seq, n.source, n.target, coalesce(n.kind, '{MOVED}'), coalesce(n.reasons, '{NO_REASONS}'), n.who,
       n.why, $9::timestamptz
FROM unnest($1::uuid[], $2::int[], $3::text[], $4::text[], $5::text[], $6::jsonb[], $7::text[], $8::text[])
     AS n(draft_id, seq, source, target, kind, reasons, who, why)
"""  # noqa: S608  our own statement

_CURRENT_OF_DRAFTS = """
SELECT DISTINCT ON (draft_id, section)
       draft_id, section, revision, content, digest, saved_at, key_id, trial
FROM section_revision WHERE draft_id = ANY($1::uuid[]) ORDER BY draft_id, section, revision DESC
"""
