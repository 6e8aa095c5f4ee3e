"""A copy of the journal is whole though counters write to it, and what is entered in it later has a name of its own."""

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.register import Imported, Outcome
from ingest.emergency.copying import bring_back, copy
from ingest.emergency.journal import FILE, Journal
from tests.unit.ingest.emergency.conftest import BOX, draft, enter

Opened = Callable[[], Journal]


def test_a_copy_taken_while_entries_come_is_all_up_to_an_instant(opened: Opened, folder: Path, tmp_path: Path) -> None:
    """No entry is missing before one that is there; those from before are all there."""
    enter(opened(), *range(20))
    writer = threading.Thread(target=lambda: enter(opened(), *range(20, 400)))
    writer.start()
    copies = [tmp_path / f"copy-{one}" for one in range(5)]
    for into in copies:
        copy(folder, into)
    writer.join()

    for into in copies:
        kept = Journal(into, BOX)
        there = [kept.holds(draft(one)) for one in range(400)]
        assert sum(there) >= 20
        assert there == sorted(there, reverse=True)
        kept.close()


def test_what_is_entered_after_a_restore_never_has_a_number_that_was_given_out(
    opened: Opened, folder: Path, tmp_path: Path
) -> None:
    """The series of the copy ends with it; what waited keeps its name and number."""
    journal = opened()
    enter(journal, 1, 2)
    copy(folder, tmp_path / "copy")
    given_later = enter(journal, 3)[0].name
    restored = Journal(tmp_path / "copy", BOX)
    entered = enter(restored, 4)[0]

    assert entered.register != journal.register
    assert given_later not in {one.name for of in range(5) for one in restored.of_draft(draft(of))}
    assert [f"{journal.register}-0000001"] == [one.name for one in restored.of_draft(draft(1))]
    assert restored.cut is None
    assert {FILE, "waiting"} <= {file.name for file in (tmp_path / "copy").iterdir()}
    restored.close()


def test_what_waited_in_a_copy_waits_again_beside_what_came_since(opened: Opened, folder: Path, tmp_path: Path) -> None:
    """For a ledger that was restored: it knows nothing of what was brought in after the copy, nor of what came since.

    What was taken back because too few had it stays taken back.
    """
    journal = opened()
    first, second, third = enter(journal, 1, 2, 3)
    copy(folder, tmp_path / "copy")
    journal.settle([(first, Imported(Outcome.TAKEN, revision=1))])
    journal.void([second])
    enter(journal, 4)
    journal.close()

    assert 1 == bring_back(folder, tmp_path / "copy")
    again = opened()
    assert again.mark.waiting
    assert [True, False, True, True] == [again.holds(draft(one)) for one in (1, 2, 3, 4)]
    assert [first.content] == [one.content for one in again.of_draft(draft(1))]
    assert (5, None) == (again.next_number(), again.cut)
    assert third.number == 3


def test_a_damaged_journal_is_not_copied_as_if_it_were_whole(opened: Opened, folder: Path, tmp_path: Path) -> None:
    """Whoever backs up is told."""
    journal = opened()
    enter(journal, *range(60))
    journal.shrink()
    journal.close()
    with (folder / FILE).open("r+b") as file:
        file.seek(2 * 4_096)
        file.write(b"\xff" * 8_192)

    with pytest.raises(sqlite3.DatabaseError):
        copy(folder, tmp_path / "copy")
