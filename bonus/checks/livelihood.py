"""Checks of the sections about what she lives on: work, income and payment."""

from collections.abc import Container
from datetime import date

from bonus.checks.fields import Found, check_choice, check_months, check_stretch, error, warning
from bonus.iban import Flaw, read_iban
from bonus.typed import Object, cents, objects, text
from bonus.vocabulary import BY_ACTIVE_MONTHS, Category, Method, Suspension
from core.domain.problem import Problem


def check_work(section: Object, today: date) -> list[Problem]:
    """Check each period of work. Having none, or none that counts, is a decision and not a problem."""
    del today  # work after today is a declared forecast, and counts
    found: Found = []
    periods = section.get("periods")
    if periods is None:
        error(found, "required", "/periods")
    elif not periods:
        warning(found, "no-work-declared", "/periods")
    for index, period in enumerate(objects(periods)):
        _check_period(period, f"/periods/{index}", found)
    return found


def check_income(section: Object, today: date) -> list[Problem]:
    """Check both sums of the year. One of them left blank is taken as zero; both is no declaration."""
    del today
    found: Found = []
    given = [name for name in ("employment", "self_employment") if text(section.get(name))]
    for name in ("employment", "self_employment"):
        if name in given:
            if cents(section.get(name)) is None:
                error(found, "money-format", f"/{name}")
        elif given:
            warning(found, "income-taken-as-zero", f"/{name}")
        else:
            error(found, "required", f"/{name}")
    return found


def check_payment(section: Object, today: date) -> list[Problem]:
    """Check how she wants to be paid; whose account it is, the bank says after a grant."""
    del today
    found: Found = []
    if check_choice(section, "method", "", Method, found) == Method.IBAN:
        written = text(section.get("iban"))
        flaw = read_iban(written) if written else None
        if not written:
            error(found, "required", "/iban")
        elif flaw is Flaw.NOT_SEPA:
            error(found, "iban-not-sepa", "/iban")
        elif flaw is Flaw.MISTYPED:
            error(found, "iban-check", "/iban")
    return found


def _check_period(period: Object, place: str, found: Found) -> None:
    category = check_choice(period, "category", place, Category, found)
    start, end = check_stretch(period, place, found)
    if category in BY_ACTIVE_MONTHS:
        _check_active_months(period, place, start, end, found)
    if period.get("availability_months"):
        check_months(period["availability_months"], f"{place}/availability_months", found)
    for index, suspension in enumerate(objects(period.get("suspensions"))):
        _check_suspension(suspension, f"{place}/suspensions/{index}", start, end, found)


def _check_active_months(period: Object, place: str, start: date | None, end: date | None, found: Found) -> None:
    """Check the months worked: an empty list says "none", no list at all says nothing."""
    if period.get("active_months") is None:
        error(found, "required", f"{place}/active_months")
    else:
        within = _months_between(start, end)
        check_months(period["active_months"], f"{place}/active_months", found, within=within)


def _check_suspension(suspension: Object, place: str, start: date | None, end: date | None, found: Found) -> None:
    check_choice(suspension, "kind", place, Suspension, found)
    first, last = check_stretch(suspension, place, found)
    if (first and end and first > end) or (start and last and last < start):
        warning(found, "outside-period", place)


def _months_between(start: date | None, end: date | None) -> Container[int]:
    """Return the months a period can have touched, when both its ends lie in one year; else all."""
    if start and end and start.year == end.year:
        return range(start.month, end.month + 1)
    return range(1, 13)
