"""How fast the public page answers: `python -m loadtest.status_page http://localhost:8001/stato --crowd 400`.

It is asked at fixed instants, and each answer is timed from the instant it was due. `--crowd` many connections ask the
counter for new drafts without a pause meanwhile, so that it has far more to do than it can. Only loopback is crowded.
"""

import argparse
import asyncio
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlsplit

EVERY = 0.02  # seconds between two questions
BODY = b'{"programme": "bonus-mamme-2025", "channel": "web"}'
BAR = 0.1  # seconds: 99 of 100 answers


async def ask(host: str, port: int, path: str) -> int:
    """Ask once, as a browser that comes for the first time; return the status. Errors: OSError, ValueError."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n\r\n".encode())
        answer = await reader.read()
        return int(answer.split(b" ", 2)[1])
    finally:
        writer.close()


def crowded(host: str, port: int, connections: int, seconds: float) -> tuple[int, int]:
    """Crowd a counter from a process of its own; return how many requests were answered, and how many taken."""

    async def all_of_them() -> list[int]:
        answered: list[int] = []
        until = time.monotonic() + seconds
        await asyncio.gather(*(crowd(host, port, until, answered) for _ in range(connections)))
        return answered

    answered = asyncio.run(all_of_them())
    return len(answered), sum(status < 300 for status in answered)


async def crowd(host: str, port: int, until: float, answered: list[int]) -> None:
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
            await asyncio.sleep(0.05)


async def timed(host: str, port: int, path: str, seconds: float) -> tuple[list[float], int]:
    """Return how long each answer took, from the instant it was due, and how many there were none of."""
    began, asked = time.monotonic(), []

    async def one(due: float) -> float | None:
        try:
            await ask(host, port, path)
        except (OSError, ValueError, IndexError):
            return None
        return time.monotonic() - due

    for number in range(int(seconds / EVERY)):
        due = began + number * EVERY
        await asyncio.sleep(due - time.monotonic())
        asked.append(asyncio.create_task(one(due)))
    took = await asyncio.gather(*asked)
    return sorted(one for one in took if one is not None), sum(one is None for one in took)


@dataclass(frozen=True, slots=True)
class Timed:
    """How fast the page answered, in seconds from the instant each answer was due, and what the crowd asked."""

    answers: int
    missing: int
    p50: float
    p99: float
    longest: float
    asked: float = 0.0  # of the counter, a second
    taken: float = 0.0

    @property
    def ok(self) -> bool:
        """Say whether 99 of 100 answers came within the bar and none was missing."""
        return bool(self.answers) and not self.missing and self.p99 <= BAR

    @property
    def in_words(self) -> str:
        """Return it as it is printed."""
        told = (
            f"{self.answers} answers, {self.missing} missing: p50 {self.p50 * 1000:.1f} ms, "
            f"p99 {self.p99 * 1000:.1f} ms, longest {self.longest * 1000:.1f} ms"
        )
        return f"{told}; beside it {self.asked:.0f} requests a second, {self.taken:.0f} taken" if self.asked else told


async def measured(page: str, counter: str, crowd: int, seconds: float) -> Timed:
    """Ask the page for a while, beside a crowd at the counter if there is one."""
    asked, crowded_at = urlsplit(page), urlsplit(counter)
    where = crowded_at.hostname or "localhost", crowded_at.port or 8000
    with ProcessPoolExecutor(1, get_context("spawn")) as others:
        beside = others.submit(crowded, *where, crowd, seconds) if crowd else None
        took, missing = await timed(asked.hostname or "localhost", asked.port or 8001, asked.path, seconds)
        heard = beside.result() if beside else (0, 0)
    p50, p99 = (took[int(share * (len(took) - 1))] for share in (0.5, 0.99)) if took else (0.0, 0.0)
    longest = took[-1] if took else 0.0
    return Timed(len(took), missing, p50, p99, longest, heard[0] / seconds, heard[1] / seconds)


def main() -> int:
    """Read the command line and measure; return 0 where the page was fast enough."""
    parser = argparse.ArgumentParser(prog="python -m loadtest.status_page", description=__doc__)
    parser.add_argument("page", nargs="?", default="http://localhost:8001/stato")
    parser.add_argument("--counter", default="http://localhost:8000")
    parser.add_argument("--crowd", type=int, default=0, help="connections that ask the counter meanwhile")
    parser.add_argument("--seconds", type=float, default=15.0)
    asked = parser.parse_args()
    if asked.crowd and urlsplit(asked.counter).hostname not in ("localhost", "127.0.0.1"):
        sys.stderr.write("only loopback is crowded\n")
        return 2
    found = asyncio.run(measured(asked.page, asked.counter, asked.crowd, asked.seconds))
    sys.stdout.write(f"{found.in_words}\n")
    return 0 if found.ok else 1


if __name__ == "__main__":
    sys.exit(main())
