"""registries: all of them behind one question."""

from functools import partial
from typing import Final, Self

import httpx

from core.clock import Clock
from core.hooks import Observe, nobody
from retry.breaker import Breaker, State
from retry.budget import RetryBudget
from retry.failure import Permanent
from retry.gate import Gate
from retry.policy import BreakerPolicy, BudgetPolicy
from workers.registries.answer import Answer
from workers.registries.exchange import Exchange
from workers.registries.limits import Limits
from workers.registries.question import Question
from workers.registries.registry import Registry
from workers.registries.voucher import Vouchers

REGISTRIES: Final = ("anpr", "revenue", "labour", "bank")
IDLE_SECONDS = 4.0  # a connection is not used again after this; servers commonly close at five


class Registries:
    """The way to every registry; one per process, made inside its event loop, closed at its end.

    Facts raised: `registry.answered` {registry, outcome, seconds} for every question, where the outcome is one of
    ok, ko, not_known, or the kind of a failure, and the seconds are those of the call without the wait for a place;
    `breaker.changed` {registry, state}.
    """

    def __init__(
        self,
        base_url: str,
        *,
        limits: Limits,
        breaker: BreakerPolicy,
        budget: BudgetPolicy,
        clock: Clock,
        observe: Observe = nobody,
    ) -> None:
        self._client = _client(base_url, limits)
        exchange = Exchange(self._client, limits, clock)
        self._vouchers = Vouchers(exchange, limits, clock)

        def registry(name: str) -> Registry:
            changed = partial(_breaker_changed, observe, name)
            gate = Gate(Breaker(breaker, clock, changed), RetryBudget(budget, clock))
            return Registry(name, gate, exchange, self._vouchers, limits=limits, clock=clock, observe=observe)

        self._registries = {name: registry(name) for name in REGISTRIES}

    async def ask(self, question: Question, *, attempt: int = 1) -> Answer:
        """Ask the registry that knows.

        `attempt`: how many times this question has been asked, this time included; above 1 it is a retry.
        Errors: a Failure of retry/failure.py, which retry/decision.py takes as it is.
        """
        registry = self._registries.get(question.registry)
        if registry is None:
            raise Permanent("registry-unknown")
        return await registry.ask(question, attempt)

    async def aclose(self) -> None:
        """Close every connection."""
        await self._vouchers.aclose()
        await self._client.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _client(base_url: str, limits: Limits) -> httpx.AsyncClient:
    connect, read = limits.connect.total_seconds(), limits.read.total_seconds()
    return httpx.AsyncClient(
        base_url=base_url,
        timeout=httpx.Timeout(connect=connect, read=read, write=read, pool=read),
        limits=httpx.Limits(
            max_connections=None,  # the places of each registry are the bound
            max_keepalive_connections=limits.concurrency * len(REGISTRIES),
            keepalive_expiry=IDLE_SECONDS,
        ),
        headers={"accept": "application/json", "accept-encoding": "identity", "user-agent": "approdo"},
        follow_redirects=False,
        trust_env=False,
    )


def _breaker_changed(observe: Observe, registry: str, state: State) -> None:
    observe("breaker.changed", registry=registry, state=str(state))
