"""The attempt log: refused attempts, noted in memory while they happen and written when the store can take them."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from core.clock import Clock
from core.domain.attempt import MOST_OF_A_DRAFT, AttemptsOfDraft, Certified, LoggedAttempt, Surroundings
from core.domain.errors import ApprodoError, NotFound, OutcomeUnknown, Unavailable
from core.domain.receipt import AttemptCertificate
from core.hooks import Observe, nobody
from core.storage.database import Connection
from core.storage.group_commit import GroupCommit, Locked
from core.storage.reader import Reader
from core.storage.tables import civil_clock

MOST_NOTED = 20_000  # attempts that wait in memory to be written
AT_ONCE = 100  # drafts whose attempts join the writer's queue together
BUSY = 100  # items before the writer; an attempt never takes the place of what can be saved


class AttemptLog:
    """Notes refused attempts without the store, and reads and writes them with it.

    What is noted and not yet written is lost with the process: the certificate itself is the proof.
    """

    def __init__(
        self, commit: GroupCommit, reader: Reader, clock: Clock, *, most: int = MOST_NOTED, observe: Observe = nobody
    ) -> None:
        """Arguments: the writer, the readers' pool, the clock, and how many attempts may wait to be written."""
        self._commit, self._reader, self._clock, self._observe = commit, reader, clock, observe
        self._most, self._noted, self._unlogged = most, dict[Certified, int](), 0
        self._taken: Sequence[AttemptsOfDraft] = ()
        self._append = _Append()

    def note(self, attempt: Certified) -> None:
        """Count one more time that this certificate was given out; it is written later."""
        known = self._noted.get(attempt)
        if known is None and len(self._noted) >= self._most:
            self._unlogged += 1
        else:
            self._noted[attempt] = (known or 0) + 1

    @property
    def waiting(self) -> bool:
        """Say whether something is to be written."""
        return bool(self._noted or self._taken)

    async def write(self, goes_on: Callable[[], bool] = lambda: True) -> None:
        """Write what was noted, through the shared commit; what the store cannot take now waits for the next call.

        `goes_on` is asked after the attempts of each hundred drafts: in a crowd as many more are noted meanwhile, and
        each takes part of a batch from what can be saved.
        """
        if self._unlogged:
            self._observe("attempts.unlogged", count=self._unlogged)
            self._unlogged = 0
        while self.waiting and self._commit.waiting < BUSY:
            self._taken = self._taken or self._take()
            puts = (self._commit.put(self._append, item) for item in self._taken)
            outcomes = await asyncio.gather(*puts, return_exceptions=True)
            again = [self._remains(item, outcome) for item, outcome in zip(self._taken, outcomes, strict=True)]
            self._taken = [item for item in again if item is not None]
            if self._taken or not goes_on():
                return

    def _take(self) -> list[AttemptsOfDraft]:
        now, of_drafts = self._clock.now(), dict[UUID, list[LoggedAttempt]]()
        for attempt in list(self._noted)[:AT_ONCE]:
            logged = LoggedAttempt(attempt, self._noted.pop(attempt))
            of_drafts.setdefault(attempt.stated.draft_id, []).append(logged)
        return [AttemptsOfDraft(draft_id, tuple(attempts), now) for draft_id, attempts in of_drafts.items()]

    def _remains(self, item: AttemptsOfDraft, outcome: object) -> AttemptsOfDraft | None:
        """Return what is to be tried again; a draft that is gone, and what the store rejects, is not."""
        if isinstance(outcome, Unavailable | OutcomeUnknown):
            return item
        if not isinstance(outcome, BaseException):
            self._observe("attempts.logged", count=sum(attempt.times for attempt in item.attempts))
        elif not isinstance(outcome, NotFound):
            self._observe("attempts.failed", failure=type(outcome).__name__)
        return None

    async def of_draft(self, draft_id: UUID, at: datetime | None = None) -> list[LoggedAttempt]:
        """Return the attempts of a draft, latest first, or those of one instant (civil time).

        Errors: NotFound where there is no such draft; StoreUnavailable.
        """
        async with self._reader.snapshot() as connection:
            rows = (await connection.execute(_OF_DRAFT, {"draft_id": draft_id, "at": at})).mappings().all()
        if not rows:
            raise NotFound
        return [_logged(draft_id, row) for row in rows if row["attempted_at"] is not None]

    async def surroundings(self) -> Surroundings:
        """Return the civil offset and the open outages. Errors: StoreUnavailable."""
        async with self._reader.snapshot() as connection:
            ahead = (await connection.execute(select(civil_clock.c.ahead))).scalar_one()
            outages = (await connection.execute(_OPEN)).all()
        return Surroundings(ahead, tuple((row[0], row[1]) for row in outages))


def _logged(draft_id: UUID, row: Any) -> LoggedAttempt:
    stated = AttemptCertificate(
        draft_id=draft_id,
        operation=row["operation"],
        code=row["code"],
        attempted_at=row["attempted_at"],
        trial=row["trial"],
        incident=row["incident"],
    )
    return LoggedAttempt(Certified(stated, row["key_id"]), row["times"])


class _Append:
    name = "attempt"

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[AttemptsOfDraft]
    ) -> Sequence[ApprodoError | None]:
        there = [item for item in items if (known := locked.drafts.get(item.draft_id)) is not None and not known.gone]
        attempts = [(attempt, item.noted_at) for item in there for attempt in item.attempts]
        stated = [attempt.certified.stated for attempt, _ in attempts]
        if attempts:
            await connection.execute(
                _INSERT,
                [one.draft_id for one in stated],
                [one.attempted_at for one in stated],
                [one.operation for one in stated],
                [one.code for one in stated],
                [noted_at for _, noted_at in attempts],
                [one.incident for one in stated],
                [one.trial for one in stated],
                [attempt.certified.key_id for attempt, _ in attempts],
                [attempt.times for attempt, _ in attempts],
                MOST_OF_A_DRAFT,
            )
        written = {item.draft_id for item in there}
        return [None if item.draft_id in written else NotFound() for item in items]


# At most so many rows a draft: the first are kept, since a loop that repeats itself comes last.
_INSERT = """
INSERT INTO attempt_log (draft_id, attempted_at, operation, code, noted_at, incident, trial, key_id, times)
SELECT a.* FROM unnest(
    $1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::timestamptz[], $6::text[], $7::bool[], $8::text[],
    $9::int[]
) AS a(draft_id, attempted_at, operation, code, noted_at, incident, trial, key_id, times)
WHERE (SELECT count(*) FROM attempt_log k WHERE k.draft_id = a.draft_id) < $10
ON CONFLICT DO NOTHING
"""

# One statement: whether the draft is there for its owner, and its attempts. A draft without any gives one empty row.
_OF_DRAFT = text("""
SELECT a.* FROM draft d LEFT JOIN LATERAL (
    SELECT attempted_at, operation, code, incident, trial, key_id, sum(times)::int AS times
    FROM attempt_log WHERE draft_id = d.draft_id AND attempted_at = coalesce(CAST(:at AS timestamptz), attempted_at)
    GROUP BY attempted_at, operation, code, incident, trial, key_id
) AS a ON true
WHERE d.draft_id = :draft_id AND num_nonnulls(d.deleted_at, d.expired_at) = 0
ORDER BY a.attempted_at DESC, a.operation, a.code
""")

_OPEN = text("""
SELECT incident_id, operation FROM incident WHERE ended_at IS NULL AND started_at <= clock_timestamp()
ORDER BY started_at, incident_id
""")
