"""The calendar: windows, what is late, what is supplementary, and where 9 December comes from."""

from datetime import date, datetime, timedelta

import pytest

from bonus.calendar import deadline, easter, holidays
from bonus.programme import BONUS_MAMME_2025, BONUS_MAMME_2026
from core.clock import ROME
from tests.unit.bonus.applications import (
    LATE,
    YEAR_ROUND,
    A,
    B,
    a_child,
    a_period,
    a_suspension,
    an_application,
    due,
    flags,
    judged,
    months_due,
    reasons,
)

AFTER_EVERY_WINDOW = datetime(2026, 2, 1, tzinfo=ROME)


def test_forty_days_from_the_circular_end_on_9_december() -> None:
    """7 December 2025 is a Sunday, the 8th a holiday."""
    last = deadline(date(2025, 10, 28), timedelta(days=40))

    assert last == date(2025, 12, 9)
    assert last == BONUS_MAMME_2025.requirements_by


def test_a_term_that_ends_on_a_saturday_stays() -> None:
    """31 January 2026 is one."""
    assert deadline(date(2026, 1, 30), timedelta(days=1)) == date(2026, 1, 31)


def test_a_term_never_ends_on_easter_monday() -> None:
    """Holidays that move are holidays too."""
    assert easter(2026) == date(2026, 4, 5)
    assert deadline(date(2026, 4, 4), timedelta(days=1)) == date(2026, 4, 7)


def test_a_deadline_moves_to_the_very_next_working_day():
    """30 November 2025 is a Sunday, and the Monday after it is none of the holidays."""
    assert deadline(date(2025, 11, 29), timedelta(days=1)) == date(2025, 12, 1)


def test_the_holidays_of_a_year_are_these():
    """Twelve of the whole country, Sundays of Easter and others included; from 2026 Saint Francis too."""
    told = "01-01 01-06 04-20 04-21 04-25 05-01 06-02 08-15 11-01 12-08 12-25 12-26"

    assert holidays(2025) == {date.fromisoformat(f"2025-{day}") for day in told.split()}
    assert date(2026, 10, 4) in holidays(2026)
    assert 13 == len(holidays(2026))


def test_saint_francis_is_a_holiday_from_2026() -> None:
    """L. 151/2025."""
    assert date(2025, 10, 4) not in holidays(2025)
    assert date(2026, 10, 4) in holidays(2026)


@pytest.mark.parametrize(
    ("instant", "window"),
    [
        ("2025-10-28T00:00:00+01:00", "ordinary"),
        ("2025-12-09T23:59:59.999999+01:00", "ordinary"),
        ("2025-12-09T22:59:59.999999+00:00", "ordinary"),
        ("2025-12-10T00:00:00+01:00", "late"),
        ("2025-12-09T23:00:00+00:00", "late"),
        ("2026-01-31T23:59:59.999999+01:00", "late"),
        ("2026-02-01T00:00:00+01:00", None),
        ("2026-01-31T23:00:00+00:00", None),
    ],
)
def test_windows_are_half_open_in_the_time_of_rome(instant: str, window: str | None) -> None:
    """Whatever zone the instant is written in."""
    assert BONUS_MAMME_2025.window_at(datetime.fromisoformat(instant)) == window


def test_a_supposed_calendar_opens_nothing() -> None:
    """Nobody can apply for 2026 yet."""
    assert not BONUS_MAMME_2026.accepts_drafts


def test_a_late_application_is_refused_month_by_month() -> None:
    """Every requested month gets the reason, the others were not asked for."""
    assessment = judged(an_application(months=[1, 2, 12]), LATE)

    assert assessment.outcome == "refused"
    assert [reasons(assessment, month) for month in (1, 2, 12)] == [("late",)] * 3
    assert reasons(assessment, 3) == ("not-requested",)
    assert assessment.amount_cents == 0


def test_an_application_after_every_window_is_late() -> None:
    """Even with requirements met in December."""
    assessment = judged(an_application(["2018-05-01", "2025-12-15"]), AFTER_EVERY_WINDOW)

    assert {verdict.reasons for verdict in assessment.months} == {("late",)}


def test_a_birth_after_9_december_is_in_time_in_the_late_window() -> None:
    """Born on the 10th: December is due, the months before have their own reason."""
    application = an_application(["2018-05-01", "2025-12-10"])

    assessment = judged(application, LATE)

    assert months_due(assessment) == [12]
    assert assessment.outcome == "granted_in_part"
    assert reasons(assessment, 11) == ("fewer-than-two-children",)


def test_a_birth_on_9_december_had_to_be_filed_that_day() -> None:
    """The last day of the ordinary window."""
    assert due(["2018-05-01", "2025-12-09"], at=LATE) == []
    assert due(["2018-05-01", "2025-12-09"]) == [12]


