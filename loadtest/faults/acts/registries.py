"""Acts on the registries: away, slow, flapping, answering nonsense; nobody is decided wrongly."""

import asyncio
import time
from typing import Final

from loadtest.faults.scenario import QUICK, does
from loadtest.faults.scene import Scene

NONSENSE: Final = ("wrong_body", "truncated", "html", "huge", "redirect", "429", "503")

STORM: Final = 1.1  # calls of one question while nobody answers
PROBES: Final = 16  # calls beside, by which breakers find out whether a registry answers again


@does(50, on=QUICK)
async def registries_away(scene: Scene) -> None:
    """Every registry is away: intake is unaffected, calls are no storm, and the backlog is worked off afterwards."""
    scene.house.tell_registries("*", "503")
    before = await asyncio.to_thread(scene.house.calls)  # a long list: people come meanwhile
    began = time.time()
    await scene.warm(8)
    acks = scene.stretch(began, time.time())
    asked = await asyncio.to_thread(scene.house.calls, since=before["total"])
    scene.silence("longest silence of acknowledgements", acks, 1.5)
    calls, questions = asked["total"] - before["total"], asked["questions"]
    scene.note(f"{calls} calls for {questions} questions")
    scene.must(calls <= STORM * questions + PROBES, f"a storm: {calls} calls for {questions} questions")
    scene.house.tell_registries("*", "ok")
    await scene.effect_after(time.time(), "registries answer again, next effect", 30)


@does(51, on=QUICK)
async def registries_talk_nonsense(scene: Scene) -> None:
    """Slow, hanging, flapping, a page, half an answer, two megabytes: no wrong decision, and all are decided later."""
    began = time.time()
    for mode in NONSENSE:
        scene.house.tell_registries("*", mode)
        await asyncio.sleep(0.7)
        scene.house.tell_registries("*", "ok")
        await asyncio.sleep(0.3)
    scene.house.tell_registries("anpr", "slow", seconds=3)
    await scene.warm(3)
    scene.must(not scene.stretch(began).codes.keys() - {"already-filed"}, "intake noticed")
