"""Typing habits: dates and sums the way people write them here, turned into what the form holds, and back."""

import re

_MONTHS = ("gen", "feb", "mar", "apr", "mag", "giu", "lug", "ago", "set", "ott", "nov", "dic")
# Spaces are taken once and never given back (`*+`): tried again at every other place, a few thousand of them in one
# field would hold the loop, and everybody who waits at it, for hours.
_BETWEEN = r"(?:\s*+[/.\-]\s*+|\s++)"
_MONTH = rf"\d{{1,2}}|(?:{'|'.join(_MONTHS)})[a-z]*+"
_day_first = re.compile(
    rf"\s*+(\d{{1,2}}){_BETWEEN}({_MONTH}){_BETWEEN}(\d{{4}}|\d{{2}})\s*+", re.ASCII | re.IGNORECASE
).fullmatch
_digits_only = re.compile(r"\s*+(\d{2})(\d{2})(\d{4}|\d{2})\s*+", re.ASCII).fullmatch
_LAST_OF_THIS_CENTURY = 49  # of years written with two digits; whoever is spoken of here was born after 1949
_held_date = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII).fullmatch
_thousands = re.compile(
    r"\s*+(?:€\s*+)?(\d{1,3}(?:[.\s]\d{3})*|\d+)(?:,(\d{1,2}))?\s*+(?:€|euro)?\s*+", re.ASCII | re.IGNORECASE
).fullmatch
_held_sum = re.compile(r"(\d+)(?:\.(\d{1,2}))?", re.ASCII).fullmatch


def date_held(typed: str) -> str:
    """Return a day written "1/5/18", "01052018" or "1 maggio 2018" as "2018-05-01"; anything else as it is."""
    found = _day_first(typed) or _digits_only(typed)
    return f"{_year(found[3])}-{_month(found[2])}-{found[1].zfill(2)}" if found else typed


def _year(written: str) -> str:
    if len(written) == 4:
        return written
    return f"20{written}" if int(written) <= _LAST_OF_THIS_CENTURY else f"19{written}"


def _month(written: str) -> str:
    return written.zfill(2) if written.isdigit() else f"{1 + _MONTHS.index(written[:3].lower()):02}"


def date_shown(held: str) -> str:
    """Return "2018-05-01" as "01/05/2018"; anything else as it is."""
    found = _held_date(held)
    return f"{found[3]}/{found[2]}/{found[1]}" if found else held


def sum_held(typed: str) -> str:
    """Return a sum written "28.000,50", "28 000" or "28000,5" as "28000.50"; anything else as it is."""
    found = _thousands(typed)
    if not found:
        return typed
    whole = re.sub(r"[.\s]", "", found[1])
    return f"{whole}.{found[2].ljust(2, '0')}" if found[2] else whole


def sum_shown(held: str) -> str:
    """Return "28000.50" as "28000,50"; anything else as it is."""
    found = _held_sum(held)
    return (f"{found[1]},{found[2]}" if found[2] else found[1]) if found else held


def sum_read(held: str) -> str:
    """Return "28000.50" as "28.000,50", to be read; anything else as it is."""
    if not _held_sum(held):
        return held
    whole, comma, cents = sum_shown(held).partition(",")
    first = len(whole) % 3
    groups = [whole[:first], *(whole[place : place + 3] for place in range(first, len(whole), 3))]
    return ".".join(filter(None, groups)) + comma + cents
