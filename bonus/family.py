"""Requirement A, the children, on some days: how many count, and how old the youngest is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bonus import codes
from bonus.facts import Child
from bonus.rules import Rules

#: Flag names read in favour of what they say; see `bonus.codes`.
Readings = frozenset[str]

SEVERAL = 3  # "three or more": from here on the count makes no difference


@dataclass(frozen=True, slots=True)
class Family:
    """Which rule holds for her on some days, and why it gives nothing, if it does."""

    several: bool
    flaw: str | None


def family_on(children: Sequence[Child], span: int, year: int, month: int, readings: Readings, rules: Rules) -> Family:
    """Judge requirement A on the days `span` of a month.

    Two children: due up to the month of the youngest one's tenth birthday; three or more: of the eighteenth. All her
    children count, grown up or dead since too. Sources: art. 6 c. 1-2 D.L. 95/2025, circ. INPS 139/2025.
    """
    counted = [child for child in children if _counts_on(child, span, readings)]
    size, counted = _those_of_the_class(counted, readings)
    if size < 2:
        return Family(several=False, flaw=codes.FEWER_THAN_TWO_CHILDREN)
    several = size == SEVERAL
    youngest = max(child.birth for child in counted)
    limit = rules.age_with_several if several else rules.age_with_two
    if _is_due_at_age(youngest, limit, year, month, readings):
        return Family(several, None)
    return Family(several, codes.YOUNGEST_OVER_EIGHTEEN if several else codes.YOUNGEST_OVER_TEN)


def doubts_about(children: Iterable[Child], year: int, rules: Rules) -> set[str]:
    """Return the flags that these children could raise."""
    first_days = {date(year - age, 1, 1) for age in (rules.age_with_two, rules.age_with_several)}
    doubts = set()
    for child in children:
        if child.foster:
            doubts.add(codes.PLAIN_FOSTER_CARE)
        if child.without_tax_code:
            doubts.add(codes.CHILD_WITHOUT_TAX_CODE)
        if child.died_on:
            doubts.add(codes.CHILD_DIED_BEFORE)
        if child.lost:
            doubts.add(codes.RESPONSIBILITY_MID_MONTH)
        if child.birth in first_days:
            doubts.add(codes.BIRTHDAY_ON_1_JANUARY)
    return doubts


def _counts_on(child: Child, span: int, readings: Readings) -> bool:
    """Say whether a child is hers on these days, in whole or in part."""
    if child.foster and codes.PLAIN_FOSTER_CARE not in readings:
        return False
    if child.without_tax_code and codes.CHILD_WITHOUT_TAX_CODE not in readings:
        return False
    here = child.present & span
    under_her = here & ~child.lost
    return bool(under_her) and (under_her == here or codes.RESPONSIBILITY_MID_MONTH in readings)


def _those_of_the_class(counted: list[Child], readings: Readings) -> tuple[int, list[Child]]:
    """Return the class reached (3 stands for more) and the children it stands on.

    A death takes nothing away from the class the child had helped to reach; whether a child who was dead by then
    helps to reach one is an officer's question.
    """
    for size in (SEVERAL, 2):
        standing = [child for child in counted if _helps_to_reach(size, child, readings)]
        if len(standing) >= size:
            return size, standing
    return len(counted[:1]), counted


def _helps_to_reach(size: int, child: Child, readings: Readings) -> bool:
    return not child.died_on or child.reached >= size or codes.CHILD_DIED_BEFORE in readings


def _is_due_at_age(youngest: date, limit: int, year: int, month: int, readings: Readings) -> bool:
    """Say whether the month is not after that of the birthday; one of 29 February is in February (art. 2963 c.c.)."""
    if youngest == date(year - limit, 1, 1):
        return month == 1 and codes.BIRTHDAY_ON_1_JANUARY in readings
    return (year, month) <= (youngest.year + limit, youngest.month)
