"""Requirement A: which children count, from when, and until which birthday."""

import pytest

from tests.unit.bonus.applications import YEAR_ROUND, A, B, a_child, an_application, due, judged, reasons


def test_one_child_gives_nothing() -> None:
    """Two are the least; the reason is given for every month."""
    assessment = judged(an_application(["2018-05-01"]))

    assert assessment.outcome == "refused"
    assert {verdict.reasons for verdict in assessment.months} == {("fewer-than-two-children",)}


def test_the_month_of_the_tenth_birthday_is_the_last_one_due() -> None:
    """Born on the last day of June 2015: June is due, July is not."""
    assert due(["2012-05-01", "2015-06-30"]) == [1, 2, 3, 4, 5, 6]
    assert reasons(judged(an_application(["2012-05-01", "2015-06-30"])), 7) == ("youngest-over-ten",)


def test_a_birthday_on_the_first_of_a_month_still_gives_that_month() -> None:
    """Fraction of month: one day is enough."""
    assert due(["2012-05-01", "2015-06-01"]) == [1, 2, 3, 4, 5, 6]


def test_with_three_children_the_month_of_the_eighteenth_birthday_is_the_last_one_due() -> None:
    """The age of the youngest counts, not how many are under age."""
    children = ["1999-01-01", "2003-02-02", "2007-05-31"]

    assert due(children, "employee_fixed_term") == [1, 2, 3, 4, 5]
    assert reasons(judged(an_application(children, "employee_fixed_term")), 6) == ("youngest-over-eighteen",)


def test_an_adult_among_three_still_counts() -> None:
    """One of three turned eighteen long ago: the rule for three goes on holding."""
    children = ["2005-01-01", "2013-01-01", "2016-01-01"]

    assert due(children, "employee_fixed_term") == YEAR_ROUND
    assert due(children, "employee_permanent") == []


def test_one_of_three_turning_eighteen_changes_nothing() -> None:
    """She is still a mother of three."""
    children = ["2007-06-10", "2013-01-01", "2016-01-01"]

    assert due(children, "employee_fixed_term") == YEAR_ROUND


def test_two_teenagers_and_an_adult_are_three_children() -> None:
    """With three, the limit is the eighteenth birthday, so an adult child can open months that two would not."""
    assert due(["2010-05-01", "2012-05-01"], "employee_fixed_term") == []
    assert due(["1999-05-01", "2010-05-01", "2012-05-01"], "employee_fixed_term") == YEAR_ROUND


def test_a_child_of_29_february_is_as_old_as_any_other() -> None:
    """Born on a leap day: counted, and its age is that of its month."""
    assert due(["2016-02-29", "2020-02-29"]) == YEAR_ROUND
    assert due(["2004-02-29", "2008-02-29", "2012-02-29"], "employee_fixed_term") == YEAR_ROUND


def test_twins_make_two_at_once() -> None:
    """A first birth of twins opens the right from its month."""
    assert due(["2025-03-31", "2025-03-31"]) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_triplets_make_three_at_once() -> None:
    """And close it for a permanent employee."""
    assert due(["2025-03-31"] * 3, "employee_permanent") == []
    assert due(["2025-03-31"] * 3, "employee_fixed_term") == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]


@pytest.mark.parametrize("link", ["adopted", "pre_adoptive_foster"])
def test_an_adopted_child_counts_from_the_month_it_came(link: str) -> None:
    """Entered on the last day of April: April is due."""
    child = a_child("2019-03-03", link=link, entered_family_on="2025-04-30")

    assert due(["2018-05-01", child]) == [4, 5, 6, 7, 8, 9, 10, 11, 12]


def test_the_age_of_an_adopted_child_is_that_of_its_birth() -> None:
    """Entering late does not make it younger."""
    child = a_child("2015-06-20", link="adopted", entered_family_on="2025-04-30")

    assert due(["2012-05-01", child]) == [4, 5, 6]


def test_adoption_can_take_the_right_of_a_permanent_employee_away() -> None:
    """The third child counts from the month it came."""
    child = a_child("2019-03-03", link="adopted", entered_family_on="2025-09-30")

    assert due([*A, child]) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_the_day_a_natural_child_entered_the_family_is_of_no_account() -> None:
    """It counts from its birth."""
    assert due(["2018-05-01", a_child("2021-03-03", entered_family_on="2025-06-01")]) == YEAR_ROUND


def test_a_child_that_dies_during_the_year_goes_on_counting() -> None:
    """The birth has crystallised the requirement."""
    assert due(["2018-05-01", a_child("2021-03-03", died_on="2025-02-10")]) == YEAR_ROUND


def test_a_newborn_that_dies_on_its_first_day_counts_from_its_month() -> None:
    """Born and dead in May: the right is there from May on."""
    assert due(["2018-05-01", a_child("2025-05-05", died_on="2025-05-05")]) == [5, 6, 7, 8, 9, 10, 11, 12]


def test_a_child_without_her_responsibility_does_not_count() -> None:
    """Ceased before the year: the other one is alone."""
    child = a_child("2021-03-03", responsibility_lost=[{"start": "2024-03-01", "end": None}])

    assert due(["2018-05-01", child]) == []


def test_a_child_does_not_count_in_the_months_of_a_suspension() -> None:
    """From 1 July to 30 September, whole months."""
    child = a_child("2021-03-03", responsibility_lost=[{"start": "2025-07-01", "end": "2025-09-30"}])

    assert due(["2018-05-01", child]) == [1, 2, 3, 4, 5, 6, 10, 11, 12]


def test_two_suspensions_that_meet_cover_the_month_together() -> None:
    """To 15 July and from 16 July: no day of July is left."""
    lost = [{"start": "2025-07-01", "end": "2025-07-15"}, {"start": "2025-07-16", "end": "2025-07-31"}]

    assert due(["2018-05-01", a_child("2021-03-03", responsibility_lost=lost)]) == [1, 2, 3, 4, 5, 6, *range(8, 13)]


def test_losing_the_third_child_brings_a_permanent_employee_back_to_the_rule_of_two() -> None:
    """Three to May, two from June, three again from October."""
    lost = [{"start": "2025-06-01", "end": "2025-09-30"}]

    assert due([*A, a_child("2016-01-01", responsibility_lost=lost)]) == [6, 7, 8, 9]


def test_losing_the_youngest_of_three_changes_whose_birthday_counts() -> None:
    """From July two are left, and the younger of them turned ten in 2022."""
    lost = [{"start": "2025-07-01", "end": None}]
    children = [*B[:1], "2012-01-01", a_child("2016-01-01", responsibility_lost=lost)]

    assert due(children, "employee_fixed_term") == [1, 2, 3, 4, 5, 6]
    assert reasons(judged(an_application(children, "employee_fixed_term")), 7) == ("youngest-over-ten",)


def test_a_suspension_before_the_year_leaves_no_trace() -> None:
    """It was over in 2024."""
    child = a_child("2021-03-03", responsibility_lost=[{"start": "2023-01-01", "end": "2024-12-31"}])

    assert due(["2018-05-01", child]) == YEAR_ROUND


def test_a_child_lost_from_its_birth_never_counted() -> None:
    """Born in May without her responsibility: May has no doubt in it."""
    child = a_child("2025-05-20", responsibility_lost=[{"start": "2025-05-20", "end": None}])

    assert due(["2018-05-01", child]) == []
