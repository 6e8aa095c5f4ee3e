"""Sections: saved the moment they are typed, whether or not they are valid, and acknowledged with a receipt."""

from typing import Any
from uuid import UUID

import orjson

from bonus.checks import check_section
from bonus.form import SECTIONS, shape_problems
from core.domain.draft import RefusedCopy, SectionSave
from core.domain.errors import OutcomeUnknown, StoreUnavailable
from core.domain.problem import Problem
from core.domain.receipt import SectionReceipt, digest, instant
from core.domain.register import Entry, as_revision
from core.domain.revision import Revision
from ingest.counter import Counter, in_rome
from ingest.http import reply
from ingest.http.call import Call
from ingest.http.preconditions import base_revision, etag
from ingest.http.refusal import Refusal, wrong_shape
from ingest.http.reply import Reply
from ingest.proof.canonical import canonical

_NAMES = frozenset(SECTIONS)


async def save(counter: Counter, call: Call) -> Reply:
    """PUT /v1/drafts/{draft_id}/sections/{section}: store what was typed and answer with its receipt.

    The order of the refusals is the contract's. Nothing that a person can type is refused.
    """
    typed = await call.json(counter.body_bytes)
    draft_id = counter.owner_of(call)
    section = _section(call)
    base = base_revision(call.headers)
    if wrong := shape_problems(section, typed):
        raise wrong_shape(wrong)
    content = canonical(typed)
    wanted = SectionSave(draft_id, section, base, content, digest(draft_id, section, content), counter.receipts.key_id)
    if counter.register.goes_first(draft_id):
        return _registered(counter, await counter.register.save(wanted, call.arrived_at), typed)
    try:
        saved = await counter.drafts.save(wanted)
    except (StoreUnavailable, OutcomeUnknown) as why:
        return _registered(counter, await counter.register.save(wanted, call.arrived_at, why), typed)
    counter.observe("section.saved", section=section)
    return _acknowledged(counter, draft_id, saved, typed)


def _section(call: Call) -> str:
    section = call.path["section"]
    if section not in _NAMES:
        raise Refusal("not-found")
    return section


def _acknowledged(counter: Counter, draft_id: UUID, saved: Revision, content: Any) -> Reply:
    body = {
        "section": saved.section,
        "revision": saved.revision,
        "saved_at": instant(saved.saved_at),
        "digest": saved.digest.hex(),
        "problems": problems_of(counter, saved, content),
        "receipt": receipt_of(counter, draft_id, saved),
    }
    return Reply(200, orjson.dumps(body), [(b"etag", etag(saved.revision))])


def _registered(counter: Counter, entry: Entry, content: Any) -> Reply:
    """Acknowledge a save that waits in the emergency register; the next save builds on the revision it will be."""
    saved = as_revision(entry)
    body = {
        "section": saved.section,
        "revision": saved.revision,
        "entry": entry.name,
        "registered_at": instant(saved.saved_at),
        "digest": saved.digest.hex(),
        "problems": problems_of(counter, saved, content),
        "receipt": counter.register.receipt(entry),
    }
    return Reply(202, orjson.dumps(body), [(b"etag", etag(saved.revision))])


def problems_of(counter: Counter, saved: Revision, content: Any) -> list[dict[str, str]]:
    """Return what the checks find in a section, as of the civil day on which it was saved."""
    return [written(counter, problem) for problem in check_section(saved.section, content, in_rome(saved.saved_at))]


def written(counter: Counter, problem: Problem) -> dict[str, str]:
    """Return a problem as the contract writes it: code, pointer, message in Italian, severity."""
    return {
        "code": problem.code,
        "pointer": problem.pointer,
        "message": counter.texts.fault(problem.code),
        "severity": problem.severity,
    }


def receipt_of(counter: Counter, draft_id: UUID, saved: Revision) -> str:
    """Return the receipt of a revision: the same text each time it is asked for."""
    stated = SectionReceipt(draft_id, saved.section, saved.revision, saved.digest, saved.saved_at, saved.trial)
    return counter.receipts.sign(stated, saved.key_id)


async def read(counter: Counter, call: Call) -> Reply:
    """GET /v1/drafts/{draft_id}/sections/{section}: the current revision with what was typed."""
    draft_id = counter.owner_of(call)
    section = _section(call)
    counter.register.must_not_hold(draft_id)
    view = await counter.drafts.read(draft_id)
    for revision in view.sections:
        if revision.section == section:
            return reply.json(current(counter, revision), headers=[(b"etag", etag(revision.revision))])
    raise Refusal("not-found")


def current(counter: Counter, revision: Revision) -> dict[str, object]:
    """Return a section as it is read back."""
    content = orjson.loads(revision.content)
    return {
        "section": revision.section,
        "revision": revision.revision,
        "saved_at": instant(revision.saved_at),
        "digest": revision.digest.hex(),
        "content": content,
        "problems": problems_of(counter, revision, content),
    }


async def revisions(counter: Counter, call: Call) -> Reply:
    """GET …/sections/{section}/revisions: every revision with its receipt, and the copies that were not taken.

    An old revision is brought back by saving its content again, as a new revision on the current one.
    """
    draft_id = counter.owner_of(call)
    section = _section(call)
    return reply.json({"section": section} | await history(counter, draft_id, section))


async def history(counter: Counter, draft_id: UUID, section: str) -> dict[str, object]:
    """Return every revision of a section, oldest first, and the copies that were not taken."""
    counter.register.must_not_hold(draft_id)
    known = await counter.drafts.history(draft_id, section)
    return {
        "revisions": [_past(counter, draft_id, revision) for revision in known.revisions],
        "not_taken": [_not_taken(copy) for copy in known.not_taken],
    }


def _past(counter: Counter, draft_id: UUID, revision: Revision) -> dict[str, object]:
    return {
        "revision": revision.revision,
        "saved_at": instant(revision.saved_at),
        "digest": revision.digest.hex(),
        "content": orjson.loads(revision.content),
        "receipt": receipt_of(counter, draft_id, revision),
    }


def _not_taken(copy: RefusedCopy) -> dict[str, object]:
    return {
        "base_revision": copy.base,
        "refused_at": instant(copy.refused_at),
        "digest": copy.digest.hex(),
        "content": orjson.loads(copy.content),
    }
