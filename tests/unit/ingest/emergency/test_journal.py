"""The journal keeps what was entered, gives no number twice, and says clearly what it cannot do."""

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from core.domain.register import Imported, Outcome
from ingest.emergency.journal import FILE, Journal, NewerJournal
from ingest.emergency.sealing import Box, Unreadable
from ingest.emergency.waiting_mark import may_wait
from tests.unit.ingest.emergency.conftest import draft, enter, next_entry

Opened = Callable[[], Journal]
TAKEN = Imported(Outcome.TAKEN, revision=1)


def test_what_is_entered_is_there_for_whoever_opens_it_next(opened: Opened, folder: Path) -> None:
    """In order, with its content, and the mark says that it waits; files are nobody else's to read."""
    entered = enter(opened(), 1, 2, 1)
    again = opened()

    assert [entered[0], entered[2]] == again.of_draft(draft(1))
    assert (True, True) == (again.mark.waiting, again.holds(draft(2)))
    assert not again.holds(draft(3))
    assert {0o600} == {file.stat().st_mode & 0o777 for file in folder.iterdir()}
    assert 0o700 == folder.stat().st_mode & 0o777


def test_nothing_that_was_typed_can_be_read_in_its_files(opened: Opened, folder: Path) -> None:
    """Neither in the journal nor in its log; and once it is brought in, its content is gone."""
    journal = opened()
    with journal.transaction():
        entry = next_entry(journal, content=b'{"iban":"IT60X0542811101000000123456"}')
        journal.add(entry)
    files = b"".join(file.read_bytes() for file in folder.iterdir())
    journal.settle([(entry, TAKEN)])

    assert b"IT60X" not in files
    assert [b""] == [one.content for one in journal.of_draft(draft(1))]
    assert not journal.mark.waiting


def test_an_entry_cannot_be_passed_off_as_anothers(opened: Opened, folder: Path) -> None:
    """What was sealed for one place opens in no other, nor with another key."""
    journal = opened()
    enter(journal, 1, 2)
    with sqlite3.connect(folder / FILE) as hand:
        hand.execute("UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE number = 1) WHERE number = 2")

    with pytest.raises(Unreadable):
        journal.of_draft(draft(2))
    with pytest.raises(Unreadable):
        Journal(folder, Box(b"x" * 32, b"journal")).of_draft(draft(1))
    assert [draft(1), draft(2)] == [
        one[0].draft_id if isinstance(one, tuple) else one.draft_id for one in journal.waiting(10)
    ]


def test_the_oldest_of_each_draft_is_brought_in_first(opened: Opened) -> None:
    """The second of a draft waits until the first is settled."""
    journal = opened()
    first, _, third = enter(journal, 1, 2, 1)

    assert [1, 2] == [one.number for one in journal.waiting(10)]  # type: ignore[union-attr]
    journal.settle([(first, TAKEN)])
    assert [2, third.number] == [one.number for one in journal.waiting(10)]  # type: ignore[union-attr]


def test_what_was_taken_back_keeps_its_number(opened: Opened) -> None:
    """Too few copies: nothing of it is left but the number, which nobody else gets."""
    journal = opened()
    (entry,) = enter(journal, 1)
    journal.void([entry])

    assert ([], 2, False) == (journal.of_draft(draft(1)), journal.next_number(), journal.mark.waiting)


def test_a_rolled_back_transaction_leaves_no_trace(opened: Opened) -> None:
    """Not even in how far numbers are said to have come."""
    journal = opened()

    def fails() -> None:
        with journal.transaction():
            journal.add(next_entry(journal))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fails()

    assert (1, None, []) == (journal.next_number(), opened().cut, journal.of_draft(draft(1)))


def test_whoever_dies_in_a_transaction_leaves_what_was_committed(opened: Opened, folder: Path) -> None:
    """Killed with an entry written and not committed: the next one finds the first, and gives out its number."""
    program = f"""
import os, signal
from pathlib import Path
from ingest.emergency.journal import Journal
from tests.unit.ingest.emergency.conftest import BOX, enter, next_entry
journal = Journal(Path({str(folder)!r}), BOX)
enter(journal, 1)
with journal.transaction():
    journal.add(next_entry(journal, 2))
    os.kill(os.getpid(), signal.SIGKILL)
"""
    died = subprocess.run([sys.executable, "-c", program], check=False)
    journal = opened()

    assert -signal.SIGKILL == died.returncode
    assert (1, 0, 2) == (len(journal.of_draft(draft(1))), len(journal.of_draft(draft(2))), journal.next_number())


