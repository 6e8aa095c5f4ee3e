"""A draft and its sections: what a save asks for, and the verdict on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from core.domain.errors import DraftExpired, DraftFull, DraftSealed, NotFound, RevisionLimit, StaleRevision
from core.domain.revision import Revision

MOST_REVISIONS = 500  # of one section
MOST_BYTES = 4_000_000  # of all revisions of one draft
MOST_SECTIONS = 7  # a draft can have; a test holds it equal to the form's
MOST_REFUSED_COPIES = 20  # of one section


class Channel(StrEnum):
    """How an application comes in; self-declared until login exists, so it shapes quotas and never priority."""

    WEB = "web"
    CONTACT_CENTRE = "contact_centre"
    PATRONATO = "patronato"


@dataclass(frozen=True, slots=True)
class NewDraft:
    """What starting a draft asks for."""

    draft_id: UUID
    programme: str
    channel: Channel
    client_reference: str | None
    form_version: str
    fingerprint: bytes  # SHA-256 of the request, so that a repeat with the same key is known from another request


@dataclass(frozen=True, slots=True)
class Draft:
    """One unfinished application as the ledger has it."""

    draft_id: UUID
    programme: str
    channel: Channel
    created_at: datetime  # machine time
    expires_at: datetime  # machine time; ends saving, not reading
    sealed: bool
    gone: bool  # deleted by its owner, or expired and removed
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class SectionSave:
    """What a save asks for. `base` is the revision its writer last saw; None: the section was never saved."""

    draft_id: UUID
    section: str
    base: int | None
    content: bytes
    digest: bytes
    key_id: str
    asked_at: datetime | None = None  # machine time; where it was taken before this transaction


@dataclass(frozen=True, slots=True)
class SectionState:
    """What the ledger knows of the section a save is for, read under the draft's lock."""

    current: Revision | None
    next_after_base: Revision | None  # the revision right after the one named, where that is not the current one
    section_bytes: int  # of all its revisions
    draft_bytes: int  # of all revisions of the draft, or an upper bound of it


Verdict = Revision | DraftSealed | DraftExpired | StaleRevision | RevisionLimit | DraftFull | NotFound | None


def judge(save: SectionSave, draft: Draft | None, state: SectionState, machine_now: datetime) -> Verdict:
    """Say what becomes of a save, in the order of the contract.

    Returns the revision that already answers it, the error that refuses it, or None where it is to be written.
    """
    if draft is None or draft.gone:
        return NotFound()
    if (known := _already_saved(save, state)) is not None:
        return known
    if draft.sealed:
        return DraftSealed()
    if draft.expires_at <= machine_now:
        return DraftExpired()
    if (state.current.revision if state.current else None) != save.base:
        return StaleRevision(state.current)
    return _over_a_limit(save, state)


def _already_saved(save: SectionSave, state: SectionState) -> Revision | None:
    """A lost answer is asked for again with the revision named then: it is the current one, or the one after it."""
    for revision in (state.current, state.next_after_base):
        if revision is not None and revision.digest == save.digest:
            return revision
    return None


def _over_a_limit(save: SectionSave, state: SectionState) -> RevisionLimit | DraftFull | None:
    if save.base is not None and save.base >= MOST_REVISIONS:
        return RevisionLimit()
    if state.draft_bytes + len(save.content) > MOST_BYTES:
        return DraftFull()
    return None


@dataclass(frozen=True, slots=True)
class RefusedCopy:
    """What a stale tab wanted to save; kept, listed and offered, never a revision."""

    section: str
    base: int | None
    digest: bytes
    refused_at: datetime  # civil time
    content: bytes


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft with the current revision of each section, read in one snapshot."""

    draft: Draft
    civil_now: datetime
    sections: Sequence[Revision]


@dataclass(frozen=True, slots=True)
class SectionHistory:
    """All revisions of a section, oldest first, and the copies that were not taken."""

    revisions: Sequence[Revision]
    not_taken: Sequence[RefusedCopy]
    civil_now: datetime
