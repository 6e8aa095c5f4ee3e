"""Requirement B: which work gives a useful day, month by month."""

import pytest

from tests.unit.bonus.applications import YEAR_ROUND, A, B, a_period, a_suspension, an_application, due, judged, reasons

USEFUL_FOR_BOTH = ["employee_fixed_term", "agency_fixed_term", "self_employed", "professional_fund"]
PERMANENT = ["employee_permanent", "apprentice", "agency_permanent"]
BY_MONTH = ["on_call_fixed_term", "agricultural_fixed_term", "separate_fund"]
NEVER = ["domestic_permanent", "domestic_fixed_term", "company_officer", "occasional"]
UNPAID = ["unpaid_leave", "disciplinary", "elected_office", "cyclic_part_time_idle"]
PAID = ["maternity", "parental_leave", "wage_fund", "child_sickness", "disability_leave"]


@pytest.mark.parametrize("category", [*USEFUL_FOR_BOTH, *PERMANENT])
def test_with_two_children_any_regular_work_counts(category: str) -> None:
    """Permanent or not."""
    assert due(A, category) == YEAR_ROUND


@pytest.mark.parametrize("category", USEFUL_FOR_BOTH)
def test_with_three_children_work_that_is_not_permanent_counts(category: str) -> None:
    """Fixed term, agency, self-employment, professional funds."""
    assert due(B, category) == YEAR_ROUND


@pytest.mark.parametrize("category", PERMANENT)
def test_with_three_children_permanent_work_takes_the_right_away(category: str) -> None:
    """Apprenticeship and permanent agency work are permanent too."""
    assert reasons(judged(an_application(B, category)), 1) == ("permanent-with-three-children",)


@pytest.mark.parametrize("category", [*BY_MONTH, "on_call_permanent"])
def test_work_without_a_fixed_rhythm_counts_in_its_active_months(category: str) -> None:
    """At least one day in the month."""
    assert due(A, [a_period(category, active_months=[2, 7])]) == [2, 7]


@pytest.mark.parametrize("category", BY_MONTH)
def test_work_without_a_fixed_rhythm_counts_with_three_children_too(category: str) -> None:
    """Unless it is permanent."""
    assert due(B, [a_period(category, active_months=[2, 7])]) == [2, 7]


def test_permanent_on_call_work_excludes_with_three_children_even_when_idle() -> None:
    """The relation exists in every month, worked or not."""
    assert due(B, [a_period("on_call_permanent", active_months=[])]) == []
    assert due(B, [a_period("on_call_permanent", active_months=[1]), a_period("self_employed")]) == []


def test_an_active_month_outside_its_period_is_not_worked() -> None:
    """The relation began in June."""
    assert due(A, [a_period("on_call_fixed_term", "2025-06-10", active_months=[5, 6, 7])]) == [6, 7]


def test_active_months_of_ordinary_work_say_nothing() -> None:
    """They are only asked of work without a rhythm."""
    assert due(A, [a_period("employee_fixed_term", active_months=[1])]) == YEAR_ROUND


@pytest.mark.parametrize("category", NEVER)
@pytest.mark.parametrize("children", [A, B])
def test_some_work_never_counts(category: str, children: tuple[str, ...]) -> None:
    """Domestic work, company offices, occasional work."""
    assert reasons(judged(an_application(children, category)), 1) == ("work-not-counted",)


def test_useful_work_beside_one_that_never_counts_is_enough() -> None:
    """Another useful relation still counts."""
    assert due(A, [a_period("domestic_permanent"), a_period("employee_fixed_term", "2025-05-31", "2025-06-01")]) == [
        5,
        6,
    ]


def test_without_work_no_month_is_due() -> None:
    """Not being entitled is a decision, with a reason."""
    assert reasons(judged(an_application(A, [])), 1) == ("no-useful-work",)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2025-01-31", "2025-02-01", [1, 2]),
        ("2019-01-01", None, YEAR_ROUND),
        ("2019-01-01", "2024-12-31", []),
        ("2019-01-01", "2025-01-01", [1]),
        ("2025-12-31", None, [12]),
        ("2026-01-01", None, []),
        ("2025-12-31", "2027-05-01", [12]),
        ("2025-02-28", "2025-02-28", [2]),
    ],
)
def test_one_day_in_a_month_is_enough(start: str, end: str | None, expected: list[int]) -> None:
    """And days outside the year are of no account."""
    assert due(A, [a_period("employee_permanent", start, end)]) == expected


