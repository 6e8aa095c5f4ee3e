"""advance: the table of contents of one attempt."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from bonus.questions import Question
from core import trace
from core.clock import Clock
from core.domain.submission import State
from core.domain.work import Attempt, Settlement
from core.hooks import Observe, nobody
from retry.failure import Failure, Transient
from workers.held import Held, Hold
from workers.letters.letter import Letter
from workers.letters.post import Nowhere, Post
from workers.registries import Answer
from workers.settling import tell, write
from workers.step import Decide, End, Finding, Send, settled


class Rows(Protocol):
    """What advancing asks of the ledger (core/storage/work.py)."""

    async def claim(self, draft_ids: Sequence[UUID]) -> list[Attempt]:
        """Take what was offered of these drafts."""

    async def settle(self, settlement: Settlement) -> tuple[State, ...]:
        """Write what an attempt came to."""


class AskRegistry(Protocol):
    """Ask the registry that knows; raises a Failure (workers/registries)."""

    async def __call__(self, question: Question, *, attempt: int) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Advance:
    """What advancing needs; one per process.

    `decide` says what an attempt needs next, `broken` what becomes of one on which our own code failed; both are pure.
    `settle_within`: how long the outcome of an attempt is offered to a database that does not take it.
    """

    rows: Rows
    decide: Decide
    ask: AskRegistry
    broken: Callable[[Attempt], End]
    clock: Clock
    settle_within: timedelta
    observe: Observe = nobody
    post: Post = field(default_factory=Nowhere)
    held: Held = field(default_factory=Held)


def _nobody_waits(_: int) -> None:
    pass


async def advance(draft_ids: Sequence[UUID], deps: Advance, free: Callable[[int], None] = _nobody_waits) -> None:
    """Take the work of these drafts as far as it goes now, and write down how it went.

    Each item is settled as soon as it is ready: a registry that hangs holds back only those who need it. `free` is
    told, in parts that add up to the number of ids, how many of them need nothing more.
    Errors: StoreUnavailable where nothing could be claimed; what was offered comes round again.
    """
    since = deps.clock.monotonic()
    attempts = await deps.rows.claim(draft_ids)
    if attempts:
        deps.observe("work.claimed", count=len(attempts), crashed=0)
    free(len(draft_ids) - len(attempts))
    await carry(attempts, since, deps, free)


async def carry(
    attempts: Sequence[Attempt], since: float, deps: Advance, free: Callable[[int], None] = _nobody_waits
) -> None:
    """Take attempts that were claimed at `since` (monotonic seconds) or later as far as they go now."""
    holds = deps.held.take(attempts, since)
    await asyncio.gather(*(_take_forward(hold, deps, free) for hold in holds), return_exceptions=True)


async def _take_forward(hold: Hold, deps: Advance, free: Callable[[int], None]) -> None:
    hold.task = asyncio.current_task()
    span = trace.follow(hold.attempt.traceparent)
    trace.current.set(span)
    try:
        settlement = await _settlement(hold.attempt, deps)
        hold.settling = True
        written = await write(settlement, deps.rows.settle, deps.clock, deps.settle_within, deps.observe)
        if written is not None:
            seconds = deps.clock.monotonic() - hold.claimed_at
            tell(hold.attempt, written, seconds, deps.observe)
            if span is not None:
                kind, end = hold.attempt.key.kind.value, type(written.end).__name__.lower()
                trace.tell(span, "attempt", kind, end, seconds, deps.observe)
    finally:
        deps.held.end(hold)
        free(1)


async def _settlement(attempt: Attempt, deps: Advance) -> Settlement:
    """Return what the attempt came to; a fault of our own is an outcome too, and never a reason to refuse."""
    try:
        step = deps.decide(attempt)
        if isinstance(step, Settlement):
            return step
        if isinstance(step, Send):
            return step.then(await _send(step.letter, deps))
        return step.then(await _ask(step.questions, attempt, deps))
    except Exception as error:  # noqa: BLE001  whatever it is, it is written down
        deps.observe("attempt.failed", failure=type(error).__name__, draft_id=attempt.key.draft_id)
        return settled(attempt, deps.broken(attempt))


async def _send(letter: Letter, deps: Advance) -> Failure | None:
    """Hand a letter in, outside any transaction; a worker that dies now sends it again, under the same name."""
    try:
        await deps.post.send(letter)
    except Failure as failure:
        deps.observe("letter.unsent", failure=failure.kind)
        return failure
    deps.observe("letter.sent")
    return None


async def _ask(questions: Sequence[Question], attempt: Attempt, deps: Advance) -> list[Finding]:
    """Ask all registries at once, outside any transaction."""
    return await asyncio.gather(*(_ask_one(question, attempt, deps) for question in questions))


async def _ask_one(question: Question, attempt: Attempt, deps: Advance) -> Finding:
    """A try whose worker died is nothing a registry failed at: to the registry its successor is no second try."""
    try:
        return await deps.ask(question, attempt=attempt.number_of_tries - attempt.crashes)
    except Failure as failure:
        return failure
    except Exception as error:  # noqa: BLE001  the answers of the others are not thrown away
        deps.observe("attempt.failed", failure=type(error).__name__, draft_id=attempt.key.draft_id)
        return Transient("internal-error")
