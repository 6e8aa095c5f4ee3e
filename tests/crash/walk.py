"""walk: one act, killed at each of its points, before and after the reply; what it left, and what came of it after.

Its tables must be as before, as after, or as between two of its commits, in that order; what was acknowledged must be
there; and when the same is tried again and everybody has worked, all must be as if nobody had died.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from loadtest.balance import balance
from loadtest.conservation import check
from loadtest.ledger import ACKED, REGISTERED
from loadtest.ledger import read as read_log
from tests.crash.acts import Act, Do
from tests.crash.child import Ended, in_a_child
from tests.crash.house import House
from tests.crash.mother import Mother
from tests.crash.points import Moment, Points, Side
from tests.crash.stage import Stage, Tables

PERSON = 7
NOT_YET = "unsettled"  # nobody has tried again yet
Plant = Callable[[], object]  # puts a bug into the child


def no_bug() -> None:
    """Plant nothing."""


@dataclass
class Walked:
    """What an act was seen to do. `found`: by checker, what violates a promise and the point that showed it."""

    act: str
    moments: tuple[Moment, ...]
    kills: int = 0
    unacknowledged: int = 0  # kills after which it was done, and nobody had been told
    found: dict[str, list[str]] = field(default_factory=dict)

    @property
    def waits(self) -> int:
        """How often it waits."""
        return sum(moment.side is Side.SENT for moment in self.moments)

    def stops(self) -> list[int]:
        """Return the moments that differ to the world, by their numbers, from 1."""
        first: dict[int, int] = {}
        for number, moment in enumerate(self.moments, 1):
            first.setdefault(moment.passed, number)
        return list(first.values())

    def note(self, checker: str, what: str, stop: int | None) -> None:
        """Note a violation."""
        at = (
            f"killed in moment {stop}: {self.moments[stop - 1].side}, {self.moments[stop - 1].place}"
            if stop
            else "in all"
        )
        self.found.setdefault(checker, []).append(f"{what} ({at})")


@dataclass(frozen=True)
class _Stands:
    """How it stands: the tables, and how many acknowledgements the client has."""

    tables: Tables
    acks: int


class Walk:
    """One act on one stage. `plant`: a bug of the product, so that a checker can be seen to find it."""

    def __init__(self, stage: Stage, house: House, act: Act, plant: Plant = no_bug) -> None:
        self._stage, self._house, self._act, self._plant = stage, house, act, plant
        self._ends: dict[str, Tables] = {}  # what a state of the tables comes to when all is tried again

    def walk(self) -> Walked:
        """Do it once undisturbed, then kill it everywhere."""
        self._prepare()
        self._before = self._stands()
        done = self._child(self._act.do)
        self._after, self._walked = self._stands(), Walked(self._act.name, done.moments)
        self._wanted = self._end(self._after.tables, None)
        self._phases = [self._before.tables]
        for stop in self._walked.stops():
            self._kill(stop)
        self._must_be_whole()
        return self._walked

    def _prepare(self) -> None:
        self._stage.clear()
        self._mine, self._keys = in_a_child(self._prepared).result
        self._stage.left_alone()
        self._stage.keep()

    async def _prepared(self, _: Points) -> Any:
        async with self._house.opened() as house:
            mother = Mother(house.client, self._stage.log, PERSON)
            await self._act.prepare(house, mother)
            return mother.mine, (await house.client.get("/v1/receipt-keys")).json()

    def _child(self, do: Do, stop: int | None = None) -> Ended:
        async def run(points: Points) -> None:
            self._plant()
            async with self._house.opened() as house:
                await house.warm(at_the_counter=self._act.at_the_counter)
                house.registries.passed = points.note_passing
                points.armed = True
                mother = Mother(house.client, self._stage.log, PERSON, self._mine)
                mother.passed = points.note_passing
                await do(house, mother)
                await house.at_rest()
                points.armed = False

        ended = in_a_child(run, stop)
        self._stage.left_alone()
        return ended

    def _stands(self) -> _Stands:
        intents = read_log(self._stage.log).intents.values()
        heard = [one.outcome for intent in intents for one in intent.heard]
        return _Stands(self._stage.tables(), heard.count(ACKED) + heard.count(REGISTERED))

    def _kill(self, stop: int) -> None:
        self._stage.set_back()
        if not self._child(self._act.do, stop).killed:
            self._walked.note("points", "the second time it did not come this far", stop)
            return
        now = self._stands()
        self._walked.kills += 1
        if now.acks > self._before.acks and now.tables != self._after.tables:
            self._walked.note("lost", "acknowledged, and not as it was to be", stop)
        if now.acks == self._before.acks < self._after.acks and now.tables == self._after.tables:
            self._walked.unacknowledged += 1
        self._put_in_order(now.tables, stop)
        self._judge(stop, NOT_YET, *self._act.not_yet)
        if self._end(now.tables, stop) != self._wanted:
            self._walked.note("converges", _differing(self._end(now.tables, stop), self._wanted), stop)

    def _put_in_order(self, now: Tables, stop: int) -> None:
        """Nothing is ever as it was earlier, and nothing half done."""
        if now != self._phases[-1]:
            if now in self._phases:
                self._walked.note("torn", "as it had been before", stop)
            self._phases.append(now)

    def _must_be_whole(self) -> None:
        commits = len(self._phases) - 1
        if commits != self._act.commits or self._phases[-1] != self._after.tables:
            self._walked.note("torn", f"{commits} states after the first, of {self._act.commits}", None)

    def _end(self, now: Tables, stop: int | None) -> Tables:
        """Return what this state comes to. A process that died leaves nothing else, so each is tried once."""
        state = repr(now)
        if state not in self._ends:
            self._child(self._again)
            self._judge(stop)
            self._ends[state] = _without_tries(self._stage.tables())
        return self._ends[state]

    async def _again(self, house: House, mother: Mother) -> None:
        await self._act.again(house, mother)
        await house.until_quiet()

    def _judge(self, stop: int | None, *but: str) -> None:
        seen = self._stage.seen(self._keys)
        for checker, violations in check(seen).items():
            if checker not in self._act.but | {*but}:
                self._walked.note(checker, "; ".join(violations), stop)
        for stray in self._stage.strayed():
            self._walked.note("letters", stray, stop)
        placed = balance(seen.history, seen.stored)
        if not placed.holds or (not but and placed.in_progress):
            self._walked.note("balance", str(placed), stop)


def _without_tries(tables: Tables) -> Tables:
    """How often something was tried before it lay on a person's list says nothing about where it lies."""
    tries = ("attempt", "crashes")
    rows = [{name: value for name, value in json.loads(row).items() if name not in tries} for row in tables["work"]]
    return {**tables, "work": [json.dumps(row) for row in rows]}


def _differing(one: Tables, other: Tables) -> str:
    return "; ".join(f"{table}: {one[table]} is not {other[table]}" for table in one if one[table] != other[table])
