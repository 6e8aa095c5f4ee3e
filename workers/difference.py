"""difference: what a decision changes in an order that was given before it; a matter for a person."""

from bonus.assessment import Assessment
from core.domain.work import DIFFERENCE_TO_PAY, DIFFERENCE_TO_RECOVER


def difference(assessment: Assessment, ordered: frozenset[int]) -> str | None:
    """Say under which reason the difference goes on a list; `ordered`: the months of the order that stands, if any.

    Every month is worth the same, so the number of months says whether there is more to pay, or less.
    """
    due = sum(month.due for month in assessment.months)
    if not ordered or due == len(ordered):
        return None
    return DIFFERENCE_TO_PAY if due > len(ordered) else DIFFERENCE_TO_RECOVER
