"""scene: something that happens once, in a child, and what the checks say of it afterwards."""

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bonus.questions import Question
from loadtest.balance import balance
from loadtest.conservation import check
from tests.crash.acts import Do, filed, in_the_window
from tests.crash.child import in_a_child
from tests.crash.house import House
from tests.crash.mother import Mother
from tests.crash.points import Points
from tests.crash.stage import Stage
from tests.crash.walk import PERSON, Plant, no_bug
from workers.registries import Answer

MANY_TIMES = 10  # that a row may end its worker, before it is said to go on for ever
BURIED = "SELECT 1 FROM work WHERE buried_reason = 'crashes'"


class Scene:
    """One scene on one stage, with a bug perhaps."""

    def __init__(self, stage: Stage, house: House, do: Do, plant: Plant = no_bug) -> None:
        self._stage, self._house, self._do, self._plant = stage, house, do, plant

    def judged(self) -> dict[str, Sequence[str]]:
        """Let it happen, and everybody work until it is quiet; return what violates a promise, by checker."""
        self._stage.clear()
        keys = in_a_child(self._played).result
        self._stage.left_alone()
        seen = self._stage.seen(keys)
        placed = balance(seen.history, seen.stored)
        unbalanced = {} if placed.holds and not placed.in_progress else {"balance": [str(placed)]}
        return check(seen) | unbalanced

    async def _played(self, _: Points) -> Any:
        self._plant()
        async with self._house.opened() as house:
            mother = Mother(house.client, self._stage.log, PERSON)
            await in_the_window(house, mother)
            await self._do(house, mother)
            await house.until_quiet()
            return (await house.client.get("/v1/receipt-keys")).json()


def endless(stage: Stage, house: House, plant: Plant) -> bool:
    """Say whether a row that ends every worker that asks about it goes round for ever."""

    async def filed_by_somebody(_: Points) -> None:
        async with house.opened() as opened:
            await filed(opened, Mother(opened.client, stage.log, PERSON))

    async def work(_: Points) -> None:
        plant()
        async with house.opened() as opened:
            opened.deps = replace(opened.deps, ask=_dies)
            opened.put_to_work()
            await opened.quiet()

    stage.clear()
    in_a_child(filed_by_somebody)
    deaths = 0
    while deaths < MANY_TIMES and in_a_child(work).killed:
        stage.left_alone()
        deaths += 1
    stage.left_alone()
    return not stage.rows(BURIED)


async def _dies(_: Question, *, attempt: int) -> Answer:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError
