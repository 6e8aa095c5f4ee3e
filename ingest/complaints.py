"""Complaints: kept with a receipt, her attempts beside what she wrote, and the office told."""

from hashlib import sha256
from uuid import UUID

import orjson

from core.domain.complaint import MOST_CERTIFICATES, NAME, Complained, Complaint
from core.domain.receipt import Kind, SealedSection, SubmissionReceipt, digest, instant
from ingest import attempts
from ingest.counter import Counter
from ingest.http import wire
from ingest.http.call import Call
from ingest.http.preconditions import idempotency_key
from ingest.http.reply import Reply
from ingest.proof.canonical import canonical


async def write(counter: Counter, call: Call) -> Reply:
    """POST /v1/drafts/{draft_id}/complaints: keep what she writes, with the certificates of her attempts (201)."""
    asked = await call.json(counter.body_bytes)
    key = idempotency_key(call.headers)
    draft_id = counter.owner_of(call)
    text = wire.read(wire.Complain, asked).text
    certificates = await _certificates(counter, draft_id)
    content = canonical({"text": text, "attempts": certificates})
    answer = await counter.complaints.write(
        Complaint(
            draft_id=draft_id,
            key=key,
            fingerprint=sha256(canonical(text)).digest(),
            content=content,
            digest=digest(draft_id, NAME, content),
            key_id=counter.receipts.key_id,
            reply=lambda written: _reply(counter, written, len(certificates)),
            arrived_at=call.arrived_at,
        )
    )
    return Reply(answer.status, answer.body)


async def _certificates(counter: Counter, draft_id: UUID) -> list[str]:
    told = await attempts.told(counter, draft_id)
    return [str(one["attempt_certificate"]) for one in told[:MOST_CERTIFICATES]]


def _reply(counter: Counter, written: Complained, certificates: int) -> bytes:
    receipt = SubmissionReceipt(
        draft_id=written.draft_id,
        filed_at=written.at,
        trial=written.trial,
        kind=Kind.COMPLAINT,
        number=written.submission,
        programme=written.programme,
        arrived_at=written.arrived_at,
        sections={NAME: SealedSection(written.number, written.digest)},
    )
    body = {
        "complaint": written.number,
        "at": instant(written.at),
        "attempts": certificates,
        "receipt": counter.receipts.sign(receipt),
    }
    return orjson.dumps(body)
