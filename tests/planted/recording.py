"""A small recorded rehearsal: the load of the fault tests, noted the way loadtest/rehearsal/folder.py says."""

import asyncio
import json
import time
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import httpx

from loadtest.faults.load import Load
from loadtest.rehearsal.folder import ANSWERS, OFFERED, SAMPLES, Folder, write
from tests.journeys.system import System

BACKLOG = """
SELECT count(*), coalesce(extract(epoch FROM max(clock_timestamp() - due_at)), 0)::float8,
       (SELECT count(*) FROM decision), (SELECT count(*) FROM work WHERE buried_at IS NOT NULL)
FROM work WHERE buried_at IS NULL AND greatest(due_at, lease_until) < clock_timestamp()
"""


@dataclass
class Recording:
    """Notes into a folder what a load does to a system, or to the counter at `url`."""

    system: System
    place: Path
    url: str | None = None
    people: type[Load] = Load
    answers: list[tuple] = field(default_factory=list)
    samples: list[tuple] = field(default_factory=list)

    @asynccontextmanager
    async def running(self):
        """Load the system while the block runs, and write everything down at its end."""
        self.place.mkdir(parents=True)
        self.began, self.began_at = time.monotonic(), datetime.now(UTC)
        load = self.people(self.url or self.system.address("http"), Folder(self.place).ledger)
        sampling = asyncio.create_task(self._sample())
        async with load:
            send = load._client.send
            load._client.send = lambda request, **rest: self._noted(send, request, rest)
            yield load
            self.ended = self._now()
        sampling.cancel()
        self._write()

    async def _noted(self, send, request, rest):
        started, status, code = self._now(), 0, ""
        try:
            answer = await send(request, **rest)
            status = answer.status_code
            code = "" if answer.is_success else answer.json().get("code", "")
            return answer
        except httpx.TransportError as error:
            code = type(error).__name__
            raise
        finally:
            at_once = started + 0.01  # how fast this machine is today is not what is tested
            self.answers.append((started, started, at_once, _operation(request), "web", status, code, 0))

    async def _sample(self):
        while True:
            async with self.system.connection() as connection:
                row = tuple(await connection.fetchrow(BACKLOG))
            second = len(self.samples)
            rest = [0.3 * second if column.endswith("cpu_s") else 60 for column in SAMPLES[5:]]
            self.samples.append((second, *row, *rest))
            await asyncio.sleep(1)

    def _now(self):
        return time.monotonic() - self.began

    def _write(self):
        folder = Folder(self.place)
        write(folder.answers, ANSWERS, self.answers)
        write(folder.samples, SAMPLES, self.samples)
        write(folder.offered, OFFERED, [(second, 2, 2, 0) for second in range(int(self.ended))])
        folder.run.write_text(json.dumps(self._run()))

    def _run(self):
        return {
            "seed": 7,
            "profile": "steady",
            "scale": 1.0,
            "compression": 1.0,
            "started_at": self.began_at.isoformat(),
            "ended_at": datetime.now(UTC).isoformat(),
            "phases": [{"name": "steady", "start_s": 0.0, "end_s": self.ended}],
            "faults": [],
            "machine": {"processor": "any", "cores": 2, "memory_gb": 8, "kernel": "6", "load_average": 1.0},
            "versions": {"python": "3.11"},
            "generator": {"ceiling_per_s": 100_000, "cpu_share": 0.2, "dropped": 0, "lateness_p99_ms": 1.0},
            "command": "make rehearse PROFILE=steady SEED=7",
        }


def _operation(request):
    method, path = request.method, request.url.path
    if method == "PUT":
        return "save"
    if method == "GET":
        return "read"
    return "submission" if path.endswith("/submission") else "draft"
