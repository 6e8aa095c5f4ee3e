"""run_lone: one lone worker process, from its settings to its end (`python -m workers lone`)."""

import asyncio
from datetime import timedelta

import uvloop

from core import collector
from core.clock import SystemClock
from core.domain.errors import StoreUnavailable
from core.hooks import Observe
from core.settings import Settings
from monitoring.process import Watch, watched
from workers import ledger
from workers.heartbeat import keep_leases
from workers.lone import Lone
from workers.outfit import give_back, outfit, outside, watchdog
from workers.stopping import background, on_signals, pause, until_asked

LOOK_INTERVAL = timedelta(milliseconds=500)  # while there are no suspects
FAILED_PAUSE = timedelta(seconds=1)
LAST_SECONDS = 0.5  # for what was let go of to end, and for what was being settled to be written


def run(known: Settings) -> None:
    """See to suspects until asked to stop. Errors: SettingsError."""
    _ = known.database_url(), known.registries_url()  # missing ones are told before anything starts
    place = known.place
    with watched(place.process or "lone-worker", place.data, announce=False, traces_url=place.traces_url) as watch:
        uvloop.run(_see_to_suspects(known, watch))


async def _see_to_suspects(known: Settings, watch: Watch) -> None:
    asked, clock, observe = on_signals(), SystemClock(), watch.observe
    async with (
        ledger.opened(known, observe) as opened,
        outside(known, clock, observe, opened.switches.paused) as others,
    ):
        watch.series.pool_is("work", busy=opened.busy, most=ledger.CONNECTIONS)
        await opened.switches.look()
        deps = outfit(known, opened.rows, others, clock, observe)
        watch.series.holds("lone", deps.held.__len__)
        hung = watchdog(known, observe)
        rounds = keep_seeing(Lone(opened.rows, deps, known.loop.lone_crashes), asked, observe)
        leases = keep_leases(deps.held, opened.rows, known.loop.heartbeat, clock, observe)
        async with background(rounds, leases, hung.keep_turning(), opened.switches.watch()) as tasks:
            hung.start()
            collector.calm()
            watch.announce()
            await until_asked(asked, tasks)
            hung.stop()
            await asyncio.wait(tasks[:1], timeout=known.loop.drain.total_seconds())
            left = deps.held.let_go_of_all()
            await asyncio.wait(tasks[:1], timeout=LAST_SECONDS)
            await give_back(left, opened.rows, observe)


async def keep_seeing(lone: Lone, asked: asyncio.Event, observe: Observe) -> None:
    """Look for suspects until asked to stop; a database that is away does not end it."""
    while not asked.is_set():
        try:
            if not await lone.run_once():
                await pause(asked, LOOK_INTERVAL)
        except StoreUnavailable as error:
            observe("claim.failed", failure=type(error).__name__)
            await pause(asked, FAILED_PAUSE)