@pytest.mark.parametrize("kind", UNPAID)
def test_a_whole_month_of_unpaid_suspension_is_lost(kind: str) -> None:
    """Out of a longer leave that crosses months, only the whole months are."""
    leave = a_suspension(kind, "2025-06-15", "2025-09-10")

    assert due(A, [a_period("employee_permanent", suspensions=[leave])]) == [1, 2, 3, 4, 5, 6, 9, 10, 11, 12]


@pytest.mark.parametrize("kind", PAID)
def test_a_paid_suspension_costs_nothing(kind: str) -> None:
    """Pay, indemnity or figurative contribution."""
    leave = a_suspension(kind, "2025-01-01", "2025-12-31")

    assert due(A, [a_period("employee_permanent", suspensions=[leave])]) == YEAR_ROUND


def test_a_month_suspended_but_for_its_last_day_counts() -> None:
    """A month only partly suspended still has worked days."""
    leave = a_suspension("unpaid_leave", "2025-07-01", "2025-07-30")

    assert due(A, [a_period("employee_permanent", suspensions=[leave])]) == YEAR_ROUND


def test_an_open_suspension_lasts_as_long_as_the_work() -> None:
    """No end given: to the end of the year."""
    leave = a_suspension("unpaid_leave", "2025-03-01")
    application = an_application(A, [a_period("employee_permanent", suspensions=[leave])])

    assert due(A, [a_period("employee_permanent", suspensions=[leave])]) == [1, 2]
    assert reasons(judged(application), 3) == ("suspended-without-pay",)


def test_several_suspensions_add_up() -> None:
    """Disciplinary to the 15th, unpaid from the 16th."""
    leaves = [
        a_suspension("disciplinary", "2025-04-01", "2025-04-15"),
        a_suspension("unpaid_leave", "2025-04-16", "2025-04-30"),
    ]

    assert 4 not in due(A, [a_period("employee_permanent", suspensions=leaves)])


def test_only_the_days_of_the_relation_need_to_be_useful() -> None:
    """The work ends on 10 July, and all of it in July was unpaid leave."""
    leave = a_suspension("unpaid_leave", "2025-07-01", "2025-07-31")

    assert due(A, [a_period("employee_permanent", "2025-01-01", "2025-07-10", suspensions=[leave])]) == [
        1,
        2,
        3,
        4,
        5,
        6,
    ]


def test_maternity_within_an_unpaid_leave_is_paid() -> None:
    """Idle months of a cyclic part-time, with the indemnity running."""
    leaves = [
        a_suspension("cyclic_part_time_idle", "2025-06-01", "2025-08-31"),
        a_suspension("maternity", "2025-07-10", "2025-12-10"),
    ]

    assert due(A, [a_period("employee_permanent", suspensions=leaves)]) == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12]


def test_of_two_relations_the_one_that_goes_on_is_enough() -> None:
    """One suspended for the month, the other not."""
    leave = a_suspension("unpaid_leave", "2025-07-01", "2025-07-31")
    periods = [
        a_period("employee_fixed_term", suspensions=[leave]),
        a_period("self_employed", "2025-07-05", "2025-07-06"),
    ]

    assert due(B, periods) == YEAR_ROUND


def test_a_suspended_permanent_relation_still_excludes_with_three_children() -> None:
    """It exists, even in a month without pay."""
    leave = a_suspension("unpaid_leave", "2025-01-01", "2025-12-31")

    assert due(B, [a_period("employee_permanent", suspensions=[leave]), a_period("employee_fixed_term")]) == []


def test_one_day_of_a_permanent_relation_takes_the_month_away() -> None:
    """Even in part: from 31 May to 1 July, with three children."""
    periods = [a_period("employee_fixed_term"), a_period("employee_permanent", "2025-05-31", "2025-07-01")]

    assert due(B, periods) == [1, 2, 3, 4, 8, 9, 10, 11, 12]


def test_permanent_work_beside_self_employment_excludes_with_three_children() -> None:
    """Excluded for that month."""
    assert due(B, [a_period("self_employed"), a_period("employee_permanent", "2025-11-01")]) == list(range(1, 11))


def test_several_relations_in_one_month_are_one_month() -> None:
    """No month counts twice."""
    assert (
        due(A, [a_period("employee_fixed_term"), a_period("self_employed"), a_period("employee_permanent")])
        == YEAR_ROUND
    )


def test_work_after_the_filing_day_is_a_forecast_that_counts() -> None:
    """Filed in November, work begins in December."""
    assert due(A, [a_period("employee_fixed_term", "2025-12-01", "2025-12-31")]) == [12]


def test_a_period_with_a_mistyped_end_gives_nothing_yet() -> None:
    """It is not taken for open: in a preview she sees nothing until the date is right."""
    assert due(A, [a_period("employee_permanent", end="31/03/2025")]) == []
