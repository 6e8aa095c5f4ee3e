"""Acts on clocks: one machine's jumps while it works, and civil time that passes the dates that matter."""

import json
import time
from pathlib import Path
from typing import Final

import httpx

from loadtest.bench.program import Program
from loadtest.faults import spins
from loadtest.faults.acts.deploy import counter_beside, ready
from loadtest.faults.attempt import Attempt
from loadtest.faults.house import house
from loadtest.faults.scenario import ALONE, QUICK, does
from loadtest.faults.scene import Scene
from loadtest.faults.shims import built

NEWCOMERS: Final = 2
JUMPS: Final = (300, -7_200, 86_400, 0)  # seconds by which the clock runs ahead, one after the other
INSTANTS: Final = ("2025-12-09T23:59:57+01:00", "2025-12-31T23:59:57+01:00")  # the end of a window, and of the year


@does(44, on=QUICK)
async def worker_clock_jumps(scene: Scene) -> None:
    """The clock of a worker, a lone worker and a relay jumps by minutes, hours, a day: nothing is run twice."""
    ahead = scene.house.folder / "ahead"
    _jump(ahead, 0)
    shim = built("clock", scene.house.folder / "shims")
    shimmed = {"LD_PRELOAD": str(shim), "APPRODO_SHIM_CLOCK": str(ahead)}
    for name, does_ in (("worker-8", "run"), ("lone-worker-8", "lone"), ("relay-8", "relay")):
        scene.start_beside(name, "workers", does_, more=shimmed)
    await scene.until(lambda: "worker-8" in scene.house.stack.pids(), "the worker with another clock does not run")
    for seconds in JUMPS:
        _jump(ahead, seconds)
        await scene.warm(1.5)


@does(44, on=QUICK)
async def counter_clock_jumps(scene: Scene) -> None:
    """The clock of a counter runs ahead by minutes and a day: nobody arrives later than she did."""
    ahead = scene.house.folder / "ahead-of-the-counter"
    _jump(ahead, 0)
    shim, usual = built("clock", scene.house.folder / "shims"), scene.load.url
    shimmed = {"LD_PRELOAD": str(shim), "APPRODO_SHIM_CLOCK": str(ahead)}
    with counter_beside(scene, "counter-8", more=shimmed) as (url, _):
        await ready(scene, url)
        scene.load.url = url
        for seconds in (300, 86_400, 0):
            _jump(ahead, seconds)
            await scene.warm(1.5)
        scene.load.url = usual
        await scene.warm(1)


def _jump(ahead: Path, seconds: int) -> None:
    ahead.write_text(f"{seconds}\n")


@does(5, on=QUICK)
async def counter_is_kept_busy(scene: Scene) -> None:
    """The event loop has 4.5 s of CPU to spend: its series are shown meanwhile, and who waited too long is told so."""
    usual = scene.load.url
    with counter_beside(scene, "counter-8", run_by=("loadtest.faults.spins",)) as (url, begun):
        await ready(scene, url)
        scene.load.url = url
        try:
            await scene.warm(1)
            await _kept_busy(scene, begun)
        finally:
            scene.load.url = usual
        await scene.warm(0.5)


async def _kept_busy(scene: Scene, begun: Program) -> None:
    since, shown = time.time(), json.loads((scene.house.stack.data / "run" / "counter-8.json").read_bytes())
    begun.popen.send_signal(spins.SPINS)
    scene.load.join(NEWCOMERS)  # whoever is there already may be waiting for one and the same commit
    async with httpx.AsyncClient(trust_env=False, timeout=spins.SECONDS) as client:
        (await client.get(shown["metrics"])).raise_for_status()
    scene.must(time.time() < since + spins.SECONDS, "the series were shown only when the loop turned again")
    await scene.acked_after(since + spins.SECONDS, "loop turns again, next acknowledgement", 5)
    await scene.warm(1)
    stretch = scene.stretch(since)
    scene.must_be_fast(stretch.longest_answer < 15, f"an answer took {stretch.longest_answer:.1f} s")
    scene.load.leave(NEWCOMERS)
    scene.must(stretch.codes["overloaded"], "nobody who waited too long was told so")


@does(46, on=ALONE)
def civil_dates_pass(attempt: Attempt) -> None:
    """Under load the ordinary window ends, and the year: each filing counts by its arrival, and deadlines hold."""
    attempt.clock_moves = True
    with house(attempt.folder / "house", QUICK) as made:

        async def pass_(scene: Scene) -> None:
            ops = str(made.stack.where()["ops"])
            for instant in INSTANTS:
                async with httpx.AsyncClient(trust_env=False, timeout=10) as client:
                    (await client.put(f"{ops}/clock", json={"now": instant})).raise_for_status()
                await scene.warm(6)
            windows = await scene.value('SELECT count(DISTINCT "window") FROM submission')
            scene.must(windows == 2, f"filed in {windows} windows, not in two")

        attempt.on(made, pass_)
