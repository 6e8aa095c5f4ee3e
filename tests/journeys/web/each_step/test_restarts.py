"""Each step survives a restart: a part is killed before every one of them, and before the application is sent."""

from collections.abc import Callable

import pytest

from tests.journeys.system import System
from tests.journeys.web.mother import STEPS
from tests.journeys.web.test_away import COUNTER, files_while_restarting


@pytest.mark.parametrize("part", [COUNTER, "postgres"])
async def test_each_step_survives_a_restart(part: str, mother: Callable, system: System):
    """The page says so, waits, and sends by itself."""
    await files_while_restarting(await mother(), system, part, STEPS)
