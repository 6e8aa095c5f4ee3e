"""Proofs: the keys receipts are signed with, and the check of a receipt somebody shows."""

from ingest.counter import Counter
from ingest.http import reply, wire
from ingest.http.call import Call
from ingest.http.reply import Reply


async def keys(counter: Counter, _: Call) -> Reply:
    """GET /v1/receipt-keys: the public keys, as a JWK set (RFC 7517, RFC 8037)."""
    return reply.json(counter.receipts.key_set(), headers=[(b"cache-control", b"public, max-age=300")])


async def verify(counter: Counter, call: Call) -> Reply:
    """POST /v1/receipt-verifications: say whether a text is a receipt of ours, unaltered; always 200."""
    shown = wire.read(wire.VerifyReceipt, await call.json(counter.body_bytes)).receipt
    checked = counter.receipts.check(shown)
    return reply.json({"valid": checked.valid, "reason": checked.reason, "receipt": checked.claims})
