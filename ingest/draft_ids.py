"""Ids of drafts: in order of time (UUIDv7), or drawn from the caller's idempotency key."""

import hmac
import secrets
from datetime import datetime
from uuid import UUID


def new_draft_id(now: datetime) -> UUID:
    """Return a UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds and 74 random bits."""
    value = int(now.timestamp() * 1000) << 80 | secrets.randbits(80)
    return _marked(value, 7)


def draft_id_of_key(secret: bytes, key: UUID) -> UUID:
    """Return the UUIDv8 (RFC 9562, section 5.8) that belongs to a key.

    A repeat with the same key then meets the same row, with no table of keys in front of the drafts. Nobody without
    `secret` can tell which id a key leads to.
    """
    return _marked(int.from_bytes(hmac.digest(secret, b"draft" + key.bytes, "sha256")[:16]), 8)


def _marked(value: int, version: int) -> UUID:
    value &= ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=value | version << 76 | 0x2 << 62)
