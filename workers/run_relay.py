"""run_relay: one relay process, from its settings to its end (`python -m workers relay`)."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import timedelta
from typing import Any

import uvloop

from core.clock import SystemClock
from core.hooks import Observe
from core.settings import Settings
from core.storage import retention
from monitoring.process import Watch, watched
from workers import ledger
from workers.broker import Bell
from workers.relay import Relay, Round
from workers.stopping import background, on_signals, pause, until_asked
from workers.watchdog import Watchdog

MESSAGES_A_WORKER = 4  # offered and not claimed, at most: the bell stays small
BUSY_PAUSE = timedelta(milliseconds=20)  # while more is due than there was room for
FAILED_PAUSE = timedelta(seconds=1)
EXPIRY_INTERVAL = timedelta(minutes=1)
STOP_SECONDS = 0.5
LEASES_UNTIL_HUNG = 2


def run(known: Settings) -> None:
    """Relay until asked to stop. Errors: SettingsError."""
    _ = known.database_url(), known.redis_url()  # missing ones are told before anything starts
    place = known.place
    with watched(place.process or "relay", place.data, announce=False, traces_url=place.traces_url) as watch:
        uvloop.run(_relay(known, watch))


async def _relay(known: Settings, watch: Watch) -> None:
    asked, bell = on_signals(), Bell(known.redis_url(), watch.observe)
    watchdog = Watchdog(known.loop.lease * LEASES_UNTIL_HUNG, watch.observe)
    async with ledger.opened(known, watch.observe) as opened:
        watch.series.pool_is("work", busy=opened.busy, most=ledger.CONNECTIONS)
        most = MESSAGES_A_WORKER * known.loop.batch_ids * known.crew.workers
        relay = Relay(opened.rows, bell, SystemClock(), most, known.loop.batch_ids, watch.observe)
        await opened.switches.look()
        watchdog.start()
        rounds = keep_relaying(relay.run_once, asked, known.loop.relay_interval, watch.observe)
        expiry = keep_expiring(opened.pool, known.counter.draft_retention, asked, watch.observe)
        async with background(rounds, expiry, watchdog.keep_turning(), opened.switches.watch()) as tasks:
            watch.announce()
            await until_asked(asked, tasks)
            await asyncio.wait(tasks[:1], timeout=STOP_SECONDS)  # a round under way is finished
    watchdog.stop()
    bell.close()


async def keep_relaying(
    run_once: Callable[[], Coroutine[Any, Any, Round]], asked: asyncio.Event, interval: timedelta, observe: Observe
) -> None:
    """Relay round after round until asked to stop; nothing that fails ends it."""
    while not asked.is_set():
        try:
            done = await run_once()
            wait = FAILED_PAUSE if done.failure else BUSY_PAUSE if done.full else interval
        except Exception as error:  # noqa: BLE001  a fault in one round is told, and the next one begins
            observe("relay.failed", failure=type(error).__name__)
            wait = FAILED_PAUSE
        await pause(asked, wait)


async def keep_expiring(pool: Any, keep: timedelta, asked: asyncio.Event, observe: Observe) -> None:
    """Remove what unfiled drafts hold past their time, every minute."""
    while not asked.is_set():
        try:
            await expire_all(pool, keep, observe)
        except Exception as error:  # noqa: BLE001  it is tried again in a minute
            observe("retention.failed", failure=type(error).__name__)
        await pause(asked, EXPIRY_INTERVAL)


async def expire_all(pool: Any, keep: timedelta, observe: Observe) -> int:
    """Remove what open drafts hold whose time to be saved to ended more than `keep` ago; return how many."""
    total = 0
    while removed := await retention.expire(pool, keep):
        total += removed
    if total:
        observe("draft.expired", count=total)
    return total