def test_a_journal_that_was_cut_is_seen_and_gives_no_number_twice(opened: Opened, folder: Path) -> None:
    """Its log lost its end: what is left is read, the last number that was given out is on record, and goes on."""
    journal = opened()
    enter(journal, 1, 2, 3)
    lost = Path(folder / f"{FILE}-wal").stat().st_size
    copy = {name: (folder / name).read_bytes() for name in (FILE, f"{FILE}-wal", "waiting")}
    journal.close()
    for name, content in copy.items():
        (folder / name).write_bytes(content)
    os.truncate(folder / f"{FILE}-wal", lost - 4_096)
    again = opened()

    assert (3, again.register) == (again.cut.number, again.cut.register) if again.cut else None
    assert ([True, True, False], 4) == ([again.holds(draft(one)) for one in (1, 2, 3)], again.next_number())
    assert [f"{again.register}-0000003"] == [number for number, _ in again.cuts()]
    assert opened().cut is None, "told once"


def test_a_journal_that_was_removed_is_seen(opened: Opened, folder: Path) -> None:
    """A new one is begun under another name; that there was another is on record."""
    old = opened()
    enter(old, 1)
    old.close()
    for file in folder.glob(f"{FILE}*"):
        file.unlink()
    new = opened()

    assert (1, old.register) == (new.cut.number, new.cut.register) if new.cut else None
    assert (1, False) == (new.next_number(), new.register == old.register)


def test_a_journal_of_a_later_program_is_left_alone(opened: Opened, folder: Path) -> None:
    """With a sentence that says so; what is in it stays."""
    enter(opened(), 1)
    with sqlite3.connect(folder / FILE) as later:
        later.execute("PRAGMA user_version = 2")

    with pytest.raises(NewerJournal, match="of version 2, and this program knows up to 1"):
        opened()
    assert may_wait(folder, folder / FILE)


def test_a_file_that_is_no_journal_is_an_error_and_is_not_replaced(opened: Opened, folder: Path) -> None:
    """Somebody may still read something in it."""
    folder.mkdir()
    (folder / FILE).write_bytes(b"no database" * 500)

    with pytest.raises(sqlite3.DatabaseError):
        opened()
    assert (folder / FILE).read_bytes().startswith(b"no database")


def test_a_corrupt_page_is_an_error_and_never_an_empty_answer(opened: Opened, folder: Path) -> None:
    """Whoever asks what waits is not told that nothing does."""
    journal = opened()
    enter(journal, *range(1, 60))
    journal.shrink()
    journal.close()
    with (folder / FILE).open("r+b") as file:
        file.seek(4_096)
        file.write(b"\xff" * (folder / FILE).stat().st_size)

    with pytest.raises(sqlite3.DatabaseError):
        opened().waiting(10)
    assert may_wait(folder, folder / FILE)


@pytest.mark.parametrize(
    ("mark", "there", "wait"),
    [(b"\0", True, False), (b"\1", True, True), (None, True, True), (None, False, False), (b"", True, True)],
)
def test_without_the_journal_the_mark_alone_says_whether_something_waits(
    folder: Path, mark: bytes | None, wait: bool, there: bool
) -> None:
    """And where there is no mark beside a journal, or none that can be read, something may."""
    folder.mkdir()
    if there:
        (folder / FILE).touch()
    if mark is not None:
        (folder / "waiting").write_bytes(mark)

    assert wait == may_wait(folder, folder / FILE)


def test_two_processes_share_one_series_of_numbers(opened: Opened, folder: Path) -> None:
    """Each number is given once, without a gap, whoever enters."""
    program = f"""
from pathlib import Path
from ingest.emergency.journal import Journal
from tests.unit.ingest.emergency.conftest import BOX, enter
enter(Journal(Path({str(folder)!r}), BOX), *range(100))
"""
    others = [subprocess.Popen([sys.executable, "-c", program]) for _ in range(2)]
    assert [0, 0] == [one.wait(60) for one in others]
    journal = opened()

    numbers = sorted(one.number for of in range(100) for one in journal.of_draft(draft(of)))
    assert list(range(1, 201)) == numbers


def test_a_counter_that_ends_takes_the_log_away_from_nobody(opened: Opened, folder: Path) -> None:
    """Counters come and go, and each has several connections: what one of them entered, all others see."""
    stays, _ = opened(), opened()
    program = f"""
from pathlib import Path
from ingest.emergency.journal import Journal
from tests.unit.ingest.emergency.conftest import BOX, enter
journal = Journal(Path({str(folder)!r}), BOX)
enter(journal, 1)
journal.close()
"""
    seen = []
    for _ in range(3):
        subprocess.run([sys.executable, "-c", program], check=True)
        seen.append([one.number for one in stays.of_draft(draft(1))])

    assert [[1], [1, 2], [1, 2, 3]] == seen
