"""registries: all of them behind one question."""

from functools import partial
from typing import Self

import httpx

from bonus.questions import Question
from core.clock import Clock
from core.domain import switch
from core.domain.work import REGISTRIES
from core.hooks import Observe, nobody
from core.storage.switches import Paused, nothing_paused
from retry.breaker import Breaker, State
from retry.budget import RetryBudget
from retry.failure import Permanent
from retry.gate import Gate
from retry.policy import BreakerPolicy, BudgetPolicy
from workers.registries.answer import Answer
from workers.registries.exchange import Exchange
from workers.registries.limits import Limits
from workers.registries.lines import Lines
from workers.registries.registry import Registry
from workers.registries.voucher import Vouchers


class Registries:
    """The way to every registry; one per process, made inside its event loop, closed at its end.

    Facts raised: `registry.known` {registry, retries} at the start; `registry.answered` {registry, outcome, seconds,
    retries} for every question, where the outcome is one of ok, ko, not_known, or the kind of a failure, the seconds
    are those of the call without the wait for a place, and the retries those that are left;
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
        paused: Paused = nothing_paused,
    ) -> None:
        tls = httpx.create_ssl_context(trust_env=False)

        def exchange(path: str) -> Exchange:
            return Exchange(f"{base_url.rstrip('/')}/{path}", limits, clock)

        def registry(name: str) -> Registry:
            gate = Gate(Breaker(breaker, clock, partial(_breaker_changed, observe, name)), RetryBudget(budget, clock))
            lines, line = Lines(limits.concurrency, tls), exchange(f"{name}/v1/verifications")
            held = partial(_is_paused, paused, name)
            return Registry(name, gate, lines, line, vouchers, limits=limits, clock=clock, observe=observe, paused=held)

        self._vouchers = vouchers = Vouchers(Lines(1, tls), exchange("pdnd/token"), limits, clock)
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
        for registry in self._registries.values():
            await registry.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _is_paused(paused: Paused, registry: str) -> bool:
    return paused(switch.registry(registry)) is not None


def _breaker_changed(observe: Observe, registry: str, state: State) -> None:
    observe("breaker.changed", registry=registry, state=str(state))
