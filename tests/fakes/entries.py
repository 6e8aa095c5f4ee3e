"""Entries of an emergency register, as a save of one section makes them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.domain.register import Entry, Interruption, Operation

AT = datetime(2025, 11, 20, 9, tzinfo=UTC)
AWAY = Interruption("store-unavailable", AT)


def an_entry(number: int = 1, at: datetime = AT, **other: Any) -> Entry:
    """Return the entry of that number; `other` names the fields in which it differs from a first save."""
    asked: dict[str, Any] = {
        "register": "KTRA",
        "number": number,
        "draft_id": UUID(int=1),
        "operation": Operation.SECTION,
        "section": "income",
        "base": None,
        "digest": b"d" * 32,
        "key": None,
        "arrived_at": at,
        "registered_at": at + timedelta(seconds=number),
        "ahead": timedelta(0),
        "interruption": Interruption(AWAY.cause, at),
        "key_id": "receipts-1",
        "content": b'{"employment":"1"}',
    }
    return Entry(**asked | other)
