"""Requirement B, work, on some days, and requirement C, the income of the year."""

from collections.abc import Iterable, Sequence

from bonus import codes
from bonus.facts import Facts, Period
from bonus.readings import NEVER, Claim, Readings
from bonus.rules import Rules
from bonus.vocabulary import Category

_ON_CALL = {Category.ON_CALL_PERMANENT, Category.ON_CALL_FIXED_TERM}

#: What is said of a month in which several periods fail, the most telling first.
_TELLING = (codes.SUSPENDED_WITHOUT_PAY, codes.NO_DAY_WORKED, codes.WORK_NOT_COUNTED)


def work_flaws(
    periods: Sequence[Period], span: int, month: int, several: Claim, readings: Readings, rules: Rules
) -> tuple[tuple[str, Claim], ...]:
    """Return why, and where, the work on the days `span` of a month gives no right; `several` is where she has three.

    One useful day is enough. With three children or more a permanent relation, even in part of the month, takes the
    right away whatever else she does: such mothers have the contribution relief instead (circ. INPS 139/2025).
    """
    here = [period for period in periods if period.lasts & span]
    flaws = [_flaw_of(period, span, month, readings, rules) for period in here]
    useless = readings.always
    for _, claim in flaws:
        useless &= claim
    excluded = several & _is_excluding(here, useless, readings, rules)
    found = {reason for reason, _ in flaws}
    told = next((reason for reason in _TELLING if reason in found), codes.NO_USEFUL_WORK)
    return (told, useless & ~excluded), (codes.PERMANENT_WITH_THREE_CHILDREN, excluded)


def income_flaw(facts: Facts, readings: Readings, rules: Rules) -> Claim:
    """Return where the income of the year is over the limit, which is included."""

    def over(total: int) -> Claim:
        return readings.always if total > rules.income_limit_cents else NEVER

    left_out = readings.literal(codes.FLAT_RATE_INCOME) if facts.flat_rate else NEVER
    return (over(facts.employment_cents) & left_out) | (
        over(facts.employment_cents + facts.self_employment_cents) & ~left_out
    )


def doubts_about(facts: Facts) -> set[str]:
    """Return the flags that her work and income could raise."""
    doubts = set(_doubts_about_periods(facts.periods))
    if facts.flat_rate:
        doubts.add(codes.FLAT_RATE_INCOME)
    return doubts


def _is_excluding(here: Sequence[Period], useless: Claim, readings: Readings, rules: Rules) -> Claim:
    """Say where a permanent relation excludes a mother of three; domestic work, only beside work that is useful."""
    if any(rules.work[period.category].permanent for period in here):
        return readings.always
    if any(period.category is Category.DOMESTIC_PERMANENT for period in here):
        return readings.always & ~useless & ~readings.literal(codes.PERMANENT_DOMESTIC_WORK)
    return NEVER


def _flaw_of(period: Period, span: int, month: int, readings: Readings, rules: Rules) -> tuple[str, Claim]:
    """Return why one period gives no useful day, and where."""
    if not rules.work[period.category].counts:
        return codes.WORK_NOT_COUNTED, readings.always
    if not period.useful & span:
        return codes.SUSPENDED_WITHOUT_PAY, readings.always
    if period.active is None or month in period.active:
        return codes.NO_DAY_WORKED, NEVER
    worked = NEVER
    if _is_available(period, month):
        worked |= readings.literal(codes.AVAILABILITY_PAY_ONLY)
    if _is_listed(period):
        worked |= readings.literal(codes.AGRICULTURAL_LIST_WITHOUT_DAYS)
    return codes.NO_DAY_WORKED, readings.always & ~worked


def _doubts_about_periods(periods: Iterable[Period]) -> Iterable[str]:
    for period in periods:
        if any(_is_available(period, month) for month in period.available):
            yield codes.AVAILABILITY_PAY_ONLY
        if _is_listed(period):
            yield codes.AGRICULTURAL_LIST_WITHOUT_DAYS
        if period.category is Category.DOMESTIC_PERMANENT:
            yield codes.PERMANENT_DOMESTIC_WORK


def _is_available(period: Period, month: int) -> bool:
    return period.category in _ON_CALL and month in period.available


def _is_listed(period: Period) -> bool:
    return period.listed and period.category is Category.AGRICULTURAL_FIXED_TERM
