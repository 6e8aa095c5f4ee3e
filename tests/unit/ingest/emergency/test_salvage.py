"""Of a damaged journal everything is found that is whole, and what is not found is named, however it was damaged."""

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from core.domain.receipt import digest
from core.domain.register import Entry, Imported, Outcome
from ingest.emergency.journal import FILE, Journal
from ingest.emergency.salvage import salvaged, write
from tests.unit.ingest.emergency.conftest import BOX, draft, next_entry

MANY = 60
PAGE = 4_096


def take(journal: Journal, of: int, size: int = 20) -> Entry:
    """Enter a save that bears its digest, as the counter's do."""
    content = b'{"employment":"%b"}' % (b"1" * size)
    with journal.transaction():
        entry = next_entry(journal, of, content, digest=digest(draft(of), "income", content))
        journal.interruption(entry.interruption.cause, entry.interruption.began_at)
        journal.add(entry)
    return entry


@pytest.fixture
def entered(folder: Path) -> list[Entry]:
    """Sixty entries, some of many pages, the first half in the file and the rest in its log; nobody has it open."""
    journal = Journal(folder, BOX)
    taken = [take(journal, of, size=20 if of % 7 else 9_000) for of in range(1, MANY // 2)]
    journal.shrink()
    taken += [take(journal, of, size=20 if of % 7 else 30_000) for of in range(MANY // 2, MANY + 1)]
    files = {file: file.read_bytes() for file in folder.iterdir()}
    journal.close()
    for file, content in files.items():  # as a killed process leaves them: the log is not brought in
        file.write_bytes(content)
    return taken


def numbers(entries: object) -> list[int]:
    return sorted(number for _, number in entries)  # type: ignore[attr-defined]


def spoil(file: Path, at: int, size: int) -> None:
    with file.open("r+b") as damaged:
        damaged.seek(at)
        damaged.write(b"\xa5" * size)


def test_of_a_whole_journal_all_is_found(folder: Path, entered: list[Entry]) -> None:
    """With its content, whole pages of it too, and nothing is missing."""
    found = salvaged(folder, BOX)

    assert {(one.register, one.number): one for one in entered} == found.waiting
    assert [] == found.missing


def test_a_first_page_that_is_gone_hides_nothing(folder: Path, entered: list[Entry]) -> None:
    """SQLite reads nothing of such a file."""
    for file in (folder / FILE, folder / f"{FILE}-wal"):
        spoil(file, 0, 100)
    with pytest.raises(sqlite3.DatabaseError):
        Journal(folder, BOX)

    found = salvaged(folder, BOX)

    assert len(entered) == len(found.waiting)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_damaged_is_named_and_all_else_is_found(folder: Path, entered: list[Entry], seed: int) -> None:
    """Bytes flipped anywhere, in file and log: found and missing are all there were, and what is found is as it was."""
    chance = random.Random(seed)
    for file in (folder / FILE, folder / f"{FILE}-wal"):
        for _ in range(6):
            spoil(file, chance.randrange(file.stat().st_size - 40), chance.randrange(1, 40))

    found = salvaged(folder, BOX)

    assert [one.number for one in entered] == sorted(numbers(found.waiting) + numbers(found.missing))
    assert all(one.content == found.waiting[one.register, one.number].content for one in entered if _is_in(one, found))
    assert len(found.waiting) > MANY / 2


def _is_in(entry: Entry, found: object) -> bool:
    return (entry.register, entry.number) in found.waiting  # type: ignore[attr-defined]


def test_a_log_that_is_cut_costs_what_was_cut(folder: Path, entered: list[Entry]) -> None:
    """And the mark knows how far numbers had come."""
    log = folder / f"{FILE}-wal"
    log.write_bytes(log.read_bytes()[: log.stat().st_size // 2])

    found = salvaged(folder, BOX)

    assert MANY == max(numbers(found.missing))
    assert [one.number for one in entered] == sorted(numbers(found.waiting) + numbers(found.missing))


def test_what_was_brought_in_does_not_wait_again(folder: Path, opened: Callable[[], Journal]) -> None:
    """Though an older state of its page still says that it waits; what was taken back does not either."""
    journal = opened()
    first, second, third = (take(journal, of) for of in (1, 2, 3))
    journal.settle([(first, Imported(Outcome.TAKEN, revision=1))])
    journal.void([second])

    found = salvaged(folder, BOX)

    assert ([third.number], [1, 2], []) == (numbers(found.waiting), numbers(found.settled), found.missing)


def test_what_was_never_committed_is_not_found(folder: Path, opened: Callable[[], Journal]) -> None:
    """It was refused: whoever asked was told that nothing is kept."""
    journal = opened()
    take(journal, 1)
    journal._connection.execute("PRAGMA cache_size = 1")  # so that it spills into the log before its commit
    with suppress(ZeroDivisionError), journal.transaction():
        for of in range(2, 40):
            content = b'{"employment":"%b"}' % (b"2" * 3_000)
            journal.add(next_entry(journal, of, content, digest=digest(draft(of), "income", content)))
        raise ZeroDivisionError

    assert (folder / f"{FILE}-wal").stat().st_size > 10 * PAGE
    assert [1] == numbers(salvaged(folder, BOX).waiting)


def test_a_content_that_was_changed_is_not_believed(folder: Path, entered: list[Entry]) -> None:
    """Nor one that was put in another's place, nor a section that it was not typed in."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as hand:
        hand.execute("UPDATE entry SET sealed = (SELECT sealed FROM entry WHERE number = 1) WHERE number = 2")
        hand.execute("UPDATE entry SET section = 'work' WHERE number = 3")
        hand.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    assert [2, 3] == numbers(salvaged(folder, BOX).missing)


def test_what_was_found_waits_in_a_new_journal_under_its_own_numbers(folder: Path, entered: list[Entry]) -> None:
    """The new one has another name, so that no number is given twice."""
    into = folder.with_name("anew")
    write(salvaged(folder, BOX).waiting.values(), into, BOX)
    journal = Journal(into, BOX)

    assert all([one] == journal.of_draft(one.draft_id) for one in entered)
    assert (True, 1, False) == (journal.mark.waiting, journal.next_number(), journal.register == entered[0].register)
