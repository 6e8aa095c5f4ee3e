"""retry_after: when a registry says it may be asked again."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

MOST_DIGITS = 9  # 31 years of seconds


def retry_after(field: str | None, now: datetime, at_most: timedelta) -> timedelta | None:
    """Read a Retry-After field; None where there is none, or none that can be read.

    `field`: seconds or an HTTP-date. `now`: machine time, aware. Result: 0 <= wait <= `at_most`; a date that has
    passed is no wait. Source: RFC 9110, section 10.2.3.
    """
    text = (field or "").strip()
    wait = _seconds(text) if text.isascii() and text.isdigit() else _until(text, now)
    return None if wait is None else min(max(wait, timedelta()), at_most)


def _seconds(digits: str) -> timedelta:
    return timedelta(seconds=int(digits)) if len(digits) <= MOST_DIGITS else timedelta.max


def _until(date: str, now: datetime) -> timedelta | None:
    try:
        at = parsedate_to_datetime(date)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
