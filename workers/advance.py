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
from workers.step import Decide, End, Finding, Send, Step, settled


class Rows(Protocol):
    """What advancing asks of the ledger (core/storage/work.py)."""

    async def claim(self, draft_ids: Sequence[UUID]) -> list[Attempt]:
        """Take what was offered of these drafts."""

    async def settle(self, settlement: Settlement) -> tuple[State, ...]:
        """Write what an attempt came to."""

    async def settle_all(self, settlements: Sequence[Settlement]) -> list[tuple[State, ...] | Exception]:
        """Write what several came to; return for each what `settle` returns or raises."""


class AskRegistry(Protocol):
    """Ask the registry that knows; raises a Failure (workers/registries)."""

    async def __call__(self, question: Question, *, attempt: int) -> Answer: ...


Decided = tuple[Hold, Settlement]


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
    """Take attempts that were claimed at `since` (monotonic seconds) or later as far as they go now.

    What needs nobody's answer is settled together and at once; everything else goes its own way.
    """
    begun = [(hold, _begin(hold.attempt, deps)) for hold in deps.held.take(attempts, since)]
    decided = [(hold, step) for hold, step in begun if isinstance(step, Settlement)]
    waiting = [(hold, step) for hold, step in begun if not isinstance(step, Settlement)]
    await asyncio.gather(
        _settle_together(decided, deps, free),
        *(_take_forward(hold, step, deps, free) for hold, step in waiting),
        return_exceptions=True,
    )


def _begin(attempt: Attempt, deps: Advance) -> Step:
    """Return what the attempt needs next; a fault of our own is an outcome too, and never a reason to refuse."""
    try:
        return deps.decide(attempt)
    except Exception as error:  # noqa: BLE001  whatever it is, it is written down
        return _broken(attempt, error, deps)


def _broken(attempt: Attempt, error: Exception, deps: Advance) -> Settlement:
    deps.observe("attempt.failed", failure=type(error).__name__, draft_id=attempt.key.draft_id)
    return settled(attempt, deps.broken(attempt))


async def _settle_together(decided: Sequence[Decided], deps: Advance, free: Callable[[int], None]) -> None:
    """Offer them to the ledger in one; what it does not take is offered again, each by itself."""
    if not decided:
        return
    for hold, _ in decided:
        hold.settling = True
    offered = await deps.rows.settle_all([settlement for _, settlement in decided])
    met = [(one, outcome) for one, outcome in zip(decided, offered, strict=True) if isinstance(outcome, Exception)]
    taken = [one for one, outcome in zip(decided, offered, strict=True) if not isinstance(outcome, Exception)]
    if taken:
        _tell(taken, deps)
        for hold, _ in taken:
            deps.held.end(hold)
        free(len(taken))
    again = (_take_forward(hold, settlement, deps, free, error) for (hold, settlement), error in met)
    await asyncio.gather(*again, return_exceptions=True)


async def _take_forward(
    hold: Hold, step: Step, deps: Advance, free: Callable[[int], None], met: Exception | None = None
) -> None:
    """Take one attempt from its next step to its end. `met`: what its settlement met when it was first offered."""
    hold.task = asyncio.current_task()
    trace.current.set(hold.span)
    try:
        settlement = await _settlement(hold.attempt, step, deps)
        hold.settling = True
        written = await write(settlement, deps.rows.settle, deps.clock, deps.settle_within, deps.observe, met=met)
        if written is not None:
            _tell([(hold, written)], deps)
    finally:
        deps.held.end(hold)
        free(1)


def _tell(written: Sequence[Decided], deps: Advance) -> None:
    """State what was written of attempts that were claimed together."""
    seconds = deps.clock.monotonic() - written[0][0].claimed_at
    tell([(hold.attempt, settlement) for hold, settlement in written], seconds, deps.observe)
    for hold, settlement in written:
        if hold.span is not None:
            kind, end = hold.attempt.key.kind.value, type(settlement.end).__name__.lower()
            trace.tell(hold.span, "attempt", kind, end, seconds, deps.observe)


async def _settlement(attempt: Attempt, step: Step, deps: Advance) -> Settlement:
    """Return what the attempt comes to, once whom it asks has answered."""
    try:
        if isinstance(step, Settlement):
            return step
        if isinstance(step, Send):
            return step.then(await _send(step.letter, deps))
        return step.then(await _ask(step.questions, attempt, deps))
    except Exception as error:  # noqa: BLE001  whatever it is, it is written down
        return _broken(attempt, error, deps)


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
