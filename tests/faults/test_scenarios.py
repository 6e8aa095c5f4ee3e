"""A scenario of `make faults` is green only where all is well: each way of not being so is seen red, by name."""

import asyncio
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from loadtest.faults.acts.bell import bell_emptied
from loadtest.faults.attempt import Attempt
from loadtest.faults.house import House, house
from loadtest.faults.scenario import QUICK, Act, CannotRun, Scenario
from loadtest.faults.scene import Scene
from loadtest.faults.shims import built

LOSES = "DELETE FROM section_revision WHERE section = 'work'"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A system that scenarios may break."""
    with house(tmp_path_factory.mktemp("faults") / "house", QUICK) as started:
        yield started


def attempted(made: House, act: Act, seconds: float = 30.0) -> Attempt:
    """Do it, and judge."""
    attempt = Attempt(Scenario((), QUICK, act, 3, seconds), made.folder, random.Random(7))
    attempt.on(made, act)
    return attempt


def test_a_fault_that_is_survived_is_green(made: House) -> None:
    """With everything that was acknowledged looked up, and its recovery measured."""
    attempt = attempted(made, bell_emptied)

    assert ("green", [], []) == (attempt.result, attempt.why, attempt.doubts)
    assert attempt.counts["acknowledged"] > 0
    assert {"bell emptied, next effect", "bell emptied, all due work offered again"} == {
        bar.what for bar in attempt.bars
    }


def test_what_is_not_as_promised_is_red(made: House) -> None:
    """The scenario's own promises, its time, its bars, and what breaks down in it; everybody finishes all the same."""

    async def breaks_its_promise(scene: Scene) -> None:
        scene.bar("planted", 2.0, 1.0)
        scene.must(fact=False, what="planted promise")

    async def never_ends(_: Scene) -> None:
        await asyncio.sleep(60)

    async def breaks_down(_: Scene) -> None:
        raise TimeoutError("planted")

    promise, endless = attempted(made, breaks_its_promise), attempted(made, never_ends, seconds=0.5)
    broken = attempted(made, breaks_down)

    assert (["planted promise"], ["too late: planted 2.0 s (bar 1 s)"]) == (promise.why, promise.late)
    assert "red" == promise.result
    assert ([], ["it was not over within 0.5 s"]) == (endless.why, endless.late)
    assert ([True], []) == (["TimeoutError: planted (test_scenarios.py:" in why for why in broken.why], broken.late)


def test_what_cannot_be_seen_is_not_known(made: House) -> None:
    """Without the database nothing is called lost, and nothing green."""
    attempt = Attempt(Scenario((), QUICK, bell_emptied, 3, 30.0), made.folder, random.Random(7))

    attempt.judge(made, patience=1, database_url=None)

    assert ("not known", []) == (attempt.result, attempt.why)


def test_what_is_lost_is_red(made: House) -> None:
    """Planted under the load; the last of this file, for it cannot be made good."""

    async def loses(scene: Scene) -> None:
        await scene.value(LOSES)

    attempt = attempted(made, loses)

    assert "red" == attempt.result
    assert [why for why in attempt.why if why.startswith("lost: ")]


def test_a_machine_without_a_compiler_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is never skipped silently."""
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(CannotRun, match="no C compiler"):
        built("flush", tmp_path)
