"""A journal in a folder, and entries for it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest

from core.domain.register import Entry, Interruption, Operation
from ingest.emergency.journal import Journal
from ingest.emergency.sealing import Box

AT = datetime(2025, 11, 20, 9, tzinfo=UTC)
AWAY = Interruption("store-unavailable", AT)
BOX = Box(b"k" * 32, b"journal")


def draft(number: int) -> UUID:
    """A draft's id."""
    return UUID(int=number)


def an_entry(journal: Journal, of: int = 1, content: bytes = b'{"employment":"1"}', **other: object) -> Entry:
    """The next entry of a journal, of a draft."""
    number = journal.next_number()
    asked = {
        "register": journal.register,
        "number": number,
        "draft_id": draft(of),
        "operation": Operation.SECTION,
        "section": "income",
        "base": None,
        "digest": bytes([number % 256]) * 32,
        "key": None,
        "arrived_at": AT,
        "registered_at": AT + timedelta(seconds=number),
        "ahead": timedelta(0),
        "interruption": AWAY,
        "key_id": "receipts-1",
        "content": content,
    }
    return Entry(**asked | other)  # type: ignore[arg-type]


def enter(journal: Journal, *of: int) -> list[Entry]:
    """Enter one entry for each draft named, each in a transaction of its own."""
    entered = []
    for one in of:
        with journal.transaction():
            journal.interruption(AWAY.cause, AWAY.began_at)
            entered.append(an_entry(journal, one))
            journal.add(entered[-1])
    return entered


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the journal lies."""
    return tmp_path / "register"


@pytest.fixture
def opened(folder: Path) -> Iterator[Callable[[], Journal]]:
    """Open the journal as often as wanted."""
    journals: list[Journal] = []

    def one() -> Journal:
        journals.append(Journal(folder, BOX))
        return journals[-1]

    yield one
    for journal in journals:
        journal.close()
