"""When a registry says it may be asked again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workers.registries.retry_after import retry_after

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        ("0", 0),
        ("90", 90),
        (" 90 ", 90),
        ("3601", 3600),
        ("9" * 5000, 3600),
        ("Thu, 20 Nov 2025 08:01:30 GMT", 90),
        ("Thursday, 20-Nov-25 08:01:30 GMT", 90),
        ("Thu Nov 20 08:01:30 2025", 90),
        ("Thu, 20 Nov 2025 07:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", 3600),
    ],
)
def test_seconds_and_dates_are_read_and_bounded(field, seconds):
    """RFC 9110, section 10.2.3, with the three forms of an HTTP-date."""
    assert retry_after(field, NOW, HOUR) == timedelta(seconds=seconds)


@pytest.mark.parametrize("field", [None, "", "soon", "-5", "1.5", "٣", "1e3", "Thu, 99 Nov 2025 08:00:00 GMT"])
def test_what_cannot_be_read_is_not_guessed(field):
    """Our own backoff decides then."""
    assert retry_after(field, NOW, HOUR) is None


@given(st.text(max_size=60))
def test_no_field_makes_it_fail_or_leave_its_bounds(field):
    """It is read from the wire."""
    wait = retry_after(field, NOW, HOUR)

    assert wait is None or timedelta() <= wait <= HOUR
