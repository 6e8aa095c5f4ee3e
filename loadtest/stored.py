"""What the database holds, read as a stranger: plain SQL, contents digested again as they pass."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg

from loadtest.digest import digest

Row = Any  # asyncpg ships no types
ByDraft = Mapping[str, list[Row]]

# Whatever the driver says where there is no answer, or one that is no row.
NO_ROWS: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


@dataclass(frozen=True, slots=True)
class Revision:
    """One stored save: the digest kept beside its content, and the one the content has."""

    kept: str
    computed: str


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows that matter, by draft; `submissions` and the lists hold rows whose columns go by name.

    `at` is the database's clock when it was read; `ahead` is by how much civil time runs ahead of it, None where that
    has changed since the first row was written.
    """

    drafts: Mapping[str, Row]
    revisions: Mapping[tuple[str, str, int], Revision]
    submissions: ByDraft
    events: ByDraft
    decisions: ByDraft
    effects: ByDraft
    work: ByDraft
    answers: ByDraft
    verifications: ByDraft
    registered: ByDraft  # entries of emergency registers, as they were brought in
    at: datetime
    ahead: timedelta | None

    @classmethod
    def nothing(cls) -> "Stored":
        """Return what is read where there is no database to read."""
        return cls({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, datetime.now(UTC), None)

    def moves(self, draft_id: str) -> list[tuple[str | None, str]]:
        """Return the moves of a submission, from where to where, in order."""
        events = self.events.get(draft_id, [])
        return [(event["from_state"], event["to_state"]) for event in events if event["to_state"] is not None]


async def read(connection: Row) -> Stored:
    """Read everything, in the transaction the caller has begun (repeatable read, where others write meanwhile)."""
    drafts = _by_draft(await connection.fetch(_DRAFTS))
    return Stored(
        drafts={draft_id: rows[0] for draft_id, rows in drafts.items()},
        revisions={_place(row): _revision(row) for row in await connection.fetch(_REVISIONS)},
        submissions=_by_draft(await connection.fetch(_SUBMISSIONS)),
        events=_by_draft(await connection.fetch(_EVENTS)),
        decisions=_by_draft(await connection.fetch("SELECT * FROM decision ORDER BY draft_id, round")),
        effects=_by_draft(await connection.fetch("SELECT * FROM effect ORDER BY draft_id, kind, round")),
        work=_by_draft(await connection.fetch("SELECT * FROM work WHERE kind <> 'notice'")),
        answers=_by_draft(await connection.fetch("SELECT draft_id, operation, key, status FROM idempotency")),
        verifications=_by_draft(await connection.fetch(_VERIFICATIONS)),
        registered=_by_draft(await registered(connection)),
        at=await connection.fetchval("SELECT clock_timestamp()"),
        ahead=await connection.fetchval("SELECT ahead FROM civil_clock"),
    )


async def registered(connection: Row) -> list[Row]:
    """Return the entries of emergency registers that were brought in."""
    return list(await connection.fetch(_REGISTERED))


def _by_draft(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[str(row["draft_id"])].append(row)
    return found


def _place(row: Row) -> tuple[str, str, int]:
    return str(row["draft_id"]), row["section"], row["revision"]


def _revision(row: Row) -> Revision:
    return Revision(row["digest"].hex(), digest(str(row["draft_id"]), row["section"], row["content"]))


_DRAFTS = """
SELECT draft_id, sealed_at IS NOT NULL AS sealed, num_nonnulls(deleted_at, expired_at) > 0 AS gone FROM draft
"""
# What was acknowledged lies in a table of its own; of what has none there, nothing was.
_SUBMISSIONS = """
SELECT submission.*, coalesce(filing.sections, '{}') AS acknowledged FROM submission LEFT JOIN filing USING (draft_id)
"""
_REVISIONS = "SELECT draft_id, section, revision, content, digest FROM section_revision"
_EVENTS = "SELECT draft_id, at, kind, from_state, to_state FROM submission_event ORDER BY draft_id, seq"
_REGISTERED = """
SELECT draft_id, register || '-' || lpad(number::text, 7, '0') AS entry, encode(digest, 'hex') AS digest, operation,
       section, outcome, reason, revision, submission,
       content IS NOT NULL OR EXISTS (
           SELECT FROM refused_copy c WHERE c.draft_id = e.draft_id AND c.section = e.section AND c.digest = e.digest
       ) AS kept
FROM register_entry e
"""
_VERIFICATIONS = """
SELECT draft_id, encode(question, 'hex') AS question, fact, verdict, source, answered_at FROM verification
"""
