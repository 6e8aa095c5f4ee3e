"""crowding: how much a counter takes, and a crowd that asks it for far more; each from a process of its own."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from urllib.parse import urlsplit

BODY = b'{"programme": "bonus-mamme-2025", "channel": "web"}'
FEW = (1, 2, 4)  # connections that it serves without turning many away: the most it takes of any is its capacity
EACH = 3.0  # seconds
GATHERING = 0.05  # seconds after which a connection that broke is there again

Place = tuple[str, int]


def place(counter: str) -> Place:
    """Return host and port of an address."""
    at = urlsplit(counter)
    return at.hostname or "localhost", at.port or 8000


def capacity(counter: str) -> float:
    """Return how many drafts a second a counter opens at most, of those who ask again as soon as they are answered."""
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        return max(alone.submit(crowded, *place(counter), few, EACH).result()[1] / EACH for few in FEW)


def crowded(host: str, port: int, connections: int, seconds: float) -> tuple[int, int]:
    """Crowd a counter; return how many requests were answered, and how many taken."""

    async def all_of_them() -> list[int]:
        answered: list[int] = []
        until = time.monotonic() + seconds
        await asyncio.gather(*(_ask_on(host, port, until, answered) for _ in range(connections)))
        return answered

    answered = asyncio.run(all_of_them())
    return len(answered), sum(status < 300 for status in answered)


async def _ask_on(host: str, port: int, until: float, answered: list[int]) -> None:
    """Ask for drafts on one connection, as fast as it answers."""
    head = f"POST /v1/drafts HTTP/1.1\r\nhost: {host}:{port}\r\ncontent-type: application/json\r\n"
    request = head.encode() + b"content-length: %d\r\n\r\n" % len(BODY) + BODY
    while time.monotonic() < until:
        try:
            reader, writer = await asyncio.open_connection(host, port)
            while time.monotonic() < until:
                writer.write(request)
                told = await reader.readuntil(b"\r\n\r\n")
                length = next(line for line in told.lower().split(b"\r\n") if line.startswith(b"content-length:"))
                await reader.readexactly(int(length.partition(b":")[2]))
                answered.append(int(told.split(b" ", 2)[1]))
            writer.close()
        except (OSError, asyncio.IncompleteReadError, StopIteration):
            await asyncio.sleep(GATHERING)
