"""The calendar of deadlines: Italian public holidays, and the working day a deadline moves to.

The dates of a programme are fixed in its data (`bonus.programme`); this says where they come from.
"""

from datetime import date, timedelta
from functools import cache


def deadline(published: date, term: timedelta) -> date:
    """Return the last day of a term that starts on the day after `published`.

    A last day that is a Sunday or a public holiday moves to the next day that is neither; a Saturday stays
    (art. 2963 c.c.).
    """
    last = published + term
    while last.weekday() == 6 or last in holidays(last.year):
        last += timedelta(days=1)
    return last


@cache
def holidays(year: int) -> frozenset[date]:
    """Return the public holidays of the whole country (L. 260/1949; L. 151/2025 adds 4 October from 2026)."""
    fixed = [(1, 1), (1, 6), (4, 25), (5, 1), (6, 2), (8, 15), (11, 1), (12, 8), (12, 25), (12, 26)]
    if year >= 2026:
        fixed.append((10, 4))
    sunday = easter(year)
    return frozenset({date(year, month, day) for month, day in fixed} | {sunday, sunday + timedelta(days=1)})


def easter(year: int) -> date:
    """Return Easter Sunday (the anonymous Gregorian computus, Nature 13, 1876, p. 487)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    g = (b - f + 1) // 3
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1)
