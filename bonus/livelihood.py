"""Requirement B, work, on some days, and requirement C, the income of the year."""

from collections.abc import Iterable, Sequence

from bonus import codes
from bonus.facts import Facts, Period
from bonus.family import Readings
from bonus.rules import Rules
from bonus.vocabulary import Category

_ON_CALL = {Category.ON_CALL_PERMANENT, Category.ON_CALL_FIXED_TERM}

#: What is said of a month in which several periods fail, the most telling first.
_TELLING = (codes.SUSPENDED_WITHOUT_PAY, codes.NO_DAY_WORKED, codes.WORK_NOT_COUNTED)


def work_flaw(
    periods: Sequence[Period], span: int, month: int, readings: Readings, rules: Rules, *, several: bool
) -> str | None:
    """Return why the work on the days `span` of a month gives no right, or None when it does.

    One useful day is enough. With three children or more a permanent relation, even in part of the month, takes the
    right away whatever else she does: such mothers have the contribution relief instead (circ. INPS 139/2025).
    """
    here = [period for period in periods if period.lasts & span]
    if several and any(rules.work[period.category].permanent for period in here):
        return codes.PERMANENT_WITH_THREE_CHILDREN
    flaws = {_flaw_of(period, span, month, readings, rules) for period in here}
    if None not in flaws:
        return next((flaw for flaw in _TELLING if flaw in flaws), codes.NO_USEFUL_WORK)
    if several and codes.PERMANENT_DOMESTIC_WORK not in readings and _any_permanent_domestic(here):
        return codes.PERMANENT_WITH_THREE_CHILDREN
    return None


def income_flaw(facts: Facts, readings: Readings, rules: Rules) -> str | None:
    """Return why the income of the year gives no right, or None up to the limit, which is included."""
    left_out = facts.flat_rate and codes.FLAT_RATE_INCOME in readings
    total = facts.employment_cents + (0 if left_out else facts.self_employment_cents)
    return codes.INCOME_OVER_LIMIT if total > rules.income_limit_cents else None


def doubts_about(facts: Facts) -> set[str]:
    """Return the flags that her work and income could raise."""
    doubts = set(_doubts_about_periods(facts.periods))
    if facts.flat_rate:
        doubts.add(codes.FLAT_RATE_INCOME)
    return doubts


def _flaw_of(period: Period, span: int, month: int, readings: Readings, rules: Rules) -> str | None:
    """Return why one period gives no useful day, or None when it does."""
    if not rules.work[period.category].counts:
        return codes.WORK_NOT_COUNTED
    if not period.useful & span:
        return codes.SUSPENDED_WITHOUT_PAY
    if period.active is None or month in period.active:
        return None
    if _is_available(period, month) and codes.AVAILABILITY_PAY_ONLY in readings:
        return None
    if _is_listed(period) and codes.AGRICULTURAL_LIST_WITHOUT_DAYS in readings:
        return None
    return codes.NO_DAY_WORKED


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


def _any_permanent_domestic(periods: Iterable[Period]) -> bool:
    return any(period.category is Category.DOMESTIC_PERMANENT for period in periods)
