"""The emergency register: what it holds of a draft while the ledger is away, and the verdict on what comes next."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from core.domain import errors
from core.domain.draft import MOST_BYTES, MOST_REVISIONS, SectionSave
from core.domain.errors import ApprodoError
from core.domain.revision import Revision
from core.domain.submission import Filing

ITALIAN = "it"
_NAMED = "sections"  # the name of no section


class Operation(StrEnum):
    """What an entry is of."""

    SECTION = "section"
    SUBMISSION = "submission"
    COPY = "copy"  # a save that was refused as stale by what the register holds; kept beside the section at import


class Outcome(StrEnum):
    """What became of an entry."""

    WAITING = "waiting"  # for the ledger
    TAKEN = "taken"
    NOT_TAKEN = "not_taken"  # with a reason; what was typed is kept
    VOID = "void"  # refused in the end, since there were not enough copies; its number stays used


@dataclass(frozen=True, slots=True)
class Interruption:
    """One time the ledger was away, as the register states it (DPR 445/2000, art. 63)."""

    cause: str  # the problem that would have been answered
    began_at: datetime  # machine time


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing taken into a register; all instants are machine time, `ahead` leads to civil time."""

    register: str
    number: int  # from 1 in each register, without gaps, over all interruptions
    draft_id: UUID
    operation: Operation
    section: str | None
    base: int | None  # of a save: the revision its writer last saw
    digest: bytes  # of what was typed; of a filing: the fingerprint of its request
    key: UUID | None  # of a filing
    arrived_at: datetime
    registered_at: datetime
    ahead: timedelta
    interruption: Interruption
    key_id: str  # of the key its receipt is signed with
    content: bytes = b""  # canonical: of a save what was typed, of a filing what it asks for; empty once imported
    outcome: Outcome = Outcome.WAITING
    copies: int = 1  # known to be durable

    @property
    def revision(self) -> int:
        """The revision a save will be, if it is the next one of what its writer saw."""
        return (self.base or 0) + 1

    @property
    def named(self) -> Mapping[str, int]:
        """The revisions that a filing names; none once it is imported."""
        asked = self._asked
        named: Mapping[str, int] = asked.get(_NAMED, asked)
        return named

    @property
    def language(self) -> str:
        """The language in which she who filed is written to."""
        asked = self._asked
        return str(asked["language"]) if _NAMED in asked else ITALIAN

    @property
    def _asked(self) -> Mapping[str, Any]:
        asked: Mapping[str, Any] = json.loads(self.content or b"{}")
        return asked

    @property
    def name(self) -> str:
        """The number as people read it: the register's letters and at least seven digits."""
        return f"{self.register}-{self.number:07}"


def filing_asked(sections: Mapping[str, int], language: str) -> Mapping[str, object]:
    """Return what an entry keeps of a filing: the revisions named, with the language beside them where it is another.

    In Italian it is what counters wrote that knew of no language, so that those still running can bring it in.
    """
    return dict(sections) if language == ITALIAN else {_NAMED: dict(sections), "language": language}


def judge_save(save: SectionSave, known: Sequence[Entry]) -> Entry | ApprodoError | None:
    """Say what becomes of a save by what the register knows of its draft, oldest first.

    Returns the entry that already answers it, the error that refuses it, or None where it is to be entered. What only
    the ledger knows is judged at import.
    """
    of_section = [one for one in _standing(known, Operation.SECTION) if one.section == save.section]
    latest = of_section[-1] if of_section else None
    for one in of_section:
        if one.digest == save.digest and (one is latest or one.revision == (save.base or 0) + 1):
            return one
    if any(one.outcome is Outcome.WAITING for one in _standing(known, Operation.SUBMISSION)):
        return errors.DraftSealed()
    if latest and latest.outcome is Outcome.WAITING and latest.revision != save.base:
        return errors.StaleRevision(as_revision(latest))
    if (save.base or 0) >= MOST_REVISIONS:
        return errors.RevisionLimit()
    held = sum(len(one.content) for one in known)
    return errors.DraftFull() if held + len(save.content) > MOST_BYTES else None


