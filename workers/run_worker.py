"""run_worker: one worker process, from its settings to its end (`python -m workers run`)."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import dramatiq
import uvloop

from core import collector
from core.clock import Clock, SystemClock
from core.hooks import Observe
from core.settings import Settings
from core.storage.work import WorkRows
from monitoring.process import Watch, watched
from workers import actors, ledger
from workers.broker import Bell
from workers.desk import Desk
from workers.heartbeat import keep_leases
from workers.held import Held
from workers.look import Look
from workers.outfit import Outside, give_back, outfit, outside, watchdog
from workers.places import Places
from workers.stopping import background, on_signals, until_asked
from workers.watchdog import Watchdog

HANDFULS = 2  # messages' worth of ids in hand at once
THREADS = 2  # of Dramatiq; they only hand ids over
PREFETCH = 4  # messages fetched ahead: more would only be kept from another worker
FETCH_MILLISECONDS = 100  # how long Dramatiq sleeps when there is nothing
BELL_STOP_MILLISECONDS = 1_000


def run(known: Settings) -> None:
    """Work until asked to stop. Errors: SettingsError."""
    _ = known.database_url(), known.redis_url(), known.registries_url()  # missing ones are told before anything starts
    place = known.place
    with watched(place.process or "worker", place.data, announce=False, traces_url=place.traces_url) as watch:
        uvloop.run(_work(known, watch))


async def _work(known: Settings, watch: Watch) -> None:
    asked, clock, observe = on_signals(), SystemClock(), watch.observe
    async with (
        ledger.opened(known, observe) as opened,
        outside(known, clock, observe, opened.switches.paused) as others,
    ):
        watch.series.pool_is("work", busy=opened.busy, most=ledger.CONNECTIONS)
        parts = _assemble(known, opened.rows, others, clock, observe)
        watch.series.holds("many", parts.held.__len__)
        await opened.switches.look()
        async with background(*parts.background, opened.switches.watch()) as tasks:
            parts.watchdog.start()
            parts.ear.start()
            collector.calm()
            watch.announce()
            try:
                await until_asked(asked, tasks)
            finally:
                await _stop(parts, known, opened.rows, observe)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a worker is made of."""

    desk: Desk
    held: Held
    bell: Bell
    ear: dramatiq.Worker
    watchdog: Watchdog
    background: Sequence[Coroutine[Any, Any, None]]


def _assemble(known: Settings, rows: WorkRows, others: Outside, clock: Clock, observe: Observe) -> _Parts:
    loop, batch = known.loop, known.loop.batch_ids
    deps = outfit(known, rows, others, clock, observe)
    desk = Desk(deps, Places(HANDFULS * batch))
    bell = Bell(known.redis_url(), observe)
    look = Look(
        desk,
        rows,
        every=loop.poll_interval,
        batch=batch,
        is_lost=lambda: bell.is_lost,
        clock=clock,
        observe=observe,
    )
    _declare_actor(bell, desk, look, observe)
    hung = watchdog(known, observe)
    leases = keep_leases(deps.held, rows, loop.heartbeat, clock, observe)
    return _Parts(desk, deps.held, bell, _ear(bell), hung, (look.keep_looking(), leases, hung.keep_turning()))


def _declare_actor(bell: Bell, desk: Desk, look: Look, observe: Observe) -> None:
    async def take(draft_ids: Sequence[UUID]) -> None:
        look.heard()
        await desk.take(draft_ids)

    actors.declare(bell, asyncio.get_running_loop(), take, observe)


def _ear(bell: Bell) -> dramatiq.Worker:
    """Dramatiq's own worker: it fetches messages and runs the actors."""
    ear = dramatiq.Worker(bell, worker_threads=THREADS, worker_timeout=FETCH_MILLISECONDS)
    ear.queue_prefetch = PREFETCH
    return ear


async def _stop(parts: _Parts, known: Settings, rows: WorkRows, observe: Observe) -> None:
    """Take nothing more, give the messages back to the bell, finish what is in hand, give the rest back."""
    parts.watchdog.stop()
    for thread in parts.ear.workers:
        thread.stop()  # before the desk closes, so that no thread fetches a message only to be sent away
    parts.desk.close()
    silent = asyncio.create_task(asyncio.to_thread(parts.ear.stop, BELL_STOP_MILLISECONDS))
    left = await parts.desk.drain(known.loop.drain)
    await give_back(left, rows, observe)
    await silent
    parts.bell.close()
