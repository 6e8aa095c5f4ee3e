"""Questions: what the registries are asked, and what they are not told."""

from datetime import date
from typing import Any

import pytest

from bonus.programme import BONUS_MAMME_2025
from bonus.questions import Question, payment_question, questions
from tests.unit.bonus.applications import A, a_child, a_period, a_suspension, an_application

HERS = "RSSMRA85T50A562W"


def asked(application: Any) -> dict[str, Question]:
    return {question.fact: question for question in questions(BONUS_MAMME_2025, application)}


def test_each_fact_goes_to_its_registry() -> None:
    """Identity, tax code, each child, each period of work; the bank only after a grant."""
    registries = {fact: question.registry for fact, question in asked(an_application()).items()}

    assert registries == {
        "tax_code": "revenue",
        "identity": "anpr",
        "child:0": "anpr",
        "child:1": "anpr",
        "work:0": "labour",
    }


def test_a_registry_is_told_no_more_than_it_needs() -> None:
    """No address, no income, no employer, no leave, and of a long job only this year."""
    leave = a_suspension("disability_leave", "2025-02-01", "2025-03-01")
    work = [a_period("employee_permanent", "2010-02-03", employer="Rossi srl", suspensions=[leave])]

    facts = asked(an_application(A, work))

    assert facts["tax_code"].body == {"tax_code": HERS}
    assert facts["identity"].body == {
        "tax_code": HERS, "first_name": "Maria", "last_name": "Rossi", "birth_date": "1985-12-10",
    }  # fmt: skip
    child = {"tax_code": a_child("2021-03-03")["tax_code"], "birth_date": "2021-03-03", "link": "natural"}
    assert facts["child:1"].body == {"tax_code": HERS, "child": child}
    assert facts["work:0"].body == {
        "tax_code": HERS, "category": "employee_permanent", "start": "2025-01-01", "end": "2025-12-31",
    }  # fmt: skip


def test_what_was_typed_is_asked_as_it_is_meant() -> None:
    """Capitals and no spaces."""
    application = an_application(
        [a_child("2018-05-01", tax_code=a_child("2018-05-01")["tax_code"].lower(), link=" Natural")]
    )
    application["applicant"]["tax_code"] = " rss mra 85t50 a562w"
    application["payment"]["iban"] = "it60 x054 2811 1010 0000 0123 456"

    child = asked(application)["child:0"].body["child"]
    account = payment_question(application)

    assert child == {"tax_code": a_child("2018-05-01")["tax_code"], "birth_date": "2018-05-01", "link": "natural"}
    assert account == Question("account", "bank", {"tax_code": HERS, "iban": "IT60X0542811101000000123456"}, None)


def test_of_an_adopted_child_the_day_it_came_is_asked() -> None:
    """It decides from when the child counts."""
    application = an_application([a_child("2019-03-03", link="adopted", entered_family_on="2025-04-30")])

    assert asked(application)["child:0"].body["child"]["entered_family_on"] == "2025-04-30"  # type: ignore[index]


@pytest.mark.parametrize("code", [None, "", "RSSMRA85T50A562X"])
def test_a_child_without_a_valid_tax_code_is_not_asked_about(code: Any) -> None:
    """There is nothing to ask by; the others keep their places."""
    application = an_application([a_child("2018-05-01", tax_code=code), "2021-03-03"])

    assert [fact for fact in asked(application) if fact.startswith("child")] == ["child:1"]


def test_work_that_gives_no_right_is_not_asked_about() -> None:
    """Nor work of other years; the others keep their places."""
    work = [
        a_period("domestic_permanent"),
        a_period("company_officer"),
        a_period("employee_fixed_term", "2024-01-01", "2024-12-31"),
        a_period("on_call_fixed_term", "2025-03-01", "2025-06-30", active_months=[5, 3]),
    ]

    facts = {fact: question for fact, question in asked(an_application(A, work)).items() if fact.startswith("work")}

    assert list(facts) == ["work:3"]
    assert facts["work:3"].body["active_months"] == [3, 5]


@pytest.mark.parametrize(
    ("start", "end", "patience"),
    [
        ("2020-01-01", None, date(2026, 1, 20)),
        ("2025-01-01", "2027-01-01", date(2026, 1, 20)),
        ("2025-03-15", "2025-09-15", date(2025, 10, 20)),
        ("2025-11-01", "2025-11-30", date(2025, 12, 20)),
        ("2025-12-01", "2025-12-31", date(2026, 1, 20)),
    ],
)
def test_work_is_waited_for_until_the_20th_of_the_month_after_the_last(
    start: str, end: str | None, patience: date
) -> None:
    """Communications arrive by then: absent is not no."""
    facts = asked(an_application(A, [a_period("employee_fixed_term", start, end)]))

    assert facts["work:0"].patience_until == patience
    assert facts["identity"].patience_until is None


def test_the_last_month_of_all_work_is_waited_for() -> None:
    """One patience for the whole application."""
    work = [
        a_period("employee_fixed_term", "2025-01-01", "2025-03-31"),
        a_period("self_employed", "2025-06-01", "2025-08-10"),
    ]

    assert {q.patience_until for fact, q in asked(an_application(A, work)).items() if fact.startswith("work")} == {
        date(2025, 9, 20)
    }


def test_a_postal_transfer_asks_the_bank_nothing() -> None:
    """There is no account."""
    assert payment_question(an_application(payment={"method": "postal_transfer", "iban": ""})) is None
    assert payment_question({}) is None
