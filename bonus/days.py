"""Days of one year as the bits of an integer, so that "worked but not on leave" is `worked & ~leave`."""

from datetime import date
from functools import cache


def days(year: int, start: date | None = None, end: date | None = None) -> int:
    """Return the days of `year` from `start` to `end`, both included; None is open. Bit 0 is 1 January."""
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    begin = max(start.toordinal(), first) if start else first
    finish = min(end.toordinal(), last) if end else last
    return ((1 << (finish - begin + 1)) - 1) << (begin - first) if begin <= finish else 0


@cache
def month_spans(year: int, until: date | None = None) -> tuple[int, ...]:
    """Return the days of each of the twelve months, cut after `until` where that is given."""
    cut = days(year, end=until)
    starts = [date(year, month, 1) for month in range(1, 13)] + [date(year + 1, 1, 1)]
    return tuple(days(year, starts[month]) & ~days(year, starts[month + 1]) & cut for month in range(12))
