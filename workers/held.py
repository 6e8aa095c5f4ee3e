"""held: the attempts a process has claimed and not yet settled, for the heartbeat and for giving back."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core import trace
from core.domain.work import Attempt


@dataclass(slots=True)
class Hold:
    """One attempt in hand. While it is being settled only its fence decides; before, it may be let go."""

    attempt: Attempt
    claimed_at: float  # monotonic seconds
    lease_since: float  # monotonic seconds: its lease began then, or later
    span: trace.Span | None = None  # of the trace that made its work, where there is one
    task: "asyncio.Task[object] | None" = None
    settling: bool = False

    def let_go(self) -> None:
        """Stop working on it, unless its outcome is on its way already."""
        if self.task is not None and not self.settling:
            self.task.cancel()


class Held:
    """All attempts in hand, by fence."""

    def __init__(self) -> None:
        self._holds: dict[int, Hold] = {}

    def __len__(self) -> int:
        return len(self._holds)

    def __contains__(self, hold: Hold) -> bool:
        return hold.attempt.fence in self._holds

    def take(self, attempts: Iterable[Attempt], since: float) -> list[Hold]:
        """Note attempts that were claimed at `since` (monotonic seconds) or later."""
        holds = [Hold(attempt, since, since, trace.follow(attempt.traceparent)) for attempt in attempts]
        self._holds.update((hold.attempt.fence, hold) for hold in holds)
        return holds

    def end(self, hold: Hold) -> None:
        """Forget an attempt: it is settled, lost or given back."""
        self._holds.pop(hold.attempt.fence, None)

    def older_than(self, instant: float) -> list[Hold]:
        """Return those whose lease began before `instant` (monotonic seconds)."""
        return [hold for hold in self._holds.values() if hold.lease_since < instant]

    def let_go_of_all(self) -> Sequence[Attempt]:
        """Stop working on all that is not being settled, and return every attempt in hand."""
        holds = list(self._holds.values())
        for hold in holds:
            hold.let_go()
        return [hold.attempt for hold in holds]
