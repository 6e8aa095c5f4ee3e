"""house: the counter, a relay, a worker, the lone worker and an operator, wired as their processes wire them, in one.

Made before a fork and opened in the child: until then nothing is connected. Only the registries are told what to say;
what they are asked they write down, beyond the reach of whoever dies.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx

from bonus.digest import question_digest
from bonus.questions import Question
from core import settings
from core.clock import SystemClock
from core.settings import MailTls
from core.storage.database import connect
from core.storage.group_commit import GroupCommit
from core.storage.operators import Operators
from core.storage.work import LeaseTerms, WorkRows, open_pool
from ingest.__main__ import _application, _duties
from ingest.door import Door
from ingest.keys import Keys
from monitoring.series import Series
from retry.breaker import Breaker
from retry.budget import RetryBudget
from retry.failure import Failure, Transient
from retry.gate import Gate
from retry.policy import BreakerPolicy, BudgetPolicy, RetryPolicy
from tests.unit.workers.fakes import Facts
from workers.advance import Advance, advance
from workers.broker import QUEUE, Bell
from workers.kinds import decider
from workers.letters.post import Line, MailServer
from workers.lone import Lone
from workers.registries import Answer, Said
from workers.relay import Relay
from workers.terms import Terms
from workers.unanswered import broken

ROUNDS = 40  # of everybody's work, after which all that can be done by itself is done
LONE_CRASHES = 1
TERMS = Terms(RetryPolicy(), random=lambda: 0.5)
LEASES = LeaseTerms(lease=timedelta(seconds=20), reoffer=timedelta(seconds=15))

# Leases run out, and what waits for a time is due.
TIME_PASSES = """
UPDATE work SET due_at = clock_timestamp() - interval '1 second',
       lease_until = CASE WHEN lease_until IS NOT NULL THEN clock_timestamp() - interval '1 second' END
WHERE buried_at IS NULL
"""
STILL_TO_DO = "SELECT count(*) FROM work WHERE buried_at IS NULL"


class NotQuiet(Exception):
    """Something is still to be done that nobody does."""


@dataclass(frozen=True)
class Stores:
    """Where a house keeps things: the two stores, its keys, and the registries' own log."""

    database_url: str
    redis_url: str
    folder: Path
    mail_port: int

    @property
    def calls(self) -> Path:
        """What the registries were asked, a line for each call and each answer."""
        return self.folder / "calls.jsonl"

    @property
    def letters(self) -> Path:
        """What the mail server took, a line for each letter."""
        return self.folder / "letters.jsonl"


