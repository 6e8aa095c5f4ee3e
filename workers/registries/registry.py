"""registry: one registry as this process knows it: its lines, its gate, and how long it took."""

from collections.abc import Callable, Mapping

from bonus.digest import question_digest
from bonus.questions import Question
from core import trace
from core.clock import Clock
from core.hooks import Observe
from core.trace import Span
from retry.failure import Busy, Failure, Paused
from retry.gate import Call, Gate
from workers.registries.answer import Answer, read_answer
from workers.registries.exchange import Exchange, Unauthorized
from workers.registries.limits import Limits, in_time
from workers.registries.lines import Line, Lines
from workers.registries.question import wire_body
from workers.registries.voucher import Vouchers


class Registry:
    """Asks one registry: a free line, then the gate, then the voucher, then the question."""

    def __init__(
        self,
        name: str,
        gate: Gate,
        lines: Lines,
        exchange: Exchange,
        vouchers: Vouchers,
        *,
        limits: Limits,
        clock: Clock,
        observe: Observe,
        paused: Callable[[], bool],
    ) -> None:
        self._name = name
        self._gate = gate
        self._lines = lines
        self._exchange = exchange
        self._vouchers = vouchers
        self._limits = limits
        self._clock = clock
        self._observe = observe
        self._paused = paused
        observe("registry.known", registry=name, retries=gate.retries)

    async def ask(self, question: Question, attempt: int) -> Answer:
        """Return the answer to a question; `attempt` from 1. Errors: a Failure."""
        if self._paused():
            self._tell(Paused.kind, seconds=0.0)
            raise Paused("by-operators")
        try:
            async with self._lines.take(self._limits.place) as line:
                return await self._observed(line, question, attempt)
        except Busy as busy:
            self._tell(busy.kind, seconds=0.0)
            raise

    async def aclose(self) -> None:
        """Close every connection."""
        await self._lines.aclose()

    async def _observed(self, line: Line, question: Question, attempt: int) -> Answer:
        began, calling = self._clock.monotonic(), trace.current.get()
        span = trace.follow(calling.traceparent) if calling else None
        try:
            answer = await self._call(line, question, attempt, span)
        except Failure as failure:
            self._tell(failure.kind, self._clock.monotonic() - began, span)
            raise
        self._tell(answer.answer, self._clock.monotonic() - began, span)
        return answer

    async def _call(self, line: Line, question: Question, attempt: int, span: Span | None) -> Answer:
        traced = {"traceparent": span.traceparent} if span else {}
        with self._gate.call(attempt) as call:
            async with in_time(self._limits.total):
                body = await self._put(line, question, call, traced)
            return read_answer(body, self._clock.now())

    async def _put(self, line: Line, question: Question, call: Call, traced: Mapping[str, str]) -> bytes:
        voucher = await self._vouchers.current()
        try:
            return await self._post(line, question, voucher, call, traced)
        except Unauthorized:
            self._vouchers.refused(voucher)
        return await self._post(line, question, await self._vouchers.current(), call, traced)

    async def _post(self, line: Line, question: Question, voucher: str, call: Call, traced: Mapping[str, str]) -> bytes:
        headers = {
            **traced,
            "authorization": f"Bearer {voucher}",
            "content-type": "application/json",
            "idempotency-key": question_digest(question).hex(),
        }
        return await self._exchange.post(line, wire_body(question), headers, call.again)

    def _tell(self, outcome: str, seconds: float, span: Span | None = None) -> None:
        if span is not None:
            trace.tell(span, "registry", self._name, outcome, seconds, self._observe)
        retries = self._gate.retries
        self._observe("registry.answered", registry=self._name, outcome=str(outcome), seconds=seconds, retries=retries)
