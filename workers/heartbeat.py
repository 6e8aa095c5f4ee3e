"""heartbeat: keeps the leases of what is in hand, and lets go of what was lost."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from core.clock import Clock
from core.domain.errors import StoreUnavailable
from core.domain.work import Attempt
from core.hooks import Observe
from workers.held import Held, Hold

AGAIN_SECONDS = 1.0  # after a beat that was not answered: it took up to ten already, and a lease is not long


class Leases(Protocol):
    """What the heartbeat asks of the ledger (core/storage/work.py)."""

    async def extend(self, attempts: Sequence[Attempt]) -> set[int]:
        """Hold these attempts for another lease; return the fences of those still held."""


async def keep_leases(held: Held, leases: Leases, every: timedelta, clock: Clock, observe: Observe) -> None:
    """Beat until cancelled."""
    wait = every.total_seconds()
    while True:
        await asyncio.sleep(wait)
        wait = await beat(held, leases, every, clock, observe)


async def beat(held: Held, leases: Leases, every: timedelta, clock: Clock, observe: Observe) -> float:
    """Extend every lease that is older than one beat, and return the seconds until the next beat.

    An attempt that has lost its lease stops; whatever it would still write, its fence refuses. Where the database
    cannot be reached the leases run on, and the next beat, which is soon, tries again.
    """
    now = clock.monotonic()
    holds = held.older_than(now - every.total_seconds() / 2)
    if not holds:
        return every.total_seconds()
    try:
        fences = await leases.extend([hold.attempt for hold in holds])
    except StoreUnavailable as error:
        observe("heartbeat.failed", failure=type(error).__name__, count=len(holds))
        return min(AGAIN_SECONDS, every.total_seconds())
    _note(holds, fences, now, held, observe)
    return every.total_seconds()


def _note(holds: Sequence[Hold], fences: set[int], now: float, held: Held, observe: Observe) -> None:
    kept = [hold for hold in holds if hold.attempt.fence in fences]
    lost = [hold for hold in holds if hold.attempt.fence not in fences and hold in held and not hold.settling]
    for hold in kept:
        hold.lease_since = now
    for hold in lost:
        hold.let_go()
    if kept:
        observe("lease.extended", count=len(kept))
    if lost:
        observe("fence.refused", count=len(lost))
