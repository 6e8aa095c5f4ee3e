"""The golden cases, by number: what everybody agrees the rules say."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from codicefiscale import codicefiscale
from schwifty import IBAN

from bonus.assessment import assess
from bonus.checks import all_problems
from bonus.form import REQUIRED, SECTIONS, shape_problems
from bonus.programme import BONUS_MAMME_2025
from bonus.questions import payment_question, questions
from core.domain.problem import Severity
from tests.unit.bonus.applications import months_due

CASES = json.loads((Path(__file__).parents[3] / "loadtest" / "cases.json").read_text(encoding="utf-8"))
BY_NUMBER = {case["number"]: case for case in CASES}
NUMBERS = {1, 2, 4, 5, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 21, 23, 25, 27, 28, 30, 31, 33, 34, 38, 47, 49, 51, 52}


def each_case() -> Any:
    return pytest.mark.parametrize("case", CASES, ids=[f"case-{case['number']}" for case in CASES])


@each_case()
def test_a_golden_case_is_decided_as_agreed(case: Any) -> None:
    """Months, euro and outcome are those of the table."""
    first = case.get("first")
    assessment = assess(
        BONUS_MAMME_2025,
        sections_of(case),
        datetime.fromisoformat(case["civil_now"]),
        supplementary=first is not None,
        already_requested=frozenset(first["declarations"]["requested_months"]) if first else frozenset(),
    )

    if case["expected"]["state"] == "needs_officer":
        assert assessment.flags
    else:
        assert_as_expected(assessment, case["expected"])


@each_case()
def test_a_golden_case_can_be_saved_and_filed(case: Any) -> None:
    """Each section has the right shape, and nothing keeps the filing waiting for her."""
    sections = sections_of(case)
    filed_on = datetime.fromisoformat(case["civil_now"]).date()

    shapes = [problem for name, content in sections.items() for problem in shape_problems(name, content)]
    errors = [problem for problem in all_problems(sections, filed_on) if problem.severity is Severity.ERROR]

    assert set(REQUIRED) <= set(sections)
    assert shapes == []
    assert errors == []


@each_case()
def test_a_golden_case_asks_the_registries_what_it_says(case: Any) -> None:
    """Every tax code and IBAN in it holds for the outside libraries too, and every question can be sent."""
    sections = sections_of(case)
    codes = [sections["applicant"]["tax_code"], *(child["tax_code"] for child in sections["children"]["children"])]
    asked = questions(BONUS_MAMME_2025, sections)
    account = payment_question(sections)

    assert all(codicefiscale.is_valid(code) for code in codes if code)
    assert account is not None
    assert IBAN(account.body["iban"], validate_bban=True)
    assert json.loads(json.dumps([dict(question.body) for question in asked]))


def test_the_table_has_every_golden_case_once() -> None:
    """No case was lost on the way into the file."""
    assert set(BY_NUMBER) == NUMBERS
    assert len(CASES) == len(NUMBERS)


def test_every_golden_mother_is_another() -> None:
    """All cases can be filed on one system: one live application per person."""
    mothers = [case["applicant"]["tax_code"] for case in CASES]

    assert len(set(mothers)) == len(mothers)


def test_case_38_is_left_to_an_officer_for_foster_care() -> None:
    """Plain foster care decides every month."""
    assessment = assess(BONUS_MAMME_2025, sections_of(BY_NUMBER[38]), arrival(38))

    assert [flag.name for flag in assessment.flags] == ["plain-foster-care"]


def test_case_47_was_granted_its_first_nine_months() -> None:
    """The first application stands on its own."""
    case = BY_NUMBER[47]
    sections = sections_of(case) | {"declarations": case["first"]["declarations"]}

    assessment = assess(BONUS_MAMME_2025, sections, datetime.fromisoformat(case["first"]["civil_now"]))

    assert_as_expected(assessment, case["first"]["expected"])


def test_case_49_is_in_time_to_the_last_millisecond() -> None:
    """Arrived 9 December 2025 at 23:59:59.999; a millisecond later it is not."""
    sections = sections_of(BY_NUMBER[49])
    last = datetime.fromisoformat("2025-12-09T23:59:59.999+01:00")
    over = datetime.fromisoformat("2025-12-10T00:00:00+01:00")

    assert assess(BONUS_MAMME_2025, sections, last).outcome == "granted"
    assert assess(BONUS_MAMME_2025, sections, over).outcome == "refused"


def test_case_51_is_left_to_an_officer_for_the_missing_tax_code() -> None:
    """A child without an Italian tax code is never a block."""
    assessment = assess(BONUS_MAMME_2025, sections_of(BY_NUMBER[51]), arrival(51))

    assert [flag.name for flag in assessment.flags] == ["child-without-tax-code"]


def sections_of(case: Any) -> dict[str, Any]:
    return {name: case[name] for name in SECTIONS if name in case}


def arrival(number: int) -> datetime:
    return datetime.fromisoformat(BY_NUMBER[number]["civil_now"])


def assert_as_expected(assessment: Any, expected: Any) -> None:
    assert assessment.flags == ()
    assert months_due(assessment) == expected["months_due"]
    assert f"{assessment.amount_cents / 100:.2f}" == expected["amount"]
    assert assessment.outcome == expected["state"]
    assert all(verdict.due or verdict.reasons for verdict in assessment.months)
