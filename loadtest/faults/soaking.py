"""soaking: people come for a while, faults come one after the other, and everything is looked up at the end."""

import asyncio
import time
from collections.abc import Callable, Sequence

from loadtest.faults.attempt import Attempt
from loadtest.faults.house import house
from loadtest.faults.scenario import EMBEDDED
from loadtest.faults.scene import Scene
from loadtest.rehearsal.breaking import Breaking, Done
from loadtest.rehearsal.timeline import Fault


def _quietly(_: Done) -> None:
    """Tell nobody."""


def soak(attempt: Attempt, faults: Sequence[Fault], seconds: float, told: Callable[[Done], None] = _quietly) -> None:
    """Do the faults on a system of its own, telling each as it begins, and judge."""
    with house(attempt.folder / "house", EMBEDDED) as made:

        async def goes_on(scene: Scene) -> None:
            began, known = time.time(), 0
            breaking = Breaking(made.stack, faults, lambda: time.time() - began)
            breaking.begin()
            while time.time() < began + seconds:
                await asyncio.sleep(0.2)
                made.stack.must_run()
                for done in breaking.done[known:]:
                    told(done)
                    known += 1
            await asyncio.to_thread(breaking.end)
            never = [done.fault.told() for done in breaking.done if done.done_at is None]
            scene.must(not never, f"never whole again: {never}")
            scene.note(f"{len(breaking.done)} faults in {seconds:.0f} s")
            ended = time.time()
            await scene.acked_after(ended, "after the last of them, next acknowledgement", 30)
            await scene.effect_after(ended, "next effect", 30)

        attempt.on(made, goes_on)
