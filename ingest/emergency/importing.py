"""Importing: what waits in the register goes into the ledger as soon as it is back, in order, each entry once."""

import asyncio
import fcntl
import os
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID, uuid4

from core.clock import Clock
from core.domain.draft import SectionSave
from core.domain.errors import OutcomeUnknown, Unavailable
from core.domain.register import FAULT, UNREADABLE, Entry, Import, Imported, Operation, Outcome
from core.domain.submission import Filing, FilingRules
from core.hooks import Observe
from ingest.emergency.journal import Journal
from ingest.emergency.register import AHEAD, Register

AT_ONCE = 200  # drafts whose oldest entry joins the ledger's queue together
AWAY_SECONDS = 0.25  # between two looks for a ledger that is away
QUIET_SECONDS = 0.5  # between two looks whether something waits
STALLED_SECONDS = 2.0  # after a fault of the journal or of ours, so that nobody's log fills with the same line
LEARN_SECONDS = 5.0  # between two looks at the civil clock
MOST_FAULTS = 3  # of ours, with one entry; then a person takes it


class Ledger(Protocol):
    """What importing asks of the ledger (core.storage.register.RegisterImports)."""

    async def take(self, item: Import) -> Imported: ...

    async def answers(self, nobody: UUID) -> None: ...


