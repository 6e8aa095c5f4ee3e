"""Flags: what no source settles is left to a person, but only where it decides a month she asked for."""

from dataclasses import replace
from typing import Any

import pytest

from bonus.codes import FLAGS
from bonus.programme import BONUS_MAMME_2025
from bonus.rules import FIRST_RULES
from tests.unit.bonus.applications import (
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

ALL = tuple(YEAR_ROUND)
OVER_BY_FLAT_RATE = ("25000.00", "20000.00")


def flat_rate(employment: str, self_employment: str) -> dict[str, Any]:
    return {"employment": employment, "self_employment": self_employment, "flat_rate": True}


RAISED = [
    ("birthday-on-1-january", an_application(["2012-05-01", "2015-01-01"]), (1,)),
    (
        "birthday-on-1-january",
        an_application(["2003-01-01", "2005-01-01", "2007-01-01"], "employee_fixed_term"),
        (1,),
    ),
    (
        "availability-pay-only",
        an_application(A, [a_period("on_call_fixed_term", active_months=[1], availability_months=[1, 2, 3])]),
        (2, 3),
    ),
    (
        "agricultural-list-without-days",
        an_application(
            A,
            [
                a_period(
                    "agricultural_fixed_term", "2025-03-01", "2025-06-30", active_months=[3], listed_in_agriculture=True
                )
            ],
        ),
        (4, 5, 6),
    ),
    ("child-died-before-requirement", an_application(["2018-05-01", a_child("2021-03-03", died_on="2024-12-31")]), ALL),
    (
        "child-died-before-requirement",
        an_application(["2025-06-10", a_child("2021-03-03", died_on="2025-02-10")]),
        tuple(range(6, 13)),
    ),
    (
        "responsibility-suspended-mid-month",
        an_application(
            ["2018-05-01", a_child("2021-03-03", responsibility_lost=[{"start": "2025-04-10", "end": "2025-06-20"}])]
        ),
        (4, 6),
    ),
    (
        "permanent-domestic-work",
        an_application(
            B, [a_period("employee_fixed_term"), a_period("domestic_permanent", "2025-10-05", "2025-11-01")]
        ),
        (10, 11),
    ),
    ("flat-rate-income", an_application(income="0.00") | {"income": flat_rate(*OVER_BY_FLAT_RATE)}, ALL),
    ("plain-foster-care", an_application(["2018-05-01", a_child("2021-03-03", link="foster")]), ALL),
    (
        "plain-foster-care",
        an_application(["2018-05-01", a_child("2021-03-03", link="foster", entered_family_on="2025-11-30")]),
        (11, 12),
    ),
    ("child-without-tax-code", an_application(["2018-05-01", a_child("2021-03-03", tax_code=None)]), ALL),
    ("child-without-tax-code", an_application([*A, a_child("2016-03-03", tax_code="")]), ALL),
]

NOT_RAISED = [
    ("a foster child beside three others", an_application([*B, a_child("2021-03-03", link="foster")], "self_employed")),
    (
        "a foster child beside one, and no work",
        an_application(["2018-05-01", a_child("2021-03-03", link="foster")], []),
    ),
    (
        "a foster third child of a self-employed mother",
        an_application([*A, a_child("2016-03-03", link="foster")], "self_employed"),
    ),
    (
        "a third child dead long ago, fixed term",
        an_application([*A, a_child("2016-03-03", died_on="2020-01-01")], "self_employed"),
    ),
    ("born on 1 January 2015 beside a younger one", an_application(["2015-01-01", "2018-05-01"])),
    ("January not asked for", an_application(["2012-05-01", "2015-01-01"], months=[2, 3])),
    (
        "availability beside other work",
        an_application(
            A, [a_period("on_call_fixed_term", active_months=[], availability_months=[2]), a_period("self_employed")]
        ),
    ),
    (
        "availability of work that is not on call",
        an_application(A, [a_period("separate_fund", active_months=[1], availability_months=[2])]),
    ),
    (
        "listed in agriculture, working elsewhere",
        an_application(A, [a_period("separate_fund", active_months=[1], listed_in_agriculture=True)]),
    ),
    ("availability of work that has none", an_application(A, [a_period("self_employed", availability_months=[2])])),
    (
        "listed, with days in every month",
        an_application(A, [a_period("agricultural_fixed_term", active_months=YEAR_ROUND, listed_in_agriculture=True)]),
    ),
    ("domestic work with two children", an_application(A, [a_period("domestic_permanent"), a_period("self_employed")])),
    ("domestic work alone with three", an_application(B, "domestic_permanent")),
    (
        "domestic and permanent work with three",
        an_application(B, [a_period("domestic_permanent"), a_period("employee_permanent")]),
    ),
    ("flat-rate income under the limit", an_application() | {"income": flat_rate("20000", "20000")}),
    ("flat-rate income over it by employment alone", an_application() | {"income": flat_rate("40000.01", "1")}),
    (
        "a child without tax code beside one, income over",
        an_application(["2018-05-01", a_child("2021-03-03", tax_code=None)], income="50000"),
    ),
    (
        "responsibility lost for whole months",
        an_application(
            ["2018-05-01", a_child("2021-03-03", responsibility_lost=[{"start": "2025-04-01", "end": "2025-06-30"}])]
        ),
    ),
]


@pytest.mark.parametrize(("name", "application", "months"), RAISED)
def test_a_flag_names_the_months_it_decides(name: str, application: Any, months: tuple[int, ...]) -> None:
    """Those months are not due yet, and say so."""
    assessment = judged(application)

    assert flags(assessment) == {name: months}
    assert {reasons(assessment, month) for month in months} == {("officer-decides",)}


@pytest.mark.parametrize(("name", "application", "months"), RAISED)
def test_a_ruling_settles_its_flag(name: str, application: Any, months: tuple[int, ...]) -> None:
    """In her favour exactly the months in question become due; against her they have an ordinary reason."""
    before = months_due(judged(application))
    favour, against = (judged(application, rulings={name: ruling}) for ruling in (True, False))

    assert favour.flags == against.flags == ()
    assert months_due(favour) == sorted({*before, *months})
    assert months_due(against) == before
    assert all(reasons(against, month) not in {(), ("officer-decides",)} for month in months)


@pytest.mark.parametrize("application", [each for _, each in NOT_RAISED], ids=[name for name, _ in NOT_RAISED])
def test_a_flag_that_decides_nothing_is_not_raised(application: Any) -> None:
    """The outcome is the same either way."""
    assert judged(application).flags == ()


def test_a_third_foster_child_is_counted_as_it_helps_her_most() -> None:
    """With a permanent job, ruling in her favour means that it does not count."""
    application = an_application([*A, a_child("2016-03-03", link="foster")], "employee_permanent")

    assert flags(judged(application)) == {"plain-foster-care": ALL}
    assert months_due(judged(application, rulings={"plain-foster-care": True})) == YEAR_ROUND
    assert months_due(judged(application, rulings={"plain-foster-care": False})) == []


def test_a_question_that_only_moves_months_leaves_all_of_them_open() -> None:
    """Counted, the foster child takes six months and gives six others; a tie in her favour is the literal reading."""
    children = ["2012-05-01", "2015-06-20", a_child("2016-03-03", link="foster")]
    work = [a_period("employee_permanent", end="2025-06-30"), a_period("employee_fixed_term", "2025-07-01")]
    application = an_application(children, work)

    assert months_due(judged(application)) == []
    assert flags(judged(application)) == {"plain-foster-care": ALL}
    assert months_due(judged(application, rulings={"plain-foster-care": True})) == [7, 8, 9, 10, 11, 12]
    assert months_due(judged(application, rulings={"plain-foster-care": False})) == [1, 2, 3, 4, 5, 6]


def test_a_child_that_died_before_the_year_is_not_the_youngest() -> None:
    """Two children over ten stay two children over ten, and with three her permanent job would exclude."""
    children = ["2012-05-01", "2013-05-01", a_child("2023-01-01", died_on="2024-06-01")]

    assert due(children, "employee_permanent") == []


def test_only_the_reasons_that_hold_either_way_are_given() -> None:
    """A foster child who might count, and an income that is too high in any case."""
    application = an_application(["2018-05-01", a_child("2021-03-03", link="foster")], income="50000")

    assert reasons(judged(application), 1) == ("income-over-limit",)


def test_where_each_reading_has_its_own_reason_the_plain_one_is_given() -> None:
    """One child, or three and a permanent job: refused either way."""
    application = an_application(["2018-05-01", *(a_child(day, link="foster") for day in ("2019-05-01", "2021-03-03"))])

    assert judged(application).flags == ()
    assert reasons(judged(application), 1) == ("fewer-than-two-children",)


def test_two_flags_on_one_month_both_need_a_ruling() -> None:
    """A foster child without a tax code: one ruling in favour is not enough, one against is."""
    application = an_application(["2018-05-01", a_child("2021-03-03", link="foster", tax_code=None)])

    assert set(flags(judged(application))) == {"plain-foster-care", "child-without-tax-code"}
    assert set(flags(judged(application, rulings={"plain-foster-care": True}))) == {"child-without-tax-code"}
    assert judged(application, rulings={"plain-foster-care": False}).flags == ()


def test_months_that_no_flag_touches_are_settled_all_the_same() -> None:
    """Only some months are left open."""
    child = a_child("2021-03-03", link="foster", entered_family_on="2025-11-30")
    application = an_application(["2018-05-01", "2019-05-01", child], "employee_permanent")

    assessment = judged(application)

    assert months_due(assessment) == list(range(1, 11))
    assert flags(assessment) == {"plain-foster-care": (11, 12)}


def test_a_ruling_on_a_flag_that_is_not_there_changes_nothing() -> None:
    """Rulings may outlive what they were about."""
    assert judged(an_application(), rulings={"plain-foster-care": False}) == judged(an_application())


def test_a_death_after_the_class_was_reached_raises_no_flag() -> None:
    """Three were alive together in January; later deaths leave her a mother of three."""
    children = ["2018-05-01", a_child("2016-01-01", died_on="2025-02-01"), a_child("2021-03-03", died_on="2025-03-01")]

    assert due(children, "self_employed") == YEAR_ROUND
    assert due(children, "employee_permanent") == []


def test_a_death_before_the_third_birth_leaves_the_rule_of_two_to_an_officer() -> None:
    """Two until the death, three only with the dead child: from June an officer decides for a permanent employee."""
    children = ["2018-05-01", a_child("2021-03-03", died_on="2025-02-01"), "2025-06-10"]

    assert flags(judged(an_application(children))) == {"child-died-before-requirement": tuple(range(6, 13))}


def test_every_flag_is_named_versioned_and_left_to_an_officer() -> None:
    """No source settles any of them in favour yet."""
    assert set(FIRST_RULES.flags) == FLAGS
    assert all(rule.version >= 1 and rule.question.endswith("?") for rule in FIRST_RULES.flags.values())
    assert not any(rule.in_favour for rule in FIRST_RULES.flags.values())


def test_a_flag_settled_by_a_source_is_read_in_her_favour() -> None:
    """The day a circular says that plain foster care counts, the data says so and nobody rules any more."""
    settled = {
        **FIRST_RULES.flags,
        "plain-foster-care": replace(FIRST_RULES.flags["plain-foster-care"], in_favour=True),
    }
    programme = replace(BONUS_MAMME_2025, rules=replace(FIRST_RULES, flags=settled))
    application = an_application(["2018-05-01", a_child("2021-03-03", link="foster")])

    assert months_due(judged(application, programme=programme)) == YEAR_ROUND


def test_a_suspension_of_pay_is_no_flag() -> None:
    """The rules are clear about it."""
    leave = a_suspension("unpaid_leave", "2025-04-10", "2025-04-20")

    assert judged(an_application(A, [a_period("employee_permanent", suspensions=[leave])])).flags == ()
