"""step: what one attempt needs next, as a value: registries to ask, a letter to send, or a settlement to write."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from bonus.questions import Question
from core.domain.work import Attempt, Buried, Concluded, Postponed, Settlement
from retry.failure import Failure
from workers.letters.letter import Letter
from workers.registries import Answer

Finding = Answer | Failure  # what became of one question
End = Postponed | Concluded | Buried


@dataclass(frozen=True, slots=True)
class Ask:
    """Questions without which nothing can be said; `then` takes what became of each, in their order."""

    questions: Sequence[Question]
    then: Callable[[Sequence[Finding]], Settlement]


@dataclass(frozen=True, slots=True)
class Send:
    """A letter to be sent; `then` takes what it failed at, or None once it is accepted."""

    letter: Letter
    then: Callable[[Failure | None], Settlement]


Step = Ask | Send | Settlement


class Decide(Protocol):
    """Say what an attempt needs next. Pure: no input, no output, no time but the attempt's own."""

    def __call__(self, attempt: Attempt, /) -> Step: ...


def settled(attempt: Attempt, end: End) -> Settlement:
    """Return the settlement of an attempt that learned nothing new from the registries."""
    return Settlement(attempt.key, attempt.fence, end)
