"""failure: the ways in which asking a registry can fail, told apart by what follows from them.

Failure                 carries a `reason` (a code, never personal) and perhaps `retry_after`
├── Transient           asked, and no usable answer came; worth another attempt
│   └── Malformed       an answer came that is not one: wrong shape, too long, cut short, not JSON
├── Throttled           the registry says that we ask too often
├── Permanent           the registry refuses this very question; asking again changes nothing
└── NotAsked            we held the question back: uses up no attempt, buries nothing
    ├── BreakerOpen
    ├── BudgetEmpty
    ├── Busy
    └── Paused
"""

from datetime import timedelta
from enum import StrEnum
from typing import ClassVar

from core.domain.errors import ApprodoError


class FailureKind(StrEnum):
    """The word for each kind, as it appears in `work.last_failure` and in the facts raised."""

    TRANSIENT = "transient"
    MALFORMED = "malformed"
    THROTTLED = "throttled"
    PERMANENT = "permanent"
    BREAKER_OPEN = "breaker_open"
    BUDGET_EMPTY = "budget_empty"
    BUSY = "busy"
    PAUSED = "paused"


class Failure(ApprodoError):
    """A registry was asked, or was to be asked, and no answer came of it."""

    kind: ClassVar[FailureKind]

    def __init__(self, reason: str, retry_after: timedelta | None = None) -> None:
        """Name the failure.

        `reason`: a short code in kebab-case (`status-503`, `no-answer-in-time`); never anything a person typed.
        `retry_after`: how long to wait, where the registry (or the breaker, or the budget) has said so.
        """
        super().__init__(reason)
        self.reason = reason
        self.retry_after = retry_after

    @property
    def code(self) -> str:
        """Kind and reason in one word, for the ledger: `transient:status-503`."""
        return f"{self.kind}:{self.reason}"


class Transient(Failure):
    """The registry gave no usable answer; it may the next time."""

    kind = FailureKind.TRANSIENT


class Malformed(Transient):
    """What the registry sent is not an answer."""

    kind = FailureKind.MALFORMED


class Throttled(Failure):
    """The registry says that we ask too often."""

    kind = FailureKind.THROTTLED


class Permanent(Failure):
    """The registry refuses this question as it stands; a person has to look."""

    kind = FailureKind.PERMANENT


class NotAsked(Failure):
    """The question was held back before it left."""


class BreakerOpen(NotAsked):
    """The registry has been failing and is left alone for a while."""

    kind = FailureKind.BREAKER_OPEN


class BudgetEmpty(NotAsked):
    """The share of calls that may be retries is used up."""

    kind = FailureKind.BUDGET_EMPTY


class Busy(NotAsked):
    """As many calls as allowed are under way at this registry already."""

    kind = FailureKind.BUSY


class Paused(NotAsked):
    """Operators have paused the calls to this registry."""

    kind = FailureKind.PAUSED
