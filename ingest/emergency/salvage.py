"""Salvage: what can be read of a journal that is damaged, put into a new one; and what was in it and cannot.

Nothing is believed because it looks well: a content opens only with the key of this register and only in its own place,
and what is saved bears its own digest. Numbers leave no gap, so each one that is missing can be named.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from core.domain.receipt import digest
from core.domain.register import Entry, Operation, Outcome
from ingest.emergency.journal import FILE, Journal
from ingest.emergency.pages import rows
from ingest.emergency.rows import about, bare
from ingest.emergency.sealing import Box, Unreadable
from ingest.emergency.waiting_mark import FILE as MARK
from ingest.emergency.waiting_mark import WaitingMark
from ingest.proof.canonical import canonical

COLUMNS = (
    *("register", "number", "draft_id", "operation", "section", "base", "digest", "key", "arrived_at"),
    *("registered_at", "ahead", "cause", "interrupted_at", "key_id", "sealed", "outcome", "reason", "copies"),
)
BEYOND = 10**7  # numbers that no register ever reaches, and a damaged page may state


@dataclass(slots=True)
class Salvaged:
    """Entries that wait, and those that were settled before."""

    waiting: dict[tuple[str, int], Entry] = field(default_factory=dict)
    settled: set[tuple[str, int]] = field(default_factory=set)
    reached: dict[str, int] = field(default_factory=dict)  # how far the numbers of each register are known to have come

    @property
    def missing(self) -> list[tuple[str, int]]:
        """Those that were given out, and of which nothing whole was found, in order."""
        every = ((register, number) for register, most in self.reached.items() for number in range(1, most + 1))
        return sorted(one for one in every if one not in self.waiting and one not in self.settled)


def salvaged(folder: Path, box: Box) -> Salvaged:
    """Read what can be read of the journal in a folder, which nobody uses now. Errors: OSError."""
    found = Salvaged()
    for row in rows(folder / FILE):
        if len(row) == len(COLUMNS):
            with suppress(ValueError, TypeError, KeyError, AttributeError):
                _sort(found, dict(zip(COLUMNS, row, strict=True)), box)
    for settled in found.settled:  # an older state of its page still has it waiting
        found.waiting.pop(settled, None)
    _know_reached(found, folder)
    return found


def _sort(found: Salvaged, row: Mapping[str, Any], box: Box) -> None:
    entry = bare(row)
    place = entry.register, entry.number
    if not _is_a_name(entry.register) or not 1 <= entry.number < BEYOND:
        return
    found.reached[entry.register] = max(found.reached.get(entry.register, 0), entry.number)
    if entry.outcome is not Outcome.WAITING:
        found.settled.add(place)
        return
    with suppress(Unreadable):
        whole = replace(entry, content=box.open(row["sealed"], about(entry.draft_id, *place)))
        if _digest(whole) == whole.digest:
            found.waiting[place] = whole


def _digest(entry: Entry) -> bytes:
    """Return what the receipt of an entry states of it."""
    if entry.operation is Operation.SUBMISSION:
        return sha256(canonical({"sections": entry.named})).digest()
    return digest(entry.draft_id, entry.section or "", entry.content)


def _is_a_name(register: str) -> bool:
    return len(register) == 4 and register.isascii() and register.isalpha() and register.isupper()


def _know_reached(found: Salvaged, folder: Path) -> None:
    """The mark says more than any page that is left."""
    if (folder / MARK).exists():
        mark = WaitingMark(folder / MARK)
        number, register = mark.reached
        mark.close()
        if _is_a_name(register) and number < BEYOND:
            found.reached[register] = max(found.reached.get(register, 0), number)


def write(entries: Iterable[Entry], into: Path, box: Box) -> None:
    """Let entries wait in a new journal, which has a name of its own. Errors: sqlite3.Error, OSError."""
    into.mkdir(mode=0o700)
    journal = Journal(into, box)
    with journal.transaction():
        for entry in sorted(entries, key=lambda one: (one.registered_at, one.register, one.number)):
            journal.interruption(entry.interruption.cause, entry.interruption.began_at)
            journal.add(entry)
    journal.shrink()
    journal.close()
