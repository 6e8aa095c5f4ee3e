"""registry: one registry as this process knows it, with its places, its gate and its line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from core.clock import Clock
from core.hooks import Observe
from retry.failure import Busy, Failure
from retry.gate import Call, Gate
from workers.registries.answer import Answer, read_answer
from workers.registries.exchange import Exchange, Request, Unauthorized
from workers.registries.limits import Limits, in_time
from workers.registries.question import Question, question_digest, wire_body
from workers.registries.voucher import Vouchers


class Registry:
    """Asks one registry: a free place, then the gate, then the voucher, then the question."""

    def __init__(
        self,
        name: str,
        gate: Gate,
        exchange: Exchange,
        vouchers: Vouchers,
        *,
        limits: Limits,
        clock: Clock,
        observe: Observe,
    ) -> None:
        self._name = name
        self._gate = gate
        self._exchange = exchange
        self._vouchers = vouchers
        self._limits = limits
        self._clock = clock
        self._observe = observe
        self._places = asyncio.Semaphore(limits.concurrency)

    async def ask(self, question: Question, attempt: int) -> Answer:
        """Return the answer to a question; `attempt` from 1. Errors: a Failure."""
        try:
            async with self._place():
                return await self._observed(question, attempt)
        except Busy as busy:
            self._tell(busy.kind, seconds=0.0)
            raise

    async def _observed(self, question: Question, attempt: int) -> Answer:
        began = self._clock.monotonic()
        try:
            answer = await self._call(question, attempt)
        except Failure as failure:
            self._tell(failure.kind, self._clock.monotonic() - began)
            raise
        self._tell(answer.answer, self._clock.monotonic() - began)
        return answer

    async def _call(self, question: Question, attempt: int) -> Answer:
        with self._gate.call(attempt) as call:
            async with in_time(self._limits.total):
                body = await self._put(question, call)
            return read_answer(body, self._clock.now())

    async def _put(self, question: Question, call: Call) -> bytes:
        voucher = await self._vouchers.current()
        try:
            return await self._exchange.post(self._request(question, voucher), call.again)
        except Unauthorized:
            self._vouchers.refused(voucher)
        voucher = await self._vouchers.current()
        return await self._exchange.post(self._request(question, voucher), call.again)

    def _request(self, question: Question, voucher: str) -> Request:
        headers = {
            "authorization": f"Bearer {voucher}",
            "content-type": "application/json",
            "idempotency-key": question_digest(question).hex(),
        }
        return Request(f"{self._name}/v1/verifications", wire_body(question), headers)

    @asynccontextmanager
    async def _place(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._limits.place.total_seconds()):
                await self._places.acquire()
        except TimeoutError:
            raise Busy("no-free-place") from None
        try:
            yield
        finally:
            self._places.release()

    def _tell(self, outcome: str, seconds: float) -> None:
        self._observe("registry.answered", registry=self._name, outcome=str(outcome), seconds=seconds)
