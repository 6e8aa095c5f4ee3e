"""The work loop on a real ledger and a real bell; only the registries are told what to say."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from core.clock import ROME, SystemClock
from core.domain.receipt import canonical
from core.domain.submission import State, SubmissionView
from core.storage.civil import move_civil_clock
from core.storage.work import LeaseTerms, WorkRows
from tests.integration.storage.conftest import Ledger, Rules
from tests.integration.storage.conftest import ledger as ledger  # noqa: PLC0414  the fixture, for the tests below
from tests.unit.bonus.applications import an_application
from tests.unit.workers.attempts import TERMS
from tests.unit.workers.fakes import Facts, FakeRegistries
from workers import actors
from workers.advance import Advance
from workers.broker import QUEUE, Bell
from workers.desk import Desk
from workers.kinds import decider
from workers.letters.post import Nowhere, Post
from workers.lone import Lone
from workers.look import Look
from workers.places import Places
from workers.relay import Relay, Round
from workers.unanswered import broken

LEASES = LeaseTerms(lease=timedelta(seconds=20), reoffer=timedelta(seconds=15))
SHORT = LeaseTerms(lease=timedelta(milliseconds=80), reoffer=timedelta(milliseconds=40))
FILING_DAY = datetime(2025, 11, 20, 9, tzinfo=ROME)
PATIENCE = 60.0  # seconds a test waits for what must come


@dataclass
class Pipeline:
    """A relay and a worker, wired as their processes wire them, driven step by step."""

    ledger: Ledger
    rows: WorkRows
    registries: FakeRegistries
    deps: Advance
    desk: Desk
    bell: Bell
    relay: Relay
    look: Look
    lone: Lone
    facts: Facts
    places: int
    numbers: dict[UUID, str] = field(default_factory=dict)

    async def file(self, sections: Mapping[str, Any] | None = None, **changed: Any) -> UUID:
        """File an application (by a mother of its own) and return its draft."""
        draft_id = (await self.ledger.draft()).draft_id
        contents = {name: canonical(content) for name, content in (sections or an_application()).items()}
        await asyncio.gather(*(self.ledger.save(draft_id, name, None, content) for name, content in contents.items()))
        person = changed.pop("person", draft_id.bytes)
        rules = _Someone(changed.pop("window", "ordinary"), tuple(contents), person, told=changed.pop("told", False))
        await self.ledger.file(draft_id, sections=dict.fromkeys(contents, 1), rules=rules, **changed)
        self.numbers[draft_id] = (await self.submission(draft_id)).number
        return draft_id

    async def run_once(self) -> Round:
        """One round of the relay; then everything it rang for is heard and brought to its end."""
        done = await self.relay.run_once()
        await self.hear()
        return done

    async def hear(self) -> int:
        """Take what is on the bell, as Dramatiq's worker does, and bring it to its end; return how many messages."""
        heard = await asyncio.to_thread(self._hear)
        await self.at_rest()
        return heard

    def _hear(self) -> int:
        consumer, heard = self.bell.consume(QUEUE, prefetch=100, timeout=1), 0
        while (message := next(consumer)) is not None:
            self.bell.get_actor(message.actor_name)(*message.args, **message.kwargs)
            consumer.ack(message)
            heard += 1
        return heard

    async def at_rest(self) -> None:
        """Wait until nothing is in hand."""
        async with asyncio.timeout(PATIENCE):
            while self.desk.free < self.places:  # noqa: ASYNC110  it has no event to wait for
                await asyncio.sleep(0.002)

    async def submission(self, draft_id: UUID) -> SubmissionView:
        return await self.ledger.submissions.read(draft_id)

    async def it_is(self, civil_now: datetime) -> None:
        """Let the civil clock read this."""
        await move_civil_clock(self.ledger.url, civil_now)

    async def states(self, draft_id: UUID) -> list[State | None]:
        return [event.state for event in (await self.submission(draft_id)).timeline]

    async def work(self, draft_id: UUID) -> list[Any]:
        return await self.ledger.sql("SELECT * FROM work WHERE draft_id = $1", draft_id)

    async def next_check(self, draft_id: UUID) -> datetime | None:
        """Return the machine time of the next check; she is shown the civil one."""
        (row,) = await self.ledger.sql("SELECT next_check_at FROM submission WHERE draft_id = $1", draft_id)
        found: datetime | None = row[0]
        return found

    async def set_due(self) -> None:
        """Let the due time of everything that waits come now."""
        await self.ledger.sql(
            "UPDATE work SET due_at = clock_timestamp() WHERE buried_at IS NULL AND lease_until IS NULL"
        )


@dataclass
class _Someone(Rules):
    """Filing rules for a person the test names."""

    required: Sequence[str] = ()
    whose: bytes = b""
    told: bool = False

    def __init__(self, window: str, required: tuple[str, ...], whose: bytes, *, told: bool) -> None:
        super().__init__(window, required)
        self.whose, self.told = whose, told

    def person(self, applicant: bytes) -> bytes | None:
        return self.whose

    def tells(self, applicant: bytes) -> bool:
        return self.told


Build = Callable[..., Awaitable[Pipeline]]


@pytest_asyncio.fixture
async def build(ledger: Ledger, redis_url: str) -> AsyncIterator[Build]:
    """Build pipelines on this test's ledger and bell."""
    bells = []

    async def build_one(
        leases: LeaseTerms = LEASES, bell_url: str = redis_url, places: int = 400, post: Post | None = None
    ) -> Pipeline:
        facts, registries, clock = Facts(), FakeRegistries(), SystemClock()
        rows = WorkRows(ledger.pool, ledger.commit, leases)
        deps = Advance(
            rows=rows,
            decide=decider(TERMS),
            ask=registries,
            broken=partial(broken, terms=TERMS),
            clock=clock,
            settle_within=timedelta(seconds=5),
            observe=facts,
            post=post or Nowhere(),
        )
        desk, bell = Desk(deps, Places(places)), Bell(bell_url, facts)
        bells.append(bell)

        actors.declare(bell, asyncio.get_running_loop(), desk.take, facts)
        relay = Relay(rows, bell, clock, most=places, batch=100, observe=facts)
        look = Look(
            desk,
            rows,
            every=timedelta(seconds=3),
            batch=places,
            is_lost=lambda: bell.is_lost,
            clock=clock,
            observe=facts,
        )
        await move_civil_clock(ledger.url, FILING_DAY)
        return Pipeline(ledger, rows, registries, deps, desk, bell, relay, look, Lone(rows, deps, 1), facts, places)

    yield build_one
    for bell in bells:
        bell.close()


@pytest_asyncio.fixture
async def pipeline(build: Build) -> Pipeline:
    """One pipeline, on a day of the ordinary window."""
    return await build()


@pytest.fixture
def nowhere(free_port: int) -> str:
    """The address of a Redis that is not there."""
    return f"redis://127.0.0.1:{free_port}/0"
