"""Pages: the rows that lie in a SQLite file and its log, read past whatever is damaged between them.

SQLite reads from the root down and stops where a page is torn; a row lies whole in a leaf page, which says itself what
it is (https://www.sqlite.org/fileformat2.html). So every page is looked at, of the file and of every frame of the log,
and what reads as rows is told, old and new.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

Value = int | float | bytes | str | None
Pages = Mapping[int, Sequence[bytes]]  # every state in which a page is found, the oldest first

LEAF = 0x0D  # a page of a table with rows in it
PAGE_BYTES = 4_096  # what SQLite makes, and all that this program ever wrote
LOG_HEAD, FRAME_HEAD = 32, 24
SCHEMA = 1  # the page that begins with the head of the file, and has no row of anybody
_FIXED: Mapping[int, int] = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}  # bytes by serial type


def rows(file: Path) -> Iterator[tuple[Value, ...]]:
    """Yield every row of every table that can be read, in every state it is found in. Errors: OSError."""
    pages = _pages(file)
    for number, states in pages.items():
        for page in states:
            if number != SCHEMA and page[0] == LEAF:
                yield from _rows(page, pages)


def _pages(file: Path) -> dict[int, list[bytes]]:
    whole, log = file.read_bytes(), Path(f"{file}-wal")
    found = {1 + at // PAGE_BYTES: [whole[at : at + PAGE_BYTES]] for at in range(0, len(whole), PAGE_BYTES)}
    for number, page in _committed(log.read_bytes() if log.exists() else b""):
        found.setdefault(number, []).append(page)
    return {number: [page.ljust(PAGE_BYTES, b"\0") for page in states] for number, states in found.items()}


def _committed(log: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the pages of a log up to the last commit of each of its rounds: what lies behind was never acknowledged."""
    waiting: list[tuple[int, bytes]] = []
    round_ = b""
    for at in range(LOG_HEAD, len(log) - FRAME_HEAD, FRAME_HEAD + PAGE_BYTES):
        number, commits = struct.unpack_from(">II", log, at)
        salts, page = log[at + 8 : at + 16], log[at + FRAME_HEAD : at + FRAME_HEAD + PAGE_BYTES]
        if salts != round_:
            waiting, round_ = [], salts
        waiting.append((number, page))
        if commits:
            yield from waiting
            waiting = []


def _rows(page: bytes, pages: Pages) -> Iterator[tuple[Value, ...]]:
    (count,) = struct.unpack_from(">H", page, 3)
    for place in range(min(count, (PAGE_BYTES - 8) // 2)):
        (at,) = struct.unpack_from(">H", page, 8 + 2 * place)
        try:
            size, at = _varint(page, at)
            _, at = _varint(page, at)  # its row id, which says nothing here
            for payload in _payloads(page, at, size, pages):
                yield _record(payload)
        except (IndexError, ValueError, struct.error):
            continue  # a row that is torn; the next one may be whole


def _payloads(page: bytes, at: int, size: int, pages: Pages) -> Iterator[bytes]:
    """Yield what a row may hold: what does not fit its page goes on in others, which may be there in several states."""
    most = PAGE_BYTES - 35
    if size <= most:
        yield page[at : at + size]
        return
    least = (PAGE_BYTES - 12) * 32 // 255 - 23
    here = least + (size - least) % (PAGE_BYTES - 4)
    here = here if here <= most else least
    (further,) = struct.unpack_from(">I", page, at + here)
    for newest in (True, False):
        yield _gathered(page[at : at + here], further, size, pages, newest=newest)


def _gathered(first: bytes, further: int, size: int, pages: Pages, *, newest: bool) -> bytes:
    found, seen = bytearray(first), set[int]()
    while len(found) < size:
        states = pages.get(further)
        if not states or further in seen:
            raise ValueError("the rest of a row is gone")
        seen.add(further)
        page = states[-1 if newest else 0]
        (further,) = struct.unpack_from(">I", page)
        found += page[4:]
    return bytes(found[:size])


def _record(payload: bytes) -> tuple[Value, ...]:
    head, at = _varint(payload, 0)
    kinds, values = [], []
    while at < head:
        kind, at = _varint(payload, at)
        kinds.append(kind)
    for kind in kinds:
        size = _FIXED[kind] if kind in _FIXED else (kind - 12) // 2
        if size < 0 or at + size > len(payload):
            raise ValueError("a value that is longer than its row")
        values.append(_value(kind, payload[at : at + size]))
        at += size
    return tuple(values)


def _value(kind: int, data: bytes) -> Value:
    if kind == 0:
        return None
    if kind == 7:
        return float(struct.unpack(">d", data)[0])
    if kind in (8, 9):
        return kind - 8
    if kind <= 6:
        return int.from_bytes(data, "big", signed=True)
    return data if kind % 2 == 0 else data.decode()


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for place in range(9):
        byte = data[at + place]
        if place == 8:
            return value << 8 | byte, at + 9
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    raise ValueError
