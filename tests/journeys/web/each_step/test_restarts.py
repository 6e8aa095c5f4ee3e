"""Each step survives a restart: a part is killed before every one of them, and before the application is sent."""

from collections.abc import Callable

import pytest

from tests.journeys.system import System
from tests.journeys.web.mother import STEPS, Mother


@pytest.mark.parametrize("part", ["counter-1", "postgres"])
async def test_each_step_survives_a_restart(part: str, mother: Callable, system: System):
    """The page says so, waits as long as it is told, and sends by itself."""
    maria: Mother = await mother()
    await maria.starts()
    for step in STEPS:
        await maria.opens(step)
        system.running.kill(part)
        await maria.fills(step)
        await maria.goes_on()
    await maria.opens("riepilogo")

    system.running.kill(part)
    await maria.sends()
