"""Replay: which work an operator's decision to try again would set due, before anything moves."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from core.domain.work import FOR_A_PERSON, WorkKey


@dataclass(frozen=True, slots=True)
class Candidate:
    """A row that waits: on a person's list, or for its next attempt."""

    key: WorkKey
    number: str
    state: str
    channel: str
    attempt: int
    crashes: int
    reason: str | None  # why it was buried, or its last failure
    waiting_since: datetime  # machine time: buried at, or else created at
    buried: bool

    @property
    def reasons(self) -> frozenset[str]:
        """Return every name its reason goes by: `flag:a+b` is `flag`, `flag:a` and `flag:b` too."""
        if self.reason is None:
            return frozenset()
        kind, _, names = self.reason.partition(":")
        return frozenset({self.reason, kind, *(f"{kind}:{name}" for name in names.split("+") if name)})


@dataclass(frozen=True, slots=True)
class ReplayOrder:
    """An operator's decision. What is named narrows the choice; `everything` alone takes all that is buried."""

    who: str
    why: str
    numbers: frozenset[str] = frozenset()
    reason: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False

    @property
    def names_something(self) -> bool:
        """Say whether the order chooses at all: an empty one must never mean everything."""
        return bool(self.numbers or self.reason or self.since or self.until or self.everything)


def select(candidates: Iterable[Candidate], order: ReplayOrder) -> list[Candidate]:
    """Return what the order would set due again. Only a number reaches a row that is not buried.

    What waits for a person to look, or to settle, is nothing to be tried again.
    """
    if not order.names_something:
        return []
    return [candidate for candidate in candidates if _chosen(candidate, order)]


def _chosen(candidate: Candidate, order: ReplayOrder) -> bool:
    return (
        candidate.reason not in FOR_A_PERSON
        and (candidate.number in order.numbers if order.numbers else candidate.buried)
        and (order.reason is None or order.reason in candidate.reasons)
        and (order.since is None or candidate.waiting_since >= order.since)
        and (order.until is None or candidate.waiting_since < order.until)
    )
