"""Whatever is done, in whatever order: the real thing is what the model says.

A long run: `MODEL_EXAMPLES=2000 MODEL_SEED=7 .venv/bin/python -m pytest tests/model --timeout=7200`.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase
from hypothesis.stateful import run_state_machine_as_test

from core.domain.errors import DraftSealed
from core.storage import drafts
from tests.conftest import MEASURED
from tests.crash.house import House
from tests.crash.stage import Stage
from tests.model.machine import Machine

EXAMPLES, SEED = int(os.environ.get("MODEL_EXAMPLES", "25")), int(os.environ.get("MODEL_SEED", "20251120"))
STEPS = 30
SETTINGS = hypothesis.settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),
    print_blob=True,
)


def test_the_real_thing_is_what_the_model_says(
    stage: Stage, house: House, record_property: Callable[[str, str], None]
) -> None:
    """The same runs each time, unless a seed says otherwise."""
    _run(stage, house)

    record_property(MEASURED, f"model: {EXAMPLES} runs, {Machine.steps} acts, seed {SEED}")


def test_a_counter_that_forgets_what_is_sealed_is_found(
    stage: Stage, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model is seen red: on a counter that saves to what was filed."""
    judge = drafts.judge

    def forgetful(*given: Any) -> Any:
        verdict = judge(*given)
        return None if isinstance(verdict, DraftSealed) else verdict

    monkeypatch.setattr(drafts, "judge", forgetful)

    with pytest.raises(AssertionError):
        _run(stage, house)


def _run(stage: Stage, house: House) -> None:
    loop = asyncio.new_event_loop()
    opened = house.opened()
    loop.run_until_complete(opened.__aenter__())
    Machine.house, Machine.stage, Machine.loop = house, stage, loop
    try:
        run_state_machine_as_test(hypothesis.seed(SEED)(Machine), settings=SETTINGS)
    finally:
        loop.run_until_complete(opened.__aexit__(None, None, None))
        loop.close()