class Importer:
    """Brings in what waits. Every counter has one, and one of a machine works at a time: whoever holds the lock.

    Stopped at any moment it loses nothing and does nothing twice: an entry is erased here only after the ledger has
    told what became of it, and the ledger tells the same again.
    """

    def __init__(
        self,
        register: Register,
        ledger: Ledger,
        rules: FilingRules,
        clock: Clock,
        observe: Observe,
        folder: Path,
        ahead: Callable[[], Awaitable[timedelta | None]],
    ) -> None:
        """Arguments: the register; the ledger; the counter's rules of filing; the journal's folder; how to learn by
        how much civil time runs ahead (None where nobody says)."""
        self._register, self._ledger, self._rules = register, ledger, rules
        self._clock, self._observe, self._folder, self._ahead = clock, observe, folder, ahead
        self._journal: Journal | None = None
        self._lock: int | None = None
        self._faults: dict[tuple[str, int], int] = {}
        self._learn_at = 0.0
        self._told = (0, 0.0, 0.0)
        self._dirty = True  # what was erased may still lie in the journal's log

    async def keep_up(self) -> None:
        """Look for the ledger while it is away, and bring in what waits, until cancelled."""
        while True:
            try:
                self._tell_backlog()
                await self.once()
            except (Unavailable, OutcomeUnknown):
                pass  # what waits goes on waiting
            except Exception as error:  # noqa: BLE001  a fault here must not end what comes after it
                self._close()
                self._observe("register.stalled", failure=type(error).__name__, exc_info=error)
                await asyncio.sleep(STALLED_SECONDS)
            await asyncio.sleep(AWAY_SECONDS if self._register.away else QUIET_SECONDS)

    def _tell_backlog(self) -> None:
        standing = *self._register.backlog(), self._register.interrupted()
        if standing != self._told:
            self._told = standing
            count, seconds, interrupted = standing
            self._observe("register.waited", count=count, seconds=seconds, interrupted=interrupted)

    async def once(self) -> None:
        """Bring in all that waits now. Errors: Unavailable, OutcomeUnknown; sqlite3.Error, OSError of the journal."""
        if self._register.away:
            await self._ledger.answers(uuid4())
            self._register.came_back()
        await self._learn()
        journal = self._opened()
        if (
            journal is None
            or not (journal.mark.waiting or journal.mark.interrupted or self._dirty)
            or not self._locked()
        ):
            return
        if journal.mark.interrupted:
            await self._ledger.answers(uuid4())
            await asyncio.to_thread(journal.end_interruption, self._clock.now())
        while journal.mark.waiting and await self._some(journal):
            pass
        if self._dirty and not journal.mark.waiting:
            await asyncio.to_thread(journal.shrink)
            self._dirty = False

    async def _some(self, journal: Journal) -> bool:
        """Bring in the oldest entry of some drafts; say whether there may be more."""
        found = await asyncio.to_thread(journal.waiting, AT_ONCE)
        if not found:
            await asyncio.to_thread(journal.mark_anew)
            return False
        items = [self._item(one) for one in found]
        outcomes = await asyncio.gather(*(self._ledger.take(item) for item in items), return_exceptions=True)
        pairs = zip(items, outcomes, strict=True)
        done = [(item.entry, outcome) for item, outcome in pairs if isinstance(outcome, Imported)]
        if done:
            self._dirty = True
            await asyncio.to_thread(journal.settle, done)
            self._tell(done)
        self._count_faults(items, outcomes)
        for outcome in outcomes:
            if isinstance(outcome, Unavailable | OutcomeUnknown):
                raise outcome
        return bool(done)

    def _item(self, found: Entry | tuple[Entry, bytes]) -> Import:
        """Return what the ledger is asked for; an entry that cannot be read goes to a person as it is."""
        if isinstance(found, tuple):
            entry, sealed = found
            return Import(replace(entry, content=sealed), "", unable=UNREADABLE)
        receipt = self._register.receipt(found)
        if self._faults.get((found.register, found.number), 0) >= MOST_FAULTS:
            return Import(found, receipt, unable=FAULT)
        if found.operation is Operation.SUBMISSION:
            return Import(found, receipt, filing=_filing(found, self._rules))
        return Import(found, receipt, save=_save(found))

    def _count_faults(self, items: Sequence[Import], outcomes: Sequence[object]) -> None:
        for item, outcome in zip(items, outcomes, strict=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, Unavailable | OutcomeUnknown):
                place = item.entry.register, item.entry.number
                self._faults[place] = self._faults.get(place, 0) + 1
                self._observe("register.stalled", failure=type(outcome).__name__, exc_info=outcome)

    def _tell(self, done: Sequence[tuple[Entry, Imported]]) -> None:
        for entry, imported in done:
            self._observe(
                "register.imported",
                operation=entry.operation,
                outcome=imported.outcome,
                seconds=max(0.0, (self._clock.now() - entry.registered_at).total_seconds()),
            )
            if imported.outcome is Outcome.NOT_TAKEN and entry.operation is not Operation.COPY:
                self._observe("register.not_taken", operation=entry.operation, reason=imported.reason)

    async def _learn(self) -> None:
        """Learn the civil offset while the ledger can tell, so that entries state it while it cannot."""
        if self._clock.monotonic() < self._learn_at:
            return
        self._learn_at = self._clock.monotonic() + LEARN_SECONDS
        ahead = await self._ahead()
        if ahead is None:
            return
        self._register.ahead = ahead
        journal = self._opened()
        told = str(ahead.total_seconds())
        if journal is not None and journal.remembered(AHEAD) != told:
            await asyncio.to_thread(journal.remember, AHEAD, told)

    def _opened(self) -> Journal | None:
        if self._journal is None and (self._register.copies or self._folder.exists()):
            self._journal = self._register.open_journal()
        return self._journal

    def _locked(self) -> bool:
        """Say whether this process is the one that brings in; the lock goes with the process that holds it."""
        if self._lock is not None:
            return True
        descriptor = os.open(self._folder / "importing", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._lock = descriptor
        return True

    def _close(self) -> None:
        """Leave a journal that failed; it is opened anew."""
        if self._journal is not None:
            with suppress(sqlite3.Error):
                self._journal.close()
            self._journal = None

    def close(self) -> None:
        """Let the journal and the lock go."""
        self._close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _save(entry: Entry) -> SectionSave:
    assert entry.section is not None
    return SectionSave(
        draft_id=entry.draft_id,
        section=entry.section,
        base=entry.base,
        content=entry.content,
        digest=entry.digest,
        key_id=entry.key_id,
        asked_at=entry.registered_at,
    )


def _filing(entry: Entry, rules: FilingRules) -> Filing:
    assert entry.key is not None
    return Filing(
        draft_id=entry.draft_id,
        key=entry.key,
        fingerprint=entry.digest,
        sections=entry.named,
        arrived_at=entry.arrived_at,
        rules=rules,
        language=entry.language,
    )
