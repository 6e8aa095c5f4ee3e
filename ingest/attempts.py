"""Attempts: the refused requests of a draft, read by its owner, each with its certificate."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from core.domain.attempt import LoggedAttempt
from core.domain.incident import OURS, Outage
from core.domain.receipt import instant
from ingest.counter import Counter
from ingest.http import reply
from ingest.http.call import Call
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply


async def read(counter: Counter, call: Call) -> Reply:
    """GET /v1/drafts/{draft_id}/attempts: the refused attempts of a draft, latest first."""
    draft_id = counter.owner_of(call)
    return reply.json({"draft_id": str(draft_id), "attempts": await told(counter, draft_id)})


async def told(counter: Counter, draft_id: UUID) -> list[dict[str, object]]:
    """Return the attempts of a draft, latest first, as its owner reads them. Errors: NotFound, StoreUnavailable."""
    attempts = await counter.attempts.of_draft(draft_id)
    if not attempts:
        return []
    instants = [attempt.certified.stated.attempted_at for attempt in attempts]
    outages = await counter.outages.between(min(instants), max(instants))
    return [_told(counter, attempt, outages) for attempt in attempts]


def _told(counter: Counter, attempt: LoggedAttempt, outages: Sequence[Outage]) -> dict[str, object]:
    stated, words = attempt.certified.stated, counter.texts
    problem = words.problems.get(stated.code)
    return {
        "attempted_at": instant(stated.attempted_at),
        "operation": stated.operation,
        "operation_label": words.words["operation"].get(stated.operation, stated.operation),
        "code": stated.code,
        "title": problem.title if problem else stated.code,
        "incident": stated.incident,
        "outage": _outage_of(attempt, outages),
        "times": attempt.times,
        "attempt_certificate": counter.certificates.again(attempt.certified),
    }


def _outage_of(attempt: LoggedAttempt, outages: Sequence[Outage]) -> str | None:
    """Return where the attestation is of an outage that the attempt fell into: what stopped her stopped everybody."""
    stated = attempt.certified.stated
    if stated.code not in OURS:
        return None
    found = next((one for one in outages if one.covers(stated.operation, stated.attempted_at)), None)
    return f"/v1/outages/{found.incident_id}" if found else None


async def read_one(counter: Counter, call: Call) -> Reply:
    """GET /v1/drafts/{draft_id}/attempts/{attempted_at}: one certificate, its printable page or its PDF."""
    draft_id = counter.owner_of(call)
    return await form(counter, draft_id, _instant(call.path["attempted_at"]), call.header(b"accept"))


async def form(counter: Counter, draft_id: UUID, attempted_at: datetime, accept: bytes | None) -> Reply:
    """Return the certificate of an attempt in the form that `accept` prefers: JSON, page or PDF.

    Errors: NotFound, StoreUnavailable; Refusal not-found, not-acceptable.
    """
    for attempt in await counter.attempts.of_draft(draft_id, attempted_at):
        certificate = counter.certificates.again(attempt.certified)
        return await counter.receipt_forms.of_attempt(instant(attempted_at), certificate, accept)
    raise Refusal("not-found")


def _instant(written: str) -> datetime:
    """Read an instant exactly as we write it; anything else leads nowhere."""
    try:
        at = datetime.fromisoformat(written).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refusal("not-found") from None
    if instant(at) != written:
        raise Refusal("not-found")
    return at
