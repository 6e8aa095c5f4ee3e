"""Rows: entries as the journal's tables hold them."""

import sqlite3
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from core.domain.register import Entry, Interruption, Operation, Outcome


def bare(row: sqlite3.Row | Mapping[str, Any], content: bytes = b"") -> Entry:
    """Return an entry with the content that was opened, if it was."""
    return Entry(
        register=row["register"],
        number=row["number"],
        draft_id=UUID(bytes=row["draft_id"]),
        operation=Operation(row["operation"]),
        section=row["section"],
        base=row["base"],
        digest=row["digest"],
        key=UUID(bytes=row["key"]) if row["key"] else None,
        arrived_at=read_at(row["arrived_at"]),
        registered_at=read_at(row["registered_at"]),
        ahead=timedelta(seconds=row["ahead"]),
        interruption=Interruption(row["cause"], read_at(row["interrupted_at"])),
        key_id=row["key_id"],
        content=content,
        outcome=Outcome(row["outcome"]),
        copies=row["copies"],
    )


def about(draft_id: UUID, register: str, number: int) -> bytes:
    """Return what the content of an entry is sealed with: it opens in no other place."""
    return draft_id.bytes + f"{register}-{number}".encode()


def written_at(at: datetime) -> str:
    """Write an instant."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def read_at(text: str) -> datetime:
    """Read an instant."""
    return datetime.fromisoformat(text)
