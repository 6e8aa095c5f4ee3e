"""What is typed, read as what is meant: trimmed text, choices, days, cents and months. Nothing here ever raises."""

import re
from collections.abc import Mapping
from datetime import date

_money = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,2}))?", re.ASCII).fullmatch

Object = Mapping[str, object]


def text(value: object) -> str:
    """Return what is typed without the spaces around it; '' for null and for anything that is no text."""
    return value.strip() if isinstance(value, str) else ""


def choice(value: object) -> str:
    """Return what is chosen, in small letters."""
    return text(value).lower()


def day(value: object) -> date | None:
    """Return the day written as YYYY-MM-DD (ISO 8601, extended format only), or None when there is no such day."""
    written = text(value)
    if len(written) != 10 or written[4] != "-" or written[7] != "-":
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def cents(value: object) -> int | None:
    """Return a sum written as "28000", "28000.5" or "28000.00" in cents; None for any other writing."""
    parts = _money(text(value))
    return int(parts[1]) * 100 + int((parts[2] or "").ljust(2, "0")) if parts else None


def months(value: object) -> frozenset[int]:
    """Return the months 1..12 of a list of numbers; what is no month is left out."""
    if not isinstance(value, list):
        return frozenset()
    return frozenset(month for month in value if type(month) is int and 1 <= month <= 12)


def objects(value: object) -> list[Object]:
    """Return the objects of a list; an empty list where there is none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def section(sections: Mapping[str, Object], name: str) -> Object:
    """Return a section's content; empty where it was never saved."""
    return sections.get(name) or {}