def judge_filing(filing: Filing, known: Sequence[Entry]) -> Entry | ApprodoError | None:
    """Say what becomes of a filing by what the register knows of its draft, oldest first; returns as `judge_save`."""
    filings = _standing(known, Operation.SUBMISSION)
    for one in filings:
        if one.key == filing.key and one.digest != filing.fingerprint:
            return errors.KeyReused()
        if one.key == filing.key:  # once the ledger has taken it, the ledger gives the answer
            return one if one.outcome is Outcome.WAITING else errors.StoreUnavailable()
    for one in filings:
        if one.outcome is Outcome.WAITING:
            return one if one.digest == filing.fingerprint else errors.AlreadySealed()
    return _not_ready(filing, {one.section: one for one in _standing(known, Operation.SECTION) if one.section})


def _not_ready(filing: Filing, latest: Mapping[str, Entry]) -> ApprodoError | None:
    waiting = {name: one for name, one in latest.items() if one.outcome is Outcome.WAITING}
    if missing := tuple(name for name in filing.rules.required if name not in filing.sections):
        return errors.SectionsMissing(missing)
    if "declarations" in waiting and not filing.rules.declared(waiting["declarations"].content):
        return errors.DeclarationsMissing()
    changed = tuple(sorted(name for name, one in waiting.items() if filing.sections.get(name) != one.revision))
    return errors.SectionChanged(changed) if changed else None


def _standing(known: Sequence[Entry], operation: Operation) -> list[Entry]:
    """Entries that still speak for the draft: those waiting, and those the ledger has taken."""
    stands = (Outcome.WAITING, Outcome.TAKEN)
    return [one for one in known if one.operation is operation and one.outcome in stands]


def as_revision(entry: Entry) -> Revision:
    """Return an entry of a save as the revision it will be."""
    assert entry.section is not None
    at, trial = entry.registered_at + entry.ahead, bool(entry.ahead)
    return Revision(entry.section, entry.revision, entry.digest, at, entry.key_id, trial)


#: Why an entry could not be imported, by the error the ledger answered with: the codes of the problems.
REASONS: Mapping[type[ApprodoError], str] = {
    errors.NotFound: "not-found",
    errors.DraftExpired: "draft-expired",
    errors.DraftSealed: "sealed",
    errors.StaleRevision: "stale-revision",
    errors.RevisionLimit: "revision-limit",
    errors.DraftFull: "draft-full",
    errors.KeyReused: "idempotency-key-reused",
    errors.AlreadySealed: "already-sealed",
    errors.SectionsMissing: "section-missing",
    errors.DeclarationsMissing: "declarations-not-given",
    errors.SectionChanged: "section-changed",
    errors.AlreadyFiled: "already-filed",
}
UNREADABLE = "unreadable"  # the key it was sealed with is not the one at hand, or it is damaged
FAULT = "fault"  # the ledger met a fault of ours with it, again and again


@dataclass(frozen=True, slots=True)
class Import:
    """An entry on its way into the ledger, with what it asks for; neither where it cannot be read."""

    entry: Entry
    receipt: str  # as it was given out
    save: SectionSave | None = None
    filing: Filing | None = None
    unable: str | None = None  # UNREADABLE or FAULT: it goes to a person as it is

    @property
    def draft_id(self) -> UUID:
        """Whose it is."""
        return self.entry.draft_id


@dataclass(frozen=True, slots=True)
class Imported:
    """What the ledger says of an entry, the same however often it is asked."""

    outcome: Outcome
    reason: str | None = None  # of one that was not taken
    revision: int | None = None  # of a save that was taken
    number: str | None = None  # of a filing that was taken


@dataclass(frozen=True, slots=True)
class Correlated:
    """An entry as the ledger keeps it: what the register stated, and what became of it. Instants are civil."""

    draft_id: UUID
    register: str
    number: int
    operation: Operation
    section: str | None
    digest: bytes
    registered_at: datetime
    imported: Imported
    imported_at: datetime
    receipt: str
    for_a_person: bool  # and not settled by one yet
