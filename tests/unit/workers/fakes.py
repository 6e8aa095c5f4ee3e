"""Fakes: a ledger of work rows in memory, registries that say what they are told, and a listener."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from bonus.questions import Question
from core.domain.errors import FenceRefused
from core.domain.submission import State
from core.domain.work import Attempt, Concluded, Settlement, WorkKey
from retry.failure import Failure
from tests.fakes.clock import FakeClock
from tests.unit.workers.attempts import an_answer, an_attempt
from workers.advance import Advance
from workers.registries import Answer, Said
from workers.step import settled


class Facts(list[tuple[str, dict[str, Any]]]):
    """A listener that remembers; calling it notes a fact."""

    def __call__(self, fact: str, /, **fields: Any) -> None:
        self.append((fact, fields))

    def named(self, name: str) -> list[dict[str, Any]]:
        return [fields for fact, fields in self if fact == name]

    def count(self) -> Counter[str]:  # type: ignore[override]
        return Counter(fact for fact, _ in self)


class FakeRows:
    """Work rows of attempts made by the test. Each claim takes a row once; a settled one is refused afterwards."""

    def __init__(self, *attempts: Attempt) -> None:
        self.waiting = {attempt.key.draft_id: attempt for attempt in attempts}
        self.offers: list[WorkKey] = []
        self.room_asked_for: list[int] = []
        self.outstanding_rows = 0
        self.held: set[int] = set()
        self.claims: list[list[UUID]] = []
        self.settled: dict[int, Settlement] = {}
        self.given_back: list[Attempt] = []
        self.together: list[int] = []  # how many outcomes were offered at once, each time
        self.fails: list[Exception] = []  # raised by the next settlements, one each
        self.extended: list[list[int]] = []
        self.out_of_reach: Exception | None = None

    async def offer(self, room: int) -> list[WorkKey]:
        self._reach()
        self.room_asked_for.append(room)
        taken, self.offers = self.offers[:room], self.offers[room:]
        return taken

    async def outstanding(self) -> int:
        self._reach()
        return self.outstanding_rows

    async def claim(self, draft_ids: Sequence[UUID]) -> list[Attempt]:
        self._reach()
        self.claims.append(list(draft_ids))
        claimed = [self.waiting.pop(draft_id) for draft_id in dict.fromkeys(draft_ids) if draft_id in self.waiting]
        self.held.update(attempt.fence for attempt in claimed)
        return claimed

    async def claim_suspects(self, most: int) -> list[Attempt]:
        return await self.claim(list(self.waiting)[:most])

    async def extend(self, attempts: Sequence[Attempt]) -> set[int]:
        self._reach()
        self.extended.append([attempt.fence for attempt in attempts])
        return self.held & {attempt.fence for attempt in attempts}

    async def give_back(self, attempts: Sequence[Attempt]) -> int:
        self._reach()
        self.given_back.extend(attempts)
        return len(attempts)

    async def settle(self, settlement: Settlement) -> tuple[State, ...]:
        await asyncio.sleep(0)
        if self.fails:
            raise self.fails.pop(0)
        if settlement.fence not in self.held:
            raise FenceRefused
        self.held.discard(settlement.fence)
        self.settled[settlement.fence] = settlement
        return tuple(move.to for move in settlement.end.moves)

    async def settle_all(self, settlements: Sequence[Settlement]) -> list[tuple[State, ...] | Exception]:
        self.together.append(len(settlements))
        outcomes: list[tuple[State, ...] | Exception] = []
        for settlement in settlements:
            try:
                outcomes.append(await self.settle(settlement))
            except Exception as error:  # noqa: BLE001  as `settle` raises it
                outcomes.append(error)
        return outcomes

    def _reach(self) -> None:
        if self.out_of_reach is not None:
            raise self.out_of_reach


class FakeRegistries:
    """Says ok unless told otherwise about a fact; `hangs` are answered when the test lets them be."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int]] = []
        self.says: dict[str, Said | Exception] = {}
        self.hangs: dict[tuple[str, str], asyncio.Event] = {}  # by fact and tax code

    async def __call__(self, question: Question, *, attempt: int) -> Answer:
        self.asked.append((question.fact, attempt))
        hanging = self.hangs.get((question.fact, str(question.body.get("tax_code"))))
        if hanging is not None:
            await hanging.wait()
        said = self.says.get(question.fact, Said.OK)
        if isinstance(said, Failure | Exception):
            raise said
        return an_answer(said)


def attempts(number: int, **changed: Any) -> list[Attempt]:
    """So many attempts, each with a draft and a fence of its own."""
    return [an_attempt(fence=fence, **changed) for fence in range(100, 100 + number)]


def at_once(attempt: Attempt) -> Settlement:
    """Decide nothing, and be done."""
    return settled(attempt, Concluded(()))


def an_advance(rows: FakeRows, **changed: Any) -> Advance:
    """What advancing needs, with trivial rules."""
    fields: dict[str, Any] = {
        "rows": rows,
        "decide": at_once,
        "ask": FakeRegistries(),
        "broken": lambda _: Concluded(()),
        "clock": FakeClock(),
        "settle_within": timedelta(seconds=40),
        "observe": Facts(),
    }
    return Advance(**(fields | changed))


async def until(condition: Callable[[], bool]) -> None:
    """Let the others run until the condition holds."""
    async with asyncio.timeout(60):
        while not condition():  # noqa: ASYNC110  a fake has no event to wait for
            await asyncio.sleep(0)
