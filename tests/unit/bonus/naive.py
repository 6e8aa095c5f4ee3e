"""The rules told a second time, day by day and slowly: what the bits of `bonus` are compared with."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

COUNTS = {
    "employee_fixed_term", "agency_fixed_term", "on_call_fixed_term", "agricultural_fixed_term", "self_employed",
    "professional_fund", "separate_fund", "employee_permanent", "apprentice", "agency_permanent", "on_call_permanent",
}  # fmt: skip
PERMANENT = {"employee_permanent", "apprentice", "agency_permanent", "on_call_permanent"}
BY_MONTH = {"on_call_fixed_term", "on_call_permanent", "agricultural_fixed_term", "separate_fund"}
UNPAID = {"unpaid_leave", "disciplinary", "elected_office", "cyclic_part_time_idle"}


def months_due(application: Any) -> list[int]:
    """The requested months of 2025 due to an application in time that raises no flag."""
    income = application["income"]
    if float(income["employment"]) + float(income["self_employment"]) > 40_000:
        return []
    children, periods = application["children"]["children"], application["work"]["periods"]
    return [month for month in application["declarations"]["requested_months"] if is_due(month, children, periods)]


def is_due(month: int, children: Any, periods: Any) -> bool:
    mine = [child for child in children if any(is_mine(child, day) for day in days_of(month))]
    if len(mine) < 2:
        return False
    youngest = max(date.fromisoformat(child["birth_date"]) for child in mine)
    limit = 18 if len(mine) >= 3 else 10
    if (2025 - youngest.year, month - youngest.month) > (limit, 0):
        return False
    if len(mine) >= 3 and any(p["category"] in PERMANENT and holds(p, day) for p in periods for day in days_of(month)):
        return False
    return any(is_useful(period, day) for period in periods for day in days_of(month))


def is_mine(child: Any, day: date) -> bool:
    since = child["entered_family_on"] or child["birth_date"]
    return date.fromisoformat(since) <= day and not any(holds(lost, day) for lost in child["responsibility_lost"])


def is_useful(period: Any, day: date) -> bool:
    if period["category"] not in COUNTS or not holds(period, day):
        return False
    if period["category"] in BY_MONTH and day.month not in period["active_months"]:
        return False
    kinds = {suspension["kind"] for suspension in period["suspensions"] if holds(suspension, day)}
    return not kinds & UNPAID or bool(kinds - UNPAID)


def holds(stretch: Any, day: date) -> bool:
    return stretch["start"] <= day.isoformat() and (stretch["end"] is None or day.isoformat() <= stretch["end"])


def days_of(month: int) -> Iterator[date]:
    day = date(2025, month, 1)
    while day.month == month:
        yield day
        day += timedelta(days=1)
