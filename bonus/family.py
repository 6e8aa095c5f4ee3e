"""Requirement A, the children, on some days: how many count, and how old the youngest is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bonus import codes
from bonus.facts import Child
from bonus.readings import NEVER, Claim, Readings, at_least_two_and_three
from bonus.rules import Rules


@dataclass(frozen=True, slots=True)
class Family:
    """Where the rule for three or more holds for her on some days, and where and why hers gives nothing."""

    several: Claim
    flaws: tuple[tuple[str, Claim], ...]  # by reason; no two in one reading


def family_on(children: Sequence[Child], span: int, year: int, month: int, readings: Readings, rules: Rules) -> Family:
    """Judge requirement A on the days `span` of a month.

    Two children: due up to the month of the youngest one's tenth birthday; three or more: of the eighteenth. All her
    children count, grown up or dead since too. Sources: art. 6 c. 1-2 D.L. 95/2025, circ. INPS 139/2025.
    """
    counted = [(child, claim) for child in children if (claim := _counts_on(child, span, readings))]
    of_three = [(child, claim & _helps_to_reach(3, child, readings)) for child, claim in counted]
    of_two = [(child, claim & _helps_to_reach(2, child, readings)) for child, claim in counted]
    _, several = at_least_two_and_three(claim for _, claim in of_three)
    two, _ = at_least_two_and_three(claim for _, claim in of_two)
    young_of_three = _young_enough(of_three, rules.age_with_several, year, month, readings)
    young_of_two = _young_enough(of_two, rules.age_with_two, year, month, readings)
    return Family(
        several,
        (
            (codes.FEWER_THAN_TWO_CHILDREN, readings.always & ~two & ~several),
            (codes.YOUNGEST_OVER_TEN, two & ~several & ~young_of_two),
            (codes.YOUNGEST_OVER_EIGHTEEN, several & ~young_of_three),
        ),
    )


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


def _counts_on(child: Child, span: int, readings: Readings) -> Claim:
    """Say where a child is hers on these days, in whole or in part."""
    here = child.present & span
    under_her = here & ~child.lost
    if not under_her:
        return NEVER
    claim = readings.always
    if child.foster:
        claim &= readings.literal(codes.PLAIN_FOSTER_CARE)
    if child.without_tax_code:
        claim &= readings.literal(codes.CHILD_WITHOUT_TAX_CODE)
    if under_her != here:
        claim &= readings.literal(codes.RESPONSIBILITY_MID_MONTH)
    return claim


def _helps_to_reach(size: int, child: Child, readings: Readings) -> Claim:
    """Say where a child helps to reach a class (3 stands for more).

    A death takes nothing away from the class the child had helped to reach; whether a child who was dead by then
    helps to reach one is an officer's question.
    """
    if not child.died_on or child.reached >= size:
        return readings.always
    return readings.literal(codes.CHILD_DIED_BEFORE)


def _young_enough(
    counted: Iterable[tuple[Child, Claim]], limit: int, year: int, month: int, readings: Readings
) -> Claim:
    """Say where some child is young enough, which is where the youngest is."""
    young = NEVER
    for child, claim in counted:
        young |= claim & _is_due_at_age(child.birth, limit, year, month, readings)
    return young


def _is_due_at_age(birth: date, limit: int, year: int, month: int, readings: Readings) -> Claim:
    """Say where the month is not after that of the birthday; one of 29 February is in February (art. 2963 c.c.)."""
    if (birth.year, birth.month, birth.day) == (year - limit, 1, 1):
        return readings.literal(codes.BIRTHDAY_ON_1_JANUARY) if month == 1 else NEVER
    return readings.always if (year, month) <= (birth.year + limit, birth.month) else NEVER
