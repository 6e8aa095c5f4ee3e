"""How fast the public page answers: `python -m loadtest.status_page http://localhost:8001/stato --crowd 400`.

It is asked at fixed instants, and each answer is timed from the instant it was due. `--crowd` many connections ask the
counter for new drafts without a pause meanwhile; how many times more that is than it takes at most is measured before.
Only loopback is crowded.
"""

import argparse
import asyncio
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlsplit

from loadtest.crowding import Crowd, Heard, capacity, gathered

EVERY = 0.02  # seconds between two questions
BAR = 0.1  # seconds: 99 of 100 answers
TIMES = 10.0  # what a counter takes: a crowd that asks for so much is the one the bar is held against


async def ask(host: str, port: int, path: str) -> int:
    """Ask once, as a browser that comes for the first time; return the status. Errors: OSError, ValueError."""
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n\r\n".encode())
        answer = await reader.read()
        return int(answer.split(b" ", 2)[1])
    finally:
        writer.close()


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
    capacity: float = 0.0  # what it takes at most, without a crowd

    @property
    def ok(self) -> bool:
        """Say whether 99 of 100 answers came within the bar and none was missing."""
        return bool(self.answers) and not self.missing and self.p99 <= BAR

    @property
    def times(self) -> float:
        """How many times what it takes the counter was asked for; 0 where nobody crowded it, or knows its capacity.

        What it took beside the crowd it can take, whatever it took before.
        """
        return self.asked / max(self.capacity, self.taken) if self.capacity else 0.0

    @property
    def in_words(self) -> str:
        """Return it as it is printed."""
        told = (
            f"{self.answers} answers, {self.missing} missing: p50 {self.p50 * 1000:.1f} ms, "
            f"p99 {self.p99 * 1000:.1f} ms, longest {self.longest * 1000:.1f} ms"
        )
        if not self.asked:
            return told
        crowd = f"beside it {self.asked:.0f} requests a second, {self.taken:.0f} taken"
        of = f" ({self.capacity:.0f} without the crowd): {self.times:.1f} times what it takes" if self.capacity else ""
        return f"{told}; {crowd}{of}"


def measured(page: str, seconds: float, crowd: Crowd | None = None) -> Timed:
    """Ask the page for a while from a process that does only that, beside a crowd at the counter if there is one."""
    before, began = crowd.heard if crowd else Heard(0, 0), time.monotonic()
    with ProcessPoolExecutor(1, get_context("spawn")) as alone:
        took, missing = alone.submit(_timed, page, seconds).result()
    heard, lasted = crowd.heard if crowd else before, time.monotonic() - began
    p50, p99 = (took[int(share * (len(took) - 1))] for share in (0.5, 0.99)) if took else (0.0, 0.0)
    asked, taken = ((now - then) / lasted for now, then in zip(heard, before, strict=True))
    return Timed(
        len(took), missing, p50, p99, took[-1] if took else 0.0, asked, taken, crowd.capacity if crowd else 0.0
    )


def _timed(page: str, seconds: float) -> tuple[list[float], int]:
    at = urlsplit(page)
    return asyncio.run(timed(at.hostname or "localhost", at.port or 8001, at.path, seconds))


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
    if asked.crowd:
        with gathered(asked.counter, asked.crowd, capacity(asked.counter)) as crowd:
            found = measured(asked.page, asked.seconds, crowd)
    else:
        found = measured(asked.page, asked.seconds)
    sys.stdout.write(f"{found.in_words}\n")
    return 0 if found.ok else 1


if __name__ == "__main__":
    sys.exit(main())
