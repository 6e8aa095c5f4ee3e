"""run_worker: one worker process, from its settings to its end (`python -m workers run`)."""

import asyncio
import gc
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

import dramatiq
import uvloop

from core.clock import Clock, SystemClock
from core.domain.errors import StoreUnavailable
from core.domain.work import Attempt
from core.hooks import Observe
from core.settings import Settings
from core.storage.work import WorkRows
from monitoring.process import Watch, watched
from retry.policy import BreakerPolicy, BudgetPolicy, RetryPolicy
from workers import actors, ledger
from workers.advance import Advance
from workers.broker import Bell
from workers.desk import Desk
from workers.heartbeat import keep_leases
from workers.kinds import decider
from workers.look import Look
from workers.places import Places
from workers.registries import Limits, Registries
from workers.stopping import background, on_signals, until_asked
from workers.terms import Terms
from workers.unanswered import broken
from workers.watchdog import Watchdog

HANDFULS = 4  # messages' worth of ids in hand at once
THREADS = 2  # of Dramatiq; they only hand ids over
PREFETCH = 4  # messages fetched ahead: more would only be kept from another worker
FETCH_MILLISECONDS = 100  # how long Dramatiq sleeps when there is nothing
BELL_STOP_MILLISECONDS = 1_000
GIVE_BACK_SECONDS = 1.0
LEASES_UNTIL_HUNG = 2  # a loop that stands still for so many leases is taken for hung


def run(known: Settings) -> None:
    """Work until asked to stop. Errors: SettingsError."""
    _ = known.database_url(), known.redis_url(), known.registries_url()  # missing ones are told before anything starts
    with watched(known.place.process or "worker", known.place.data, announce=False) as watch:
        uvloop.run(_work(known, watch))


async def _work(known: Settings, watch: Watch) -> None:
    asked, clock, observe = on_signals(), SystemClock(), watch.observe
    async with ledger.opened(known, observe) as opened, _registries(known, clock, observe) as registries:
        parts = _assemble(known, opened.rows, registries, clock, observe)
        async with background(*parts.background) as tasks:
            parts.watchdog.start()
            parts.ear.start()
            _freeze()
            watch.announce()
            try:
                await until_asked(asked, tasks)
            finally:
                await _stop(parts, known, opened.rows, observe)


@dataclass(frozen=True, slots=True)
class _Parts:
    """What a worker is made of."""

    desk: Desk
    bell: Bell
    ear: dramatiq.Worker
    watchdog: Watchdog
    background: Sequence[Coroutine[Any, Any, None]]


def _assemble(known: Settings, rows: WorkRows, registries: Registries, clock: Clock, observe: Observe) -> _Parts:
    loop, batch = known.loop, known.loop.batch_ids
    terms = Terms(RetryPolicy(base=loop.base, cap=loop.cap, patience=loop.patience))
    deps = Advance(
        rows=rows,
        decide=decider(terms),
        ask=registries.ask,
        broken=partial(broken, terms=terms),
        clock=clock,
        settle_within=loop.lease * 2,
        observe=observe,
    )
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
    _declare_actors(bell, desk, look, observe)
    watchdog = Watchdog(loop.lease * LEASES_UNTIL_HUNG, observe)
    leases = keep_leases(deps.held, rows, loop.heartbeat, clock, observe)
    return _Parts(desk, bell, _ear(bell), watchdog, (look.keep_looking(), leases, watchdog.keep_turning()))


def _declare_actors(bell: Bell, desk: Desk, look: Look, observe: Observe) -> None:
    async def together(draft_ids: Sequence[UUID]) -> None:
        look.heard()
        await desk.take(draft_ids)

    async def alone(draft_ids: Sequence[UUID]) -> None:
        look.heard()
        for draft_id in draft_ids:
            await desk.take_alone(draft_id)

    actors.declare(bell, asyncio.get_running_loop(), together, alone, observe)


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
    await _give_back(left, rows, observe)
    await silent
    parts.bell.close()


async def _give_back(left: Sequence[Attempt], rows: WorkRows, observe: Observe) -> None:
    if not left:
        return
    try:
        async with asyncio.timeout(GIVE_BACK_SECONDS):
            observe("lease.returned", count=await rows.give_back(left))
    except (TimeoutError, StoreUnavailable) as error:
        observe("lease.kept", failure=type(error).__name__, count=len(left))  # they run out by themselves


def _registries(known: Settings, clock: Clock, observe: Observe) -> Registries:
    limits = Limits(concurrency=known.registries.registry_concurrency)
    breaker, budget = BreakerPolicy(), BudgetPolicy()
    url = known.registries_url()
    return Registries(url, limits=limits, breaker=breaker, budget=budget, clock=clock, observe=observe)


def _freeze() -> None:
    """What is there at the start stays, and the collector need not walk over it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
