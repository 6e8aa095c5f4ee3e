"""Whoever is killed, wherever it waits: all or nothing, nothing acknowledged is lost, trying again makes it whole."""

import os
from collections.abc import Callable, Iterator

import pytest

from tests.conftest import MEASURED
from tests.crash import counts
from tests.crash.acts import ACTS, Act
from tests.crash.counts import Counts
from tests.crash.house import House
from tests.crash.stage import Stage
from tests.crash.walk import Walk

COUNT_AGAIN = os.environ.get("COUNT_CRASH_POINTS") == "again"


@pytest.fixture(scope="module")
def counted() -> Iterator[dict[str, Counts]]:
    """What is counted, by act; written down if that is wanted."""
    found: dict[str, Counts] = {}
    yield found
    if COUNT_AGAIN:
        counts.write(found)


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.name)
def test_an_act_that_is_killed_anywhere_is_done_or_not_done(
    stage: Stage,
    house: House,
    act: Act,
    counted: dict[str, Counts],
    record_property: Callable[[str, str], None],
) -> None:
    """Before each reply and after it. Fewer than last time is red: a point that nobody kills is no safer for that."""
    walked = Walk(stage, house, act).walk()

    counted[act.name] = now = Counts(walked.waits, walked.kills)
    untold = f"{walked.unacknowledged} done and not told"
    record_property(MEASURED, f"crash points, {act.name}: {now.waits} waits, {now.kills} kills, {untold}")
    assert {} == walked.found
    if not COUNT_AGAIN:
        before = counts.read()[act.name]
        assert now.waits >= before.waits, "fewer waits than last time; if that is right: make crash-points"
        assert now.kills >= before.kills, "fewer kills than last time; if that is right: make crash-points"


def test_no_act_is_forgotten() -> None:
    """What was counted last time is still walked, and nothing else."""
    assert [act.name for act in ACTS] == list(counts.read())
