"""A journal in a folder, and entries for it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest

from core.domain.register import Entry
from ingest.emergency.journal import Journal
from ingest.emergency.sealing import Box
from tests.fakes.entries import AWAY, an_entry

BOX = Box(b"k" * 32, b"journal")


def draft(number: int) -> UUID:
    """A draft's id."""
    return UUID(int=number)


def next_entry(journal: Journal, of: int = 1, content: bytes = b'{"employment":"1"}', **other: object) -> Entry:
    """The next entry of a journal, of a draft."""
    number = journal.next_number()
    place = {"register": journal.register, "draft_id": draft(of), "digest": bytes([number % 256]) * 32}
    return an_entry(number, content=content, **place | other)


def enter(journal: Journal, *of: int) -> list[Entry]:
    """Enter one entry for each draft named, each in a transaction of its own."""
    entered = []
    for one in of:
        with journal.transaction():
            journal.interruption(AWAY.cause, AWAY.began_at)
            entered.append(next_entry(journal, one))
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
