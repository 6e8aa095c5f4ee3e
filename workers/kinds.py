"""kinds: which rules each kind of work goes by."""

from collections.abc import Callable, Mapping

from core.domain.work import Attempt, Kind
from workers.decision import decide
from workers.notice import tell
from workers.payment import pay
from workers.step import Decide, Step
from workers.terms import Terms

BY_KIND: Mapping[Kind, Callable[[Attempt, Terms], Step]] = {
    Kind.DECISION: decide,
    Kind.PAYMENT: pay,
    Kind.NOTICE: tell,
}


def decider(terms: Terms) -> Decide:
    """Return what says of any attempt what it needs next."""

    def decide_by_kind(attempt: Attempt, /) -> Step:
        return BY_KIND[attempt.key.kind](attempt, terms)

    return decide_by_kind
