"""The checks that several sections share: something is there, is a day, is one of the choices, is a list of months."""

from collections.abc import Container
from datetime import date
from enum import StrEnum

from bonus.typed import Object, choice, day, objects, text
from bonus.vocabulary import written
from core.domain.problem import Problem, Severity

#: Days outside these years are slips of the finger.
_FIRST_YEAR, _LAST_YEAR = 1900, 2100

Found = list[Problem]


def error(found: Found, code: str, pointer: str) -> None:
    """Add a problem that keeps a filed application waiting for her."""
    found.append(Problem(code, pointer))


def warning(found: Found, code: str, pointer: str) -> None:
    """Add a problem she is told about, and nothing more."""
    found.append(Problem(code, pointer, Severity.WARNING))


def check_text(holder: Object, name: str, place: str, found: Found) -> str:
    """Return the text of a field that must be filled in."""
    filled_in = text(holder.get(name))
    if not filled_in:
        error(found, "required", f"{place}/{name}")
    return filled_in


def check_choice(holder: Object, name: str, place: str, choices: type[StrEnum], found: Found) -> str:
    """Return what is chosen among `choices`; '' when nothing is, or something else."""
    chosen = choice(holder.get(name))
    if chosen in written(choices):
        return chosen
    error(found, "unknown-choice" if chosen else "required", f"{place}/{name}")
    return ""


def check_day(holder: Object, name: str, place: str, found: Found, *, required: bool = False) -> date | None:
    """Return the day of a field; None when it is blank or no day of a human life."""
    value = holder.get(name)
    found_day = day(value)
    if found_day is None:
        if text(value):
            error(found, "date-invalid", f"{place}/{name}")
        elif required:
            error(found, "required", f"{place}/{name}")
    elif not _FIRST_YEAR <= found_day.year <= _LAST_YEAR:
        error(found, "date-implausible", f"{place}/{name}")
        return None
    return found_day


def check_stretch(holder: Object, place: str, found: Found) -> tuple[date | None, date | None]:
    """Return the start, which is required, and the end, which may be open, of a stretch of days."""
    start = check_day(holder, "start", place, found, required=True)
    end = check_day(holder, "end", place, found)
    if start and end and end < start:
        error(found, "period-reversed", f"{place}/end")
    return start, end


def check_stretches(holder: Object, name: str, place: str, found: Found) -> None:
    """Check a list of nothing but stretches."""
    listed = holder.get(name)
    if listed:
        for index, stretch in enumerate(objects(listed)):
            check_stretch(stretch, f"{place}/{name}/{index}", found)


def check_months(months: object, place: str, found: Found, *, within: Container[int] = range(1, 13)) -> None:
    """Check that each month is one of the twelve, named once, and of those `within` which it makes sense."""
    seen: set[int] = set()
    for index, month in enumerate(months if isinstance(months, list) else ()):
        if not 1 <= month <= 12:
            error(found, "month-out-of-range", f"{place}/{index}")
        elif month in seen:
            warning(found, "month-repeated", f"{place}/{index}")
        elif month not in within:
            warning(found, "month-outside-period", f"{place}/{index}")
        seen.add(month)