def test_work_begun_after_9_december_is_in_time_in_the_late_window() -> None:
    """The requirements are all met only then."""
    assert due(A, [a_period("employee_fixed_term", "2025-12-10")], at=LATE) == [12]


def test_work_begun_again_after_9_december_is_late() -> None:
    """The requirements had been met in March."""
    periods = [
        a_period("employee_fixed_term", "2025-03-01", "2025-03-31"),
        a_period("employee_fixed_term", "2025-12-10"),
    ]

    assert due(A, periods, at=LATE) == []


def test_a_child_adopted_after_9_december_is_in_time_in_the_late_window() -> None:
    """Entered on the 20th."""
    child = a_child("2019-03-03", link="adopted", entered_family_on="2025-12-20")

    assert due(["2018-05-01", child], at=LATE) == [12]


def test_a_leave_that_ends_after_9_december_opens_the_late_window() -> None:
    """No useful day of the year before the 15th."""
    leave = a_suspension("unpaid_leave", "2024-06-01", "2025-12-14")

    assert due(A, [a_period("employee_permanent", "2020-01-01", suspensions=[leave])], at=LATE) == [12]


def test_permanent_work_that_ends_after_9_december_gives_nothing_late_either() -> None:
    """December still has a permanent day in it, and this is what she is told."""
    periods = [a_period("employee_permanent", "2020-01-01", "2025-12-11"), a_period("self_employed", "2025-12-12")]

    assert reasons(judged(an_application(B, periods), LATE), 12) == ("permanent-with-three-children",)


def test_who_never_met_the_requirements_is_not_told_that_she_is_late() -> None:
    """One child: the reason is that one."""
    assert reasons(judged(an_application(["2018-05-01"]), LATE), 1) == ("fewer-than-two-children",)


def test_a_supplementary_application_is_in_time_in_the_late_window() -> None:
    """It adds months to an ordinary one."""
    already = frozenset(range(1, 10))

    assessment = judged(an_application(months=[10, 11, 12]), LATE, supplementary=True, already_requested=already)

    assert months_due(assessment) == [10, 11, 12]
    assert assessment.outcome == "granted"
    assert reasons(assessment, 1) == ("not-requested",)


def test_a_month_asked_before_is_not_given_again() -> None:
    """Granted or refused then, it has had its answer."""
    already = frozenset(range(1, 10))

    assessment = judged(an_application(months=YEAR_ROUND), LATE, supplementary=True, already_requested=already)

    assert months_due(assessment) == [10, 11, 12]
    assert assessment.outcome == "granted_in_part"
    assert reasons(assessment, 9) == ("already-requested",)
    assert assessment.amount_cents == 120_00


def test_a_supplementary_application_of_old_months_only_is_refused() -> None:
    """There is nothing left to give."""
    assessment = judged(an_application(months=[1]), LATE, supplementary=True, already_requested=frozenset({1}))

    assert assessment.outcome == "refused"


def test_a_supplementary_application_after_every_window_is_late() -> None:
    """The late window is its window, and a certificate only excuses a first application."""
    documents = {"documents": [{"kind": "attempt_certificate"}]}

    assessment = judged(an_application(months=[12], attachments=documents), AFTER_EVERY_WINDOW, supplementary=True)

    assert reasons(assessment, 12) == ("late",)


def test_a_certificate_of_an_attempt_sends_a_late_application_to_an_officer() -> None:
    """She had tried before the end."""
    documents = {"documents": [{"kind": "attempt_certificate"}]}

    assessment = judged(an_application(months=[1, 2], attachments=documents), LATE)

    assert flags(assessment) == {"late-with-attempt-certificate": (1, 2)}
    assert reasons(assessment, 1) == ("officer-decides",)


def test_a_certificate_changes_nothing_for_who_has_no_right() -> None:
    """Late or not, one child is one child; and in time it is not needed."""
    documents = {"documents": [{"kind": "attempt_certificate"}]}

    assert judged(an_application(["2018-05-01"], attachments=documents), LATE).flags == ()
    assert judged(an_application(attachments=documents)).flags == ()


@pytest.mark.parametrize(("ruling", "months"), [(True, [1, 2]), (False, [])])
def test_an_officer_rules_on_the_attempt(ruling: bool, months: list[int]) -> None:
    """In time, or late after all."""
    documents = {"documents": [{"kind": "attempt_certificate"}]}
    rulings = {"late-with-attempt-certificate": ruling}

    assessment = judged(an_application(months=[1, 2], attachments=documents), LATE, rulings=rulings)

    assert assessment.flags == ()
    assert months_due(assessment) == months
    assert ruling or reasons(assessment, 1) == ("late",)
