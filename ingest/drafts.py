"""Drafts: started, read as a whole, exported, deleted."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import orjson

from bonus.assessment import Assessment, preview
from bonus.checks import check_draft
from bonus.form import REQUIRED, SECTIONS
from bonus.programme import Programme
from core.domain.draft import Channel, DraftView, NewDraft
from core.domain.receipt import Kind, instant
from core.domain.submission import Action, SubmissionView
from ingest import acts
from ingest.counter import Counter, in_rome
from ingest.draft_ids import draft_id_of_key, new_draft_id
from ingest.http import reply, wire
from ingest.http.call import Call
from ingest.http.preconditions import optional_idempotency_key
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.proof.canonical import canonical
from ingest.sections import current, history, written


async def start(counter: Counter, call: Call) -> Reply:
    """POST /v1/drafts: start a draft, and give out the token that opens it.

    With an Idempotency-Key, the same request gives the same draft again, as long as nothing was saved to it.
    """
    asked = wire.read(wire.StartDraft, await call.json(counter.body_bytes))
    key = optional_idempotency_key(call.headers)
    counter.admission.admit_start(call, asked.channel)
    programme = _open_programme(counter, asked.programme)
    fingerprint = sha256(canonical(asked.model_dump(mode="json"))).digest()
    draft = await counter.drafts.start(
        NewDraft(
            draft_id=draft_id_of_key(counter.draft_secret, key) if key else new_draft_id(counter.clock.now()),
            programme=programme.name,
            channel=Channel(asked.channel),
            client_reference=asked.client_reference,
            form_version=programme.form_version,
            fingerprint=fingerprint,
        )
    )
    counter.observe("draft.started", channel=draft.channel)
    body = {
        "draft_id": str(draft.draft_id),
        "access_token": counter.tokens.issue(draft.draft_id, draft.expires_at, draft.channel),
        "expires_at": instant(draft.expires_at),
        "sections": [{"section": name, "required": name in REQUIRED} for name in SECTIONS],
    }
    return reply.json(body, 201, [(b"location", f"/v1/drafts/{draft.draft_id}".encode())])


def _open_programme(counter: Counter, name: str) -> Programme:
    programme = counter.programmes.get(name)
    if programme is None:
        raise Refusal("programme-unknown")
    if not programme.accepts_drafts:
        raise Refusal("programme-not-open")
    return programme


async def read(counter: Counter, call: Call) -> Reply:
    """GET /v1/drafts/{draft_id}: all current sections, the problems between them, and the months that seem due."""
    draft_id = counter.owner_of(call)
    counter.register.must_not_hold(draft_id)
    view = await counter.drafts.read(draft_id)
    submission = await _submission(counter, view)
    return reply.json(_whole(counter, view, submission))


async def _submission(counter: Counter, view: DraftView) -> SubmissionView | None:
    return await counter.submissions.read(view.draft.draft_id) if view.draft.sealed else None


def _whole(counter: Counter, view: DraftView, submission: SubmissionView | None) -> dict[str, object]:
    contents = {revision.section: orjson.loads(revision.content) for revision in view.sections}
    today = in_rome(view.civil_now)
    return {
        "draft_id": str(view.draft.draft_id),
        "programme": view.draft.programme,
        "channel": view.draft.channel,
        "state": "sealed" if view.draft.sealed else "open",
        "expires_at": instant(view.draft.expires_at),
        "submission": submission.number if submission else None,
        "sections": [current(counter, revision) for revision in view.sections],
        "missing_sections": [name for name in REQUIRED if name not in contents],
        "problems": [written(counter, problem) for problem in check_draft(contents, today)],
        "expected": _expected(counter, view, contents),
    }


def _expected(counter: Counter, view: DraftView, contents: Mapping[str, Any]) -> dict[str, object] | None:
    """Say which months seem due by what was typed so far; a preview, never a promise."""
    programme = counter.programmes[view.draft.programme]
    if not {"children", "work"} <= contents.keys():
        return None
    return _preview(counter, preview(programme, contents, view.civil_now))


def _preview(counter: Counter, seen: Assessment) -> dict[str, object]:
    return {
        "months": [
            {"month": verdict.month, "due": verdict.due, "reasons": acts.reasons(counter, verdict.reasons)}
            for verdict in seen.months
        ],
        "amount": acts.euro(seen.amount_cents),
        "to_be_checked": acts.reasons(counter, (flag.name for flag in seen.flags)),
    }


async def delete(counter: Counter, call: Call) -> Reply:
    """DELETE /v1/drafts/{draft_id}: remove all that an open draft holds; a repeat gets the same answer."""
    draft_id = counter.owner_of(call)
    counter.register.must_not_hold(draft_id)
    answer = await counter.drafts.delete(Action(draft_id, None, acts.reply_to(counter, Kind.DELETION), call.arrived_at))
    return Reply(200, answer)


async def export(counter: Counter, call: Call) -> Reply:
    """GET /v1/drafts/{draft_id}/export: everything she gave, every revision of it, as one JSON file."""
    draft_id = counter.owner_of(call)
    counter.register.must_not_hold(draft_id)
    view = await counter.drafts.read(draft_id)
    submission = await _submission(counter, view)
    sections = {revision.section: await history(counter, draft_id, revision.section) for revision in view.sections}
    body = {
        "draft_id": str(draft_id),
        "programme": view.draft.programme,
        "channel": view.draft.channel,
        "created_at": instant(view.draft.created_at),
        "sections": sections,
        "submission": _filed(counter, submission) if submission else None,
    }
    name = b'attachment; filename="approdo-dati.json"'
    return reply.json(body, headers=[(b"content-disposition", name)])


def _filed(counter: Counter, submission: SubmissionView) -> dict[str, object]:
    return acts.told(counter, submission) | {"language": submission.language, "receipt": submission.receipt}
