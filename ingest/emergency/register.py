"""The register: whether a save or a filing goes into it, what it answers, and what waits in it."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from core.clock import Clock
from core.domain.draft import SectionSave
from core.domain.errors import ApprodoError, OutcomeUnknown, StaleRevision, StoreUnavailable
from core.domain.receipt import RegisterReceipt
from core.domain.register import Entry, Interruption, Operation, filing_asked, judge_filing, judge_save
from core.domain.submission import Filing
from core.hooks import Observe
from ingest.emergency.copies import Peers
from ingest.emergency.journal import BUSY_SECONDS, FILE, LOOK_SECONDS, Journal
from ingest.emergency.sealing import Box
from ingest.emergency.waiting_mark import may_wait
from ingest.emergency.writer import Writer
from ingest.proof.canonical import canonical
from ingest.proof.receipts import Receipts

CAUSE = "store-unavailable"
UNKNOWN = "outcome-unknown"
LOOK_AGAIN_SECONDS = 2.0
AHEAD = "ahead"  # what the journal remembers the civil offset by


class Register:
    """The emergency register of one counter; its journal is shared by all counters of the machine.

    Where `copies` is 0 nothing is taken, and what an earlier one took is still brought in.
    """

    def __init__(
        self,
        folder: Path,
        secret: bytes,
        receipts: Receipts,
        clock: Clock,
        observe: Observe,
        *,
        copies: int,
        peers: Peers,
    ) -> None:
        """Arguments: the journal's folder; the secret its key is drawn from; how many durable copies an
        acknowledgement needs, this machine's included; the counters that keep the others."""
        self._folder, self._box = folder, Box(secret, b"journal")
        self._receipts, self._clock, self._observe = receipts, clock, observe
        self.copies = copies
        self._wanted = copies > 0 or folder.exists()
        self._looker: Journal | None = None
        self._look_at = 0.0  # monotonic seconds from which a journal that could not be opened is tried again
        self._writer = Writer(self.open_journal, peers, copies, observe) if copies else None
        self._away_since: datetime | None = (
            None  # machine time, of this counter's first request the ledger did not take
        )
        self._cause = CAUSE
        self.ahead: timedelta | None = None  # of civil time; None until it was learned
        self.broken = False

    def open_journal(self, patience: float | None = None) -> Journal:
        """Return a connection of its own to the journal. Errors: sqlite3.Error, OSError."""
        journal = Journal(self._folder, self._box, patience=BUSY_SECONDS if patience is None else patience)
        if journal.cut is not None:
            self._observe("register.failed", failure="Cut")
        return journal

    @property
    def away(self) -> bool:
        """Say whether this counter has found the ledger away and not yet back."""
        return self._away_since is not None

    @property
    def stands_in(self) -> bool:
        """Say whether saves and filings can be acknowledged though the ledger is away."""
        return self.copies > 0 and not self.broken

    def goes_first(self, draft_id: UUID) -> bool:
        """Say whether what comes for a draft goes through the register: the ledger is away, or an entry waits."""
        return (self.away and self.stands_in) or self.holds(draft_id)

    def holds(self, draft_id: UUID) -> bool:
        """Say whether entries of a draft wait for the ledger; where nobody can tell, that they do.

        A journal that cannot be opened stands in nobody's way while its mark says that nothing waits.
        """
        looker = self._look()
        if looker is None:
            return self._wanted and may_wait(self._folder, self._folder / FILE)
        try:
            return looker.holds(draft_id)
        except sqlite3.Error:
            self._broke()
            return True

    def must_not_hold(self, draft_id: UUID) -> None:
        """Refuse what has to see everything acknowledged while entries wait. Errors: StoreUnavailable."""
        if self.holds(draft_id):
            raise StoreUnavailable

    async def save(self, save: SectionSave, arrived_at: datetime, why: ApprodoError | None = None) -> Entry:
        """Take a save; return its entry, or the one that answered it before.

        `why`: what the ledger answered; None where it was not asked. Errors: `why` itself where the register is off or
        cannot take it; what `judge_save` says; OutcomeUnknown.
        """

        def decide(journal: Journal) -> Entry | ApprodoError:
            verdict = judge_save(save, journal.of_draft(save.draft_id))
            if isinstance(verdict, StaleRevision):
                self._add_save(journal, save, arrived_at, Operation.COPY)
            return verdict or self._add_save(journal, save, arrived_at, Operation.SECTION)

        return await self._enter(decide, Operation.SECTION, why)

    async def file(self, filing: Filing, why: ApprodoError | None = None) -> Entry:
        """Take a filing; it is judged by what the register knows, and by the ledger once it is back. As `save`."""

        def decide(journal: Journal) -> Entry | ApprodoError:
            verdict = judge_filing(filing, journal.of_draft(filing.draft_id))
            return verdict or self._add_filing(journal, filing)

        return await self._enter(decide, Operation.SUBMISSION, why)

    async def _enter(
        self, decide: Callable[[Journal], Entry | ApprodoError], operation: Operation, why: ApprodoError | None
    ) -> Entry:
        refusal = why or StoreUnavailable()
        if self._writer is None:
            raise refusal
        if why is not None and self._away_since is None:
            self._cause = UNKNOWN if isinstance(why, OutcomeUnknown) else CAUSE
            self._away_since = self._clock.now()
            self._observe("register.opened", cause=self._cause)
        try:
            entry = await self._writer.enter(decide)
        except StoreUnavailable:
            self.broken = True
            raise refusal from None
        self.broken = False
        self._observe("register.entered", operation=operation)
        return entry

    def _add_save(self, journal: Journal, save: SectionSave, arrived_at: datetime, operation: Operation) -> Entry:
        entry = self._entry(journal, save.draft_id, operation, save.digest, arrived_at, save.content)
        return _added(journal, replace(entry, section=save.section, base=save.base, key_id=save.key_id))

    def _add_filing(self, journal: Journal, filing: Filing) -> Entry:
        asked = canonical(filing_asked(filing.sections, filing.language))
        entry = self._entry(
            journal, filing.draft_id, Operation.SUBMISSION, filing.fingerprint, filing.arrived_at, asked
        )
        return _added(journal, replace(entry, key=filing.key))

    def _entry(
        self,
        journal: Journal,
        draft_id: UUID,
        operation: Operation,
        digest: bytes,
        arrived_at: datetime,
        content: bytes,
    ) -> Entry:
        now, latest = self._clock.now(), journal.latest_at()
        return Entry(
            register=journal.register,
            number=journal.next_number(),
            draft_id=draft_id,
            operation=operation,
            section=None,
            base=None,
            digest=digest,
            key=None,
            arrived_at=arrived_at,
            registered_at=max(now, latest) if latest else now,
            ahead=self._civil_offset(journal),
            interruption=self._interruption(journal, now),
            key_id=self._receipts.key_id,
            content=content,
        )

    def _interruption(self, journal: Journal, now: datetime) -> Interruption:
        """An entry that only waits for those before it belongs to the interruption they are of."""
        latest = None if self.away else journal.latest_interruption()
        return latest or journal.interruption(self._cause, self._away_since or now)

    def _civil_offset(self, journal: Journal) -> timedelta:
        if self.ahead is not None:
            return self.ahead
        return timedelta(seconds=float(journal.remembered(AHEAD) or 0))

    def came_back(self) -> None:
        """Note that the ledger answers this counter again."""
        if self._away_since is not None:
            seconds = (self._clock.now() - self._away_since).total_seconds()
            self._away_since = None
            self._observe("register.closed", seconds=seconds)

    def receipt(self, entry: Entry) -> str:
        """Return the receipt of an entry: the same text each time it is asked for."""
        stated = RegisterReceipt(
            draft_id=entry.draft_id,
            entry=entry.name,
            operation=entry.operation,
            digest=entry.digest,
            arrived_at=entry.arrived_at + entry.ahead,
            registered_at=entry.registered_at + entry.ahead,
            cause=entry.interruption.cause,
            interrupted_at=entry.interruption.began_at + entry.ahead,
            section=entry.section,
            revision=entry.revision if entry.operation is Operation.SECTION else None,
            revisions=entry.named if entry.operation is Operation.SUBMISSION else {},
            trial=bool(entry.ahead),
        )
        return self._receipts.sign(stated, entry.key_id)

    def of_draft(self, draft_id: UUID) -> list[Entry]:
        """Return the entries of a draft that wait. Errors: StoreUnavailable where the journal cannot be read."""
        looker = self._look()
        try:
            known = looker.of_draft(draft_id) if looker else []
        except (sqlite3.Error, ApprodoError):
            self._broke()
            raise StoreUnavailable from None
        return [one for one in known if one.content and one.operation is not Operation.COPY]

    def backlog(self) -> tuple[int, float]:
        """Return how many entries wait and for how many seconds the oldest has; nothing where nobody can tell."""
        looker = self._look()
        try:
            count, oldest = looker.backlog() if looker and looker.mark.waiting else (0, None)
        except sqlite3.Error:
            return 0, 0.0
        return count, max(0.0, (self._clock.now() - oldest).total_seconds()) if oldest else 0.0

    def interrupted(self) -> float:
        """Return for how many seconds the interruption has lasted that the register was opened for; 0 without one."""
        looker = self._look()
        try:
            latest = looker.latest_interruption() if looker and looker.mark.interrupted else None
        except sqlite3.Error:
            return 0.0
        return max(0.0, (self._clock.now() - latest.began_at).total_seconds()) if latest else 0.0

    def _look(self) -> Journal | None:
        """Return the connection of the event loop; None where there is no journal."""
        if self._looker is None and self._wanted and self._clock.monotonic() >= self._look_at:
            self._look_at = self._clock.monotonic() + LOOK_AGAIN_SECONDS
            try:
                self._looker = self.open_journal(LOOK_SECONDS)
            except (sqlite3.Error, OSError):
                self._broke()
        return self._looker

    def _broke(self) -> None:
        if not self.broken:
            self._observe("register.failed", failure="Unreadable")
        self.broken = True

    def close(self) -> None:
        """Enter what waits, and let the journal go."""
        if self._writer is not None:
            self._writer.close()
        if self._looker is not None:
            self._looker.close()


def _added(journal: Journal, entry: Entry) -> Entry:
    journal.add(entry)
    return entry
