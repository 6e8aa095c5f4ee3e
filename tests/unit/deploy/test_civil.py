"""The civil date of a rehearsal: inside a filing window, unless today is."""

from datetime import UTC, date, datetime, timedelta

import pytest

from deploy.local import civil


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        (datetime(2025, 10, 27, 22, 59, 59, tzinfo=UTC), civil.REHEARSAL),
        (datetime(2025, 10, 27, 23, 0, tzinfo=UTC), None),
        (datetime(2026, 1, 31, 22, 59, 59, tzinfo=UTC), None),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), civil.REHEARSAL),
        (datetime(2031, 6, 1, tzinfo=UTC), civil.REHEARSAL),
    ],
)
def test_a_date_is_asked_for_outside_the_windows_only(now: datetime, asked: str | None) -> None:
    """The windows end and begin at midnight in Rome."""
    assert civil.asked_for({}, now, development=True).get("APPRODO_CIVIL_NOW") == asked


def test_the_date_that_is_set_is_kept() -> None:
    """Whoever sets a date gets it."""
    theirs = {"APPRODO_CIVIL_NOW": "2026-01-31T23:59:00+01:00"}

    assert civil.asked_for(theirs, datetime(2031, 6, 1, tzinfo=UTC), development=True) == theirs


def test_production_has_no_rehearsal() -> None:
    """Nothing but the real date is ever asked for in production."""
    assert civil.asked_for({}, datetime(2031, 6, 1, tzinfo=UTC), development=False) == {}


def test_the_day_is_that_of_rome() -> None:
    """Half past midnight in Rome is the day before in UTC, and not for the people there."""
    read = civil.read('{"civil_offset_seconds": 1.0, "civil_now": "2026-01-30T23:30:00+00:00"}')

    assert read.in_rome == date(2026, 1, 31)


def test_the_rehearsal_lies_in_a_window() -> None:
    """It is a day on which one can file in time."""
    assert civil.OPENS < datetime.fromisoformat(civil.REHEARSAL) < civil.CLOSES


def test_what_the_migrations_say_is_understood() -> None:
    """An offset that is not zero is a date that is set."""
    shifted = civil.read('{"civil_offset_seconds": -31536000.5, "civil_now": "2025-11-20T08:00:00+00:00"}')

    assert shifted.is_set
    assert shifted.offset_seconds == -timedelta(days=365, seconds=0.5).total_seconds()
    assert not civil.read('{"civil_offset_seconds": 0.0, "civil_now": "2025-11-20T08:00:00+00:00"}').is_set
