"""Requirement C: the income of the year, limit included."""

import pytest

from tests.unit.bonus.applications import YEAR_ROUND, an_application, due, judged, reasons


@pytest.mark.parametrize("income", ["40000.00", "40000", "40000.0", " 40000.00 ", ("39999.99", "0.01"), ("0", "40000")])
def test_forty_thousand_is_within_the_limit(income: object) -> None:
    """However it is written, and whatever it is made of."""
    assert due(income=income) == YEAR_ROUND


@pytest.mark.parametrize("income", ["40000.01", ("40000.00", "0.01"), ("20000.01", "20000.00"), "999999999999.99"])
def test_a_cent_more_is_over_the_limit(income: object) -> None:
    """Both kinds of income are added; the reason is the same for every month."""
    assessment = judged(an_application(income=income))

    assert {verdict.reasons for verdict in assessment.months} == {("income-over-limit",)}


def test_a_sum_left_blank_is_zero() -> None:
    """She has only the other one."""
    assert due(income=("40000.00", "")) == YEAR_ROUND
    assert due(income=(None, "40000.00")) == YEAR_ROUND


def test_over_the_limit_and_without_work_are_both_said() -> None:
    """Every reason that holds is given."""
    assessment = judged(an_application(["2018-05-01"], [], income="40000.01"))

    assert reasons(assessment, 5) == ("income-over-limit", "fewer-than-two-children", "no-useful-work")
