"""outfit: what every worker process needs to take attempts forward, and what it does at its end."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from core.clock import Clock
from core.domain.errors import StoreUnavailable
from core.domain.work import Attempt
from core.hooks import Observe
from core.settings import Settings
from core.storage.switches import Paused
from core.storage.work import WorkRows
from retry.breaker import Breaker
from retry.budget import RetryBudget
from retry.gate import Gate
from retry.policy import BreakerPolicy, BudgetPolicy, RetryPolicy
from workers.advance import Advance
from workers.kinds import decider
from workers.letters.post import Folder, Line, MailServer, Nowhere, Post, closing, must_be_readable
from workers.registries import Limits, Registries
from workers.terms import Terms
from workers.unanswered import broken
from workers.watchdog import Watchdog

GIVE_BACK_SECONDS = 1.0
LEASES_UNTIL_HUNG = 2  # a loop that stands still for so many leases is taken for hung


@dataclass(frozen=True, slots=True)
class Outside:
    """Everybody a worker speaks to who is not ours."""

    registries: Registries
    post: Post


def outfit(known: Settings, rows: WorkRows, outside: Outside, clock: Clock, observe: Observe) -> Advance:
    """Return what advancing needs, by these settings."""
    loop = known.loop
    terms = Terms(
        RetryPolicy(base=loop.base, cap=loop.cap, patience=loop.patience),
        letters=RetryPolicy(base=loop.base, cap=loop.cap, patience=known.mail.mail_patience),
        pages=known.place.pages,
        office=known.mail.mail_office or "",
    )
    return Advance(
        rows=rows,
        decide=decider(terms),
        ask=outside.registries.ask,
        post=outside.post,
        broken=partial(broken, terms=terms),
        clock=clock,
        settle_within=known.loop.lease * 2,
        observe=observe,
    )


@asynccontextmanager
async def outside(known: Settings, clock: Clock, observe: Observe, paused: Paused) -> AsyncIterator[Outside]:
    """Give the ways to whom is not ours, and close them at the end. Errors: SettingsError."""
    async with _registries(known, clock, observe, paused) as registries, _post(known, clock, observe) as post:
        yield Outside(registries, post)


def _registries(known: Settings, clock: Clock, observe: Observe, paused: Paused) -> Registries:
    limits = Limits(concurrency=known.registries.registry_concurrency)
    breaker, budget = BreakerPolicy(), BudgetPolicy()
    url = known.registries_url()
    return Registries(url, limits=limits, breaker=breaker, budget=budget, clock=clock, observe=observe, paused=paused)


@asynccontextmanager
async def _post(known: Settings, clock: Clock, observe: Observe) -> AsyncIterator[Post]:
    mail = known.mail
    if mail.mail_host is None:
        yield Folder(known.place.mail_folder, mail.mail_sender) if known.sends_letters else Nowhere()
        return
    must_be_readable(mail.mail_password_file)
    breaker = Breaker(BreakerPolicy(), clock, lambda state: observe("breaker.changed", registry="mail", state=state))
    gate = Gate(breaker, RetryBudget(BudgetPolicy(), clock))
    line = Line(mail.mail_host, mail.mail_port, mail.mail_tls, mail.mail_user, mail.mail_password_file)
    async with closing(line):
        yield MailServer(line, mail.mail_sender, gate)


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
