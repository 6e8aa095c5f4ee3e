"""crowding: how much a counter takes, and a crowd that asks it for far more, in a process of its own."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from ctypes import c_longlong
from dataclasses import dataclass
from multiprocessing import get_context
from typing import NamedTuple
from urllib.parse import urlsplit

from loadtest.bench.program import die_with_parent

BODY = b'{"programme": "bonus-mamme-2025", "channel": "web"}'
FEW = (8, 32, 64)  # connections: the most that a counter takes of any is its capacity
EACH = 3.0  # seconds
GATHERING = 0.05  # seconds after which a connection that broke is there again
GLANCE = 0.05  # seconds


class Heard(NamedTuple):
    """How many requests were answered, and how many of them taken."""

    answered: int
    taken: int


@dataclass(frozen=True, slots=True)
class Crowd:
    """A crowd that is there; what it has heard so far can be asked at any time."""

    answered: c_longlong  # written by the crowd alone
    taken: c_longlong
    capacity: float = 0.0  # what the counter took at most before they came, a second

    @property
    def heard(self) -> Heard:
        """Return what it has heard so far."""
        return Heard(self.answered.value, self.taken.value)


@contextmanager
def gathered(counter: str, connections: int, capacity: float = 0.0) -> Iterator[Crowd]:
    """Let so many connections ask a counter for drafts, each as fast as it is answered, while the block runs."""
    processes, at = get_context("spawn"), urlsplit(counter)
    crowd = Crowd(processes.RawValue(c_longlong, 0), processes.RawValue(c_longlong, 0), capacity)
    place = at.hostname or "localhost", at.port or 8000
    process = processes.Process(target=_gather, args=(*place, connections, crowd), daemon=True)
    process.start()
    try:
        yield crowd
    finally:
        process.kill()
        process.join()


def capacity(counter: str, tried: Sequence[int] = FEW) -> float:
    """Return how many drafts a second a counter opens at most, of few who ask again as soon as they are answered."""
    return max(_taken_by(counter, few) for few in tried)


def _taken_by(counter: str, connections: int) -> float:
    with gathered(counter, connections) as few:
        while not few.heard.answered:
            time.sleep(GLANCE)
        began, before = time.monotonic(), few.heard.taken
        time.sleep(EACH)
        return (few.heard.taken - before) / (time.monotonic() - began)


def _gather(host: str, port: int, connections: int, crowd: Crowd) -> None:
    die_with_parent()

    async def all_of_them() -> None:
        await asyncio.gather(*(_ask(host, port, crowd) for _ in range(connections)))

    asyncio.run(all_of_them())


async def _ask(host: str, port: int, crowd: Crowd) -> None:
    """Ask for drafts on one connection, as fast as it answers."""
    head = f"POST /v1/drafts HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-type: application/json\r\n"
    request = head.encode() + b"content-length: %d\r\n\r\n" % len(BODY) + BODY
    while True:
        try:
            reader, writer = await asyncio.open_connection(host, port)
            while True:
                writer.write(request)
                told = await reader.readuntil(b"\r\n\r\n")
                length = next(line for line in told.lower().split(b"\r\n") if line.startswith(b"content-length:"))
                await reader.readexactly(int(length.partition(b":")[2]))
                crowd.answered.value += 1
                crowd.taken.value += told.split(b" ", 2)[1] < b"300"
        except (OSError, asyncio.IncompleteReadError, StopIteration):
            await asyncio.sleep(GATHERING)
