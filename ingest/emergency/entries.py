"""Entries: what was registered for a draft, read by its owner: what waits, and what became of the rest."""

from typing import Any

from core.domain.errors import StoreUnavailable
from core.domain.receipt import instant
from core.domain.register import Correlated, Entry, Outcome
from ingest.counter import Counter
from ingest.http import reply
from ingest.http.call import Call
from ingest.http.reply import Reply


async def read(counter: Counter, call: Call) -> Reply:
    """GET /v1/drafts/{draft_id}/register-entries: every entry, oldest first; those that wait also without the store."""
    draft_id = counter.owner_of(call)
    waiting = {one.name: _waiting(counter, one) for one in counter.register.of_draft(draft_id)}
    try:
        imported = [_imported(counter, one) for one in await counter.correlations.of_draft(draft_id)]
    except StoreUnavailable:
        imported = None
    done = {one["entry"] for one in imported or ()}
    entries = [*(imported or ()), *(one for name, one in waiting.items() if name not in done)]
    return reply.json({"draft_id": str(draft_id), "complete": imported is not None, "entries": entries})


def _waiting(counter: Counter, entry: Entry) -> dict[str, Any]:
    told = {
        "entry": entry.name,
        "operation": entry.operation,
        "section": entry.section,
        "registered_at": instant(entry.registered_at + entry.ahead),
        "digest": entry.digest.hex(),
        "outcome": Outcome.WAITING,
        "receipt": counter.register.receipt(entry),
    }
    return {name: value for name, value in told.items() if value is not None}


def _imported(counter: Counter, one: Correlated) -> dict[str, Any]:
    reason = one.imported.reason
    told = {
        "entry": f"{one.register}-{one.number:07}",
        "operation": one.operation,
        "section": one.section,
        "registered_at": instant(one.registered_at),
        "imported_at": instant(one.imported_at),
        "digest": one.digest.hex(),
        "outcome": one.imported.outcome,
        "reason": {"code": reason, "message": _said(counter, reason)} if reason else None,
        "revision": one.imported.revision,
        "number": one.imported.number,
        "receipt": one.receipt or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _said(counter: Counter, reason: str) -> str:
    said = counter.texts.words["register_reason"]
    return said.get(reason) or said["otherwise"]
