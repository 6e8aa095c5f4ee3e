"""The usual workers: Dramatiq's own command with its defaults, on a table of their own, one message a job."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, islice

import dramatiq
from dramatiq.brokers.redis import RedisBroker

from loadtest.bench import database
from loadtest.bench.cpu import Programs
from loadtest.bench.database import Database
from loadtest.bench.jobs import until_done
from loadtest.bench.program import start
from loadtest.bench.stores import Stores

QUEUE, ACTOR = "default", "decide"
MODULE = "loadtest.bench.usual_jobs"

_TABLE = """
CREATE TABLE IF NOT EXISTS application (
    id bigint PRIMARY KEY, state text NOT NULL, decided_at timestamptz
)
"""
_FILL = "INSERT INTO application (id, state) SELECT n, 'accepted' FROM generate_series(1, $1::int) AS n"
_LEFT = "SELECT $1::int - count(*) FROM application WHERE state = 'granted'"
_TOOK = """
SELECT extract(epoch FROM decided_at)::float8 - planned.at
FROM unnest($1::int[], $2::float8[]) AS planned(id, at) JOIN application USING (id)
"""


class TheirCrew:
    """Dramatiq's processes, a table of jobs, and the broker over which they are sent."""

    def __init__(self, programs: Programs, table: Database, broker: RedisBroker, jobs: int) -> None:
        self.programs = programs
        self._table, self._broker, self._jobs = table, broker, jobs
        self._ids = count(1)
        self._given = 0
        self._laid_out: list[int] = []

    @property
    def ready(self) -> int:
        """Rows without a message."""
        return self._jobs - self._given

    def lay_out(self, count: int) -> None:
        """Choose the rows; that somebody has to send their messages is not counted either, only that they are kept."""
        self._laid_out = list(islice(self._ids, count))

    def give(self) -> None:
        """Send one message for each."""
        for application in self._laid_out:
            self._send(application)

    def give_at(self, offsets: Sequence[float]) -> list[float]:
        """Send one message at each instant; what a job took ends in its deciding transaction."""
        base = time.time()
        sent = [self._send_at(application, base + at) for application, at in zip(self._ids, offsets, strict=False)]
        until_done(self)
        return self._table.column(_TOOK, sent, [base + at for at in offsets])

    def left(self) -> int:
        """Count rows with a message that are not decided."""
        return int(self._table.value(_LEFT, self._given))

    def _send_at(self, application: int, instant: float) -> int:
        time.sleep(max(0.0, instant - time.time()))
        self._send(application)
        return application

    def _send(self, application: int) -> None:
        self._given += 1
        message: dramatiq.Message[None] = dramatiq.Message(
            queue_name=QUEUE, actor_name=ACTOR, args=(application,), kwargs={}, options={}
        )
        self._broker.enqueue(message)


@dataclass(frozen=True, slots=True)
class TheirWorkers:
    """As many processes and threads as the command starts by itself."""

    stores: Stores

    @contextmanager
    def hired(self, jobs: int) -> Iterator[TheirCrew]:
        """Start them with so many rows."""
        broker = RedisBroker(url=self.stores.redis_url)  # type: ignore[no-untyped-call]
        broker.declare_queue(QUEUE)
        with database.opened(self.stores.usual_url) as table:
            for statement in (_TABLE, "TRUNCATE application"):
                table.do(statement)
            table.do(_FILL, jobs)
            table.do("VACUUM ANALYZE application")
            environment = {"DATABASE_URL": self.stores.usual_url, "REDIS_URL": self.stores.redis_url}
            program = start("dramatiq", ["-m", "dramatiq", MODULE], environment, self.stores.logs)
            try:
                parts = {"postgresql": self.stores.postgresql, "valkey": self.stores.valkey}
                yield TheirCrew({"dramatiq": program.pid, **parts}, table, broker, jobs)
            finally:
                program.stop()
                broker.close()
