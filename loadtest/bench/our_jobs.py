"""Our work loop as it runs, relay included, on applications that were really filed; only the decision is trivial."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from loadtest.bench import database
from loadtest.bench.cpu import Programs
from loadtest.bench.database import Database
from loadtest.bench.jobs import until_done
from loadtest.bench.load import NotAnswered
from loadtest.bench.program import NotStarted, Program, start
from loadtest.bench.stores import Stores

PATIENCE = 20.0  # seconds a process may take to come up
LEAD = 2.0  # seconds to let any number of rows be due at one instant
FEWEST = 100  # jobs that can say anything
WORKER = ("-m", "tests.fakes.trivial_worker")
RELAY = ("-m", "workers", "relay")
NOWHERE = "http://127.0.0.1:9"  # the registries' address: a trivial decision asks nobody

# Letters are other work, which nobody is compared with here: these applicants want none.
_NO_LETTERS = ("UPDATE submission SET notices = false", "DELETE FROM work WHERE kind = 'notice'")
_HOLD = "UPDATE work SET due_at = 'infinity'"
_READY = "SELECT count(*) FROM work WHERE due_at = 'infinity'"
# With the index of the relay: a look at what is left is to cost next to nothing.
_LEFT = """
SELECT count(*) FROM unnest('{web,patronato,contact_centre}'::text[]) AS c(channel)
JOIN work w ON w.channel = c.channel AND w.due_at < 'infinity' AND w.buried_at IS NULL AND w.crashes = 0
"""
_LAY_OUT = """
UPDATE work SET due_at = to_timestamp($2)
WHERE draft_id IN (SELECT draft_id FROM work WHERE due_at = 'infinity' LIMIT $1)
"""
_GIVE_AT = """
UPDATE work SET due_at = to_timestamp(planned.at)
FROM unnest($1::uuid[], $2::float8[]) AS planned(draft_id, at) WHERE work.draft_id = planned.draft_id
"""
_TOOK = """
SELECT extract(epoch FROM effect.at)::float8 - planned.at
FROM unnest($1::uuid[], $2::float8[]) AS planned(draft_id, at) JOIN effect USING (draft_id)
"""


@dataclass(frozen=True, slots=True)
class OurCrew:
    """A relay and workers, and the rows of what was filed since the last turn."""

    programs: Programs
    ledger: Database

    @property
    def ready(self) -> int:
        """Rows that are not due yet."""
        return int(self.ledger.value(_READY))

    def lay_out(self, count: int) -> None:
        """Let rows be due in a moment: their due time is written by the submission, which is measured elsewhere."""
        due_at = time.time() + LEAD
        self.ledger.do(_LAY_OUT, count, due_at)
        if (early := due_at - time.time()) < 0:
            raise NotAnswered(f"{count} rows could not be laid out within {LEAD:.0f} s")
        time.sleep(early)

    def give(self) -> None:
        """Nothing is left to do: they are due."""

    def give_at(self, offsets: Sequence[float]) -> list[float]:
        """Let rows be due at these instants; what each took ends with its effect, in the deciding transaction."""
        rows = self.ledger.column("SELECT draft_id FROM work WHERE due_at = 'infinity' LIMIT $1", len(offsets))
        base = time.time() + 0.2
        planned = [base + offset for offset in offsets]
        self.ledger.do(_GIVE_AT, rows, planned)
        until_done(self)
        return self.ledger.column(_TOOK, rows, planned)

    def left(self) -> int:
        """Count rows that are due or will be."""
        return int(self.ledger.value(_LEFT))


@dataclass(frozen=True, slots=True)
class OurWorkers:
    """As many processes as `make run` starts."""

    stores: Stores
    count: int = 2

    @contextmanager
    def hired(self, jobs: int) -> Iterator[OurCrew]:  # noqa: ARG002 (there are as many as were filed)
        """Start them on what is filed and not decided. Errors: NotAnswered where next to nothing is."""
        with database.opened(self.stores.database_url) as ledger, ExitStack() as stack:
            for statement in (*_NO_LETTERS, _HOLD, "VACUUM ANALYZE"):
                ledger.do(statement)
            filed = int(ledger.value(_READY))
            if filed < FEWEST:
                raise NotAnswered(f"only {filed} applications were filed: too few to measure workers on")
            programs = {"relay": self._start(stack, "relay", RELAY)}
            programs |= {f"worker-{n}": self._start(stack, f"worker-{n}", WORKER) for n in range(1, self.count + 1)}
            yield OurCrew({**programs, "postgresql": self.stores.postgresql, "valkey": self.stores.valkey}, ledger)

    def _start(self, stack: ExitStack, name: str, arguments: Sequence[str]) -> int:
        given = {**self.stores.environment, "APPRODO_PROCESS": name, "APPRODO_REGISTRIES_URL": NOWHERE}
        program = start(name, arguments, given, self.stores.logs)
        stack.callback(program.stop)
        _wait_for(program, self.stores.folder / "run" / f"{name}.json")
        return program.pid


def _wait_for(program: Program, run_file: Path) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not run_file.exists():
        program.must_run()
        if time.monotonic() > give_up_at:
            raise NotStarted(f"{program.log.stem} is not ready:\n{program.last_lines()}")
        time.sleep(0.05)
