"""outfit: what every worker process needs to take attempts forward, and what it does at its end."""

import asyncio
from collections.abc import Sequence
from functools import partial

from core.clock import Clock
from core.domain.errors import StoreUnavailable
from core.domain.work import Attempt
from core.hooks import Observe
from core.settings import Settings
from core.storage.switches import Paused
from core.storage.work import WorkRows
from retry.policy import BreakerPolicy, BudgetPolicy, RetryPolicy
from workers.advance import Advance
from workers.kinds import decider
from workers.registries import Limits, Registries
from workers.terms import Terms
from workers.unanswered import broken
from workers.watchdog import Watchdog

GIVE_BACK_SECONDS = 1.0
LEASES_UNTIL_HUNG = 2  # a loop that stands still for so many leases is taken for hung


def outfit(known: Settings, rows: WorkRows, asking: Registries, clock: Clock, observe: Observe) -> Advance:
    """Return what advancing needs, by these settings."""
    terms = Terms(RetryPolicy(base=known.loop.base, cap=known.loop.cap, patience=known.loop.patience))
    return Advance(
        rows=rows,
        decide=decider(terms),
        ask=asking.ask,
        broken=partial(broken, terms=terms),
        clock=clock,
        settle_within=known.loop.lease * 2,
        observe=observe,
    )


def registries(known: Settings, clock: Clock, observe: Observe, paused: Paused) -> Registries:
    """Return the clients of the registries; to be entered."""
    limits = Limits(concurrency=known.registries.registry_concurrency)
    breaker, budget = BreakerPolicy(), BudgetPolicy()
    url = known.registries_url()
    return Registries(url, limits=limits, breaker=breaker, budget=budget, clock=clock, observe=observe, paused=paused)


def watchdog(known: Settings, observe: Observe) -> Watchdog:
    """Return what ends this process when its loop hangs."""
    return Watchdog(known.loop.lease * LEASES_UNTIL_HUNG, observe)


async def give_back(left: Sequence[Attempt], rows: WorkRows, observe: Observe) -> None:
    """Give back, at the end of a process, what it could not finish."""
    if not left:
        return
    try:
        async with asyncio.timeout(GIVE_BACK_SECONDS):
            observe("lease.returned", count=await rows.give_back(left))
    except (TimeoutError, StoreUnavailable) as error:
        observe("lease.kept", failure=type(error).__name__, count=len(left))  # they run out by themselves
