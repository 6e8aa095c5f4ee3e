"""closed_model: how a script that waits for each answer before it asks again hides a stall (`python -m`, 25 seconds).

One and the same server answers at once, but stands still for one second out of ten. It is asked 400 times a second:
by twenty users who ask, wait for the answer and then for the next beat of theirs, as most load scripts do; and by
people who come when they come. Both say what 99 of 100 requests took at most.
"""

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from random import Random
from typing import Final

RATE: Final = 400  # requests a second
USERS: Final = 20  # of the closed model: one request each every 50 ms
SECONDS: Final = 10.0
HANG_UP: Final = 0.5  # seconds in which every line is seen to be closed
STALL: Final = (4.0, 5.0)  # seconds after the beginning
_REQUEST: Final = b"GET / HTTP/1.1\r\nhost: here\r\n\r\n"
_ANSWER: Final = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


@dataclass(frozen=True, slots=True)
class Figures:
    """What each model says the 99th percentile was, in milliseconds, and of how many requests."""

    closed_p99_ms: int
    closed_requests: int
    open_p99_ms: int
    open_requests: int


class Server:
    """Answers at once, but for the second in which it stands still."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def begin(self) -> None:
        """Count the stall from here."""
        self._began = time.monotonic()

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one line until it hangs up."""
        while await reader.read(len(_REQUEST)):
            at = time.monotonic() - self._began
            if STALL[0] <= at < STALL[1]:
                await asyncio.sleep(STALL[1] - at)
            writer.write(_ANSWER)


async def compare(seed: int = 1) -> Figures:
    """Ask the same server in both ways, one after the other."""
    server = Server()
    serving = await asyncio.start_server(server.answer, "127.0.0.1", 0)
    port = int(serving.sockets[0].getsockname()[1])
    async with serving:
        server.begin()
        closed = await _closed(port)
        server.begin()
        opened = await _open(port, Random(seed))  # noqa: S311 (a load, not a secret)
        await asyncio.sleep(HANG_UP)
    return Figures(_p99(closed), len(closed), _p99(opened), len(opened))


async def _closed(port: int) -> list[float]:
    """Users who ask again only when they have been answered; who waits asks less, and the stall is hardly seen."""

    async def user(first: float) -> list[float]:
        line = await asyncio.open_connection("127.0.0.1", port)
        began, latencies, beat = time.monotonic(), list[float](), USERS / RATE
        await asyncio.sleep(first)
        while time.monotonic() - began < SECONDS:
            sent = time.monotonic()
            await _ask(*line)
            latencies.append(time.monotonic() - sent)
            await asyncio.sleep(max(0.0, beat - (time.monotonic() - sent)))
        line[1].close()
        return latencies

    of_each = await asyncio.gather(*(user(number / RATE) for number in range(USERS)))
    return [latency for latencies in of_each for latency in latencies]


async def _open(port: int, random: Random) -> list[float]:
    """People who come when they come, each on a line of her own, and wait from the instant they meant to ask."""
    lines: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    began, due, tasks = time.monotonic(), 0.0, list["asyncio.Task[float]"]()

    async def person(intended: float) -> float:
        line = lines.pop() if lines else await asyncio.open_connection("127.0.0.1", port)
        await _ask(*line)
        lines.append(line)
        return time.monotonic() - intended

    while (due := due + random.expovariate(RATE)) < SECONDS:
        await asyncio.sleep(max(0.0, began + due - time.monotonic()))
        tasks.append(asyncio.create_task(person(began + due)))
    latencies = await asyncio.gather(*tasks)
    for _, writer in lines:
        writer.close()
    return latencies


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(_REQUEST)
    await reader.readuntil(b"\r\n\r\n")
    await reader.readexactly(2)


def _p99(latencies: Sequence[float]) -> int:
    return round(1000 * sorted(latencies)[int(len(latencies) * 0.99)])


def main() -> None:
    """Print both figures."""
    figures = asyncio.run(compare())
    sys.stdout.write(json.dumps(asdict(figures)) + "\n")


if __name__ == "__main__":
    main()