class RegistriesThatWriteDown:
    """Registries that say ok unless told otherwise about a fact."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self.passed = lambda: None
        self.says: dict[str, Said | Failure] = {}

    async def __call__(self, question: Question, *, attempt: int) -> Answer:
        """Answer; the call and its answer are on record before the caller knows of either."""
        key = question_digest(question).hex()
        await asyncio.sleep(0)
        said = self.says.get(question.fact, Said.OK)
        self._note(registry=question.registry, fact=question.fact, key=key, question=key, answer=str(said))
        await asyncio.sleep(0)
        if isinstance(said, Failure):
            raise said
        return Answer(said, b"evidence", datetime.now(UTC))

    def _note(self, **call: object) -> None:
        line = json.dumps({"at": datetime.now(UTC).isoformat(), **call}) + "\n"
        with self._log.open("a") as log:
            log.write(line)
        self.passed()


class House:
    """Everybody at work on one ledger and one bell."""

    def __init__(self, stores: Stores) -> None:
        self.stores, self.facts = stores, Facts()
        self.registries = RegistriesThatWriteDown(stores.calls)
        with _environment(stores):
            known = settings.load()
            keys = Keys(known.place.keys_folder, SystemClock().now())
            self.door: Door = _application(known, keys, SimpleNamespace(observe=self.facts, series=Series()))  # type: ignore[arg-type]
            self.duties = _duties(known, keys, self.door.desk.counter)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator["House"]:
        """Open it; whoever needs a connection makes one, unless `warm` made it before."""
        url = self.stores.database_url
        self.counter, self.settling = self.door.desk.counter.drafts._commit, GroupCommit(lambda: connect(url))
        await self.counter.start()
        await self.settling.start()
        self.pool = await open_pool(url)
        self.rows = WorkRows(self.pool, self.settling, LEASES)
        self.operators = Operators(self.pool, self.settling)
        self.bell = Bell(self.stores.redis_url, self.facts)
        self.line = Line("127.0.0.1", self.stores.mail_port, MailTls.NONE, None, None)
        self.deps = self._outfit()
        self.put_to_work()
        transport = httpx.ASGITransport(self.door)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://counter", timeout=30) as self.client:
            yield self
        self.bell.close()
        await self.line.close()
        self.duties.close()
        await self.counter.close()
        await self.settling.close()
        await self.door.desk.counter.drafts._views._reader.close()
        await self.pool.close()

    async def warm(self, *, at_the_counter: bool) -> None:
        """Connect what is used at the counter, or at work."""
        if at_the_counter:
            await self.counter._open()
            self.door.desk.counter.register._look()
        else:
            await self.settling._open()
            await self.pool.fetch("SELECT 1")
            for script in self.bell.scripts.values():  # else whoever uses one first on a fresh Valkey waits for it
                self.bell.client.script_load(script.script)

    def store_is(self, *, away: bool) -> None:
        """Let the counter find that the ledger does not answer, or does again."""
        self.counter.away = away

    async def bring_in(self) -> None:
        """Let what waits in the emergency register go into the ledger, which is back."""
        self.store_is(away=False)
        await self.duties._importer.once()

    async def at_rest(self) -> None:
        """Return when nothing is being committed."""
        while any(one._under_way or one.waiting for one in (self.counter, self.settling)):  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        while self._is_entering():  # noqa: ASYNC110
            await asyncio.sleep(0.001)

    def _is_entering(self) -> bool:
        """Say whether the emergency register is in the middle of a transaction."""
        journal = self.door.desk.counter.register._writer._journal
        return journal is not None and journal._connection.in_transaction

    def _outfit(self) -> Advance:
        clock = SystemClock()
        gate = Gate(Breaker(BreakerPolicy(), clock, lambda _: None), RetryBudget(BudgetPolicy(), clock))
        return Advance(
            post=MailServer(self.line, "approdo@approdo.example", gate),
            rows=self.rows,
            decide=decider(TERMS),
            ask=self.registries,
            broken=partial(broken, terms=TERMS),
            clock=clock,
            settle_within=timedelta(seconds=5),
            observe=self.facts,
        )

    def put_to_work(self) -> None:
        """Let the relay and the lone worker work with what they are given."""
        self.relay = Relay(self.rows, self.bell, self.deps.clock, most=400, batch=100, observe=self.facts)
        self.lone = Lone(self.rows, self.deps, LONE_CRASHES)

    async def hear(self) -> int:
        """Take what is on the bell, as Dramatiq's consumer does, and bring it to its end; return how many messages."""
        heard = await asyncio.to_thread(self._fetched)
        for draft_ids in heard:
            await self.advance(*draft_ids)
        return len(heard)

    def _fetched(self) -> list[list[str]]:
        consumer, heard = self.bell.consume(QUEUE, prefetch=100, timeout=1), []
        while (message := next(consumer)) is not None:
            heard.append(message.args[0])
            consumer.ack(message)
        return heard

    async def advance(self, *draft_ids: str) -> None:
        """Take the work of these drafts as far as it goes."""
        await advance([UUID(one) for one in draft_ids], self.deps)

    async def time_passes(self) -> None:
        """Let every lease run out, and everything that waits for a time be due."""
        await self.pool.execute(TIME_PASSES)

    async def quiet(self) -> int:
        """Let time pass and everybody work until all is done that can be; return the rounds. Errors: NotQuiet."""
        for done in range(ROUNDS):
            if not await self.pool.fetchval(STILL_TO_DO):
                return done
            await self.time_passes()
            await self.relay.run_once()
            await self.hear()
            await self.lone.run_once()
        raise NotQuiet(f"{await self.pool.fetchval(STILL_TO_DO)} rows of work are never done")

    async def until_quiet(self) -> None:
        """The same, where the balance is to tell what is never done."""
        with suppress(NotQuiet):
            await self.quiet()

    def away(self, fact: str) -> None:
        """Let the registry that knows this fact answer nobody."""
        self.registries.says[fact] = Transient("status-503")


@contextmanager
def _environment(stores: Stores):
    """Settings are read from the environment; this house's are its own."""
    own = {"DATABASE_URL": stores.database_url, "REDIS_URL": stores.redis_url, "APPRODO_DATA": str(stores.folder)}
    own |= {"APPRODO_LETTERS": "false"}  # what is told by letter is work like any other
    before: Mapping[str, Any] = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.__setitem__(name, value)
