"""Checks: what is reported beside a save, how much it weighs, and where it points."""

import copy
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bonus.checks import all_problems, check_draft, check_section, declarations_given
from bonus.codes import CHECK_PROBLEMS
from bonus.form import SECTIONS
from core.domain.problem import Problem, Severity
from tests.unit.bonus.applications import a_child, a_period, a_suspension, a_tax_code, an_application
from tests.unit.bonus.strategies import drafts_as_typed, sections_as_typed

TODAY = date(2025, 11, 20)
ERROR, WARNING = Severity.ERROR, Severity.WARNING


def problems(section: str, content: Any, today: date = TODAY) -> list[tuple[str, str, Severity]]:
    return [(each.code, each.pointer, each.severity) for each in check_section(section, content, today)]


def changed(section: str, **changes: Any) -> Any:
    return {**an_application()[section], **changes}


@pytest.mark.parametrize("section", SECTIONS)
@given(st.data(), st.dates())
@settings(max_examples=60)
def test_every_section_can_be_checked_whatever_was_typed(section: str, data: Any, today: date) -> None:
    """Known codes, pointers to what is there or could be, and the content left as it was."""
    content = data.draw(sections_as_typed[section])
    before = copy.deepcopy(content)

    found = check_section(section, content, today)

    assert {problem.code for problem in found} <= CHECK_PROBLEMS
    assert all(leads_somewhere(problem.pointer, content) for problem in found)
    assert content == before


@given(drafts_as_typed, st.dates())
@settings(max_examples=150)
def test_every_draft_can_be_checked_whatever_was_typed(sections: Any, today: date) -> None:
    """Pointers of the whole draft begin with a section."""
    found = all_problems(sections, today)

    assert set(check_draft(sections, today)) <= set(found)
    assert {problem.code for problem in found} <= CHECK_PROBLEMS
    assert {problem.pointer.split("/")[1] for problem in found} <= set(SECTIONS)


def test_a_complete_application_has_no_problem() -> None:
    """Nothing to say."""
    assert all_problems(an_application(), TODAY) == []


@pytest.mark.parametrize(
    ("section", "pointers"),
    [
        ("applicant", ["/birth_date", "/first_name", "/last_name", "/tax_code"]),
        ("children", ["/children"]),
        ("work", ["/periods"]),
        ("income", ["/employment", "/self_employment"]),
        ("payment", ["/method"]),
        ("attachments", []),
    ],
)
@pytest.mark.parametrize("blank", [{}, None, "", "   "])
def test_what_is_required_and_blank_is_an_error(section: str, pointers: list[str], blank: Any) -> None:
    """Never saved, null, empty or only spaces: the same."""
    content = blank if isinstance(blank, dict) else dict.fromkeys([pointer[1:] for pointer in pointers], blank)
    if section in {"children", "work"} and isinstance(blank, str):
        content = {}

    found = [
        pointer for code, pointer, severity in problems(section, content) if (code, severity) == ("required", ERROR)
    ]

    assert sorted(found) == pointers


@pytest.mark.parametrize("code", ["RSSMRA85T50A562X", "RSSMRA85T50A562", "RSSMRA90B31B774P", "tessera 12"])
def test_a_tax_code_that_cannot_be_is_an_error(code: str) -> None:
    """Hers and a child's."""
    assert problems("applicant", changed("applicant", tax_code=code)) == [("cf-check", "/tax_code", ERROR)]
    assert problems("children", {"children": [a_child("2018-05-01", tax_code=code)]}) == [
        ("cf-check", "/children/0/tax_code", ERROR)
    ]


@pytest.mark.parametrize("code", ["rssmra85t50a562w", " RSSMRA85T50A562W ", "RSSMRA85T50A56NL"])
def test_a_tax_code_in_small_letters_or_with_omocodia_is_no_problem(code: str) -> None:
    """Read as it is meant."""
    assert problems("applicant", changed("applicant", tax_code=code)) == []


def test_a_birth_date_that_differs_from_the_tax_code_is_a_warning() -> None:
    """The code is a hint, never the truth: the registry will say."""
    assert problems("applicant", changed("applicant", birth_date="1985-12-11")) == [
        ("birth-date-differs-from-tax-code", "/birth_date", WARNING)
    ]
    child = a_child("2018-05-01", tax_code=a_tax_code("2018-05-02"))
    assert problems("children", {"children": [child]}) == [
        ("birth-date-differs-from-tax-code", "/children/0/birth_date", WARNING)
    ]


@pytest.mark.parametrize(
    "day", ["2025-02-29", "29/02/2024", "2024-2-9", "20240209", "2024-W06-5", "ieri", "2024-13-01"]
)
def test_a_day_that_is_none_is_an_error(day: str) -> None:
    """Real days only, year first."""
    assert problems("applicant", changed("applicant", birth_date=day)) == [("date-invalid", "/birth_date", ERROR)]


@pytest.mark.parametrize("day", ["0001-01-01", "1018-05-01", "2205-01-01", "9999-12-31"])
def test_a_day_of_another_age_is_an_error(day: str) -> None:
    """A slip of the finger in the year."""
    assert problems("work", {"periods": [a_period("self_employed", day)]}) == [
        ("date-implausible", "/periods/0/start", ERROR)
    ]


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"birth_date": "2025-11-21", "tax_code": None}, "birth-in-future", "birth_date"),
        ({"died_on": "2025-11-21"}, "date-in-future", "died_on"),
        ({"died_on": "2018-04-30"}, "death-before-birth", "died_on"),
        ({"link": "adopted", "entered_family_on": "2025-11-21"}, "entry-in-future", "entered_family_on"),
        ({"link": "adopted", "entered_family_on": "2018-04-30"}, "entry-before-birth", "entered_family_on"),
        ({"link": "adopted"}, "required", "entered_family_on"),
        ({"link": "pre_adoptive_foster", "entered_family_on": ""}, "required", "entered_family_on"),
        ({"link": "cousin"}, "unknown-choice", "link"),
        ({"link": None}, "required", "link"),
        ({"first_name": ""}, "required", "first_name"),
        ({"birth_date": None}, "required", "birth_date"),
        ({"responsibility_lost": [{"start": None}]}, "required", "responsibility_lost/0/start"),
        (
            {"responsibility_lost": [{"start": "2025-05-02", "end": "2025-05-01"}]},
            "period-reversed",
            "responsibility_lost/0/end",
        ),
    ],
)
def test_what_cannot_be_of_a_child_is_an_error(changes: Any, code: str, field: str) -> None:
    """Each at its own place."""
    found = problems("children", {"children": [a_child("2018-05-01") | changes]})

    assert (code, f"/children/0/{field}", ERROR) in found
    assert [each for each in found if each[2] is ERROR] == [(code, f"/children/0/{field}", ERROR)]


def test_a_birth_on_the_filing_day_is_no_problem() -> None:
    """The requirement is met from this month."""
    assert problems("children", {"children": [a_child("2025-11-20"), a_child("2018-05-01")]}) == []


def test_a_foster_child_needs_no_day_of_entry() -> None:
    """An officer looks at it anyway."""
    assert problems("children", {"children": [a_child("2018-05-01", link="foster")]}) == []


def test_one_child_is_a_decision_and_not_a_problem() -> None:
    """Not being entitled is never reported as a mistake."""
    assert problems("children", {"children": [a_child("2018-05-01")]}) == []


@pytest.mark.parametrize("blank", [None, "", " "])
def test_a_child_without_a_tax_code_is_only_a_warning(blank: Any) -> None:
    """It may have none: never a block."""
    assert problems("children", {"children": [a_child("2018-05-01", tax_code=blank)]}) == [
        ("child-tax-code-missing", "/children/0/tax_code", WARNING)
    ]


def test_the_same_child_twice_is_an_error_at_the_second_place() -> None:
    """However the code is written."""
    child = a_child("2018-05-01")
    again = {**child, "tax_code": child["tax_code"].lower(), "first_name": "Altra"}

    assert problems("children", {"children": [child, a_child("2016-05-01"), again]}) == [
        ("same-child-twice", "/children/2/tax_code", ERROR)
    ]


def test_a_child_that_looks_like_another_is_a_warning() -> None:
    """Same name and birthday, one of them without a code."""
    children = [a_child("2018-05-01"), a_child("2018-05-01", tax_code=None, first_name="SOFIA ")]

    assert ("same-child-perhaps", "/children/1", WARNING) in problems("children", {"children": children})


def test_twins_are_no_problem() -> None:
    """Same birthday, other names and codes."""
    twins = [
        a_child("2018-05-01"),
        a_child("2018-05-01", first_name="Anna", tax_code=a_tax_code("2018-05-01", "VRDNNA")),
    ]

    assert problems("children", {"children": twins}) == []


def test_omocodes_are_two_people() -> None:
    """Letters that stand for digits tell two people apart, so they are never turned back."""
    twins = [
        a_child("1985-12-10", tax_code="RSSMRA85T10A562S"),
        a_child("1985-12-10", first_name="Mario", tax_code="RSSMRA85T10A56NH"),
    ]

    assert problems("children", {"children": twins}) == []


def test_contacts_are_only_ever_a_warning() -> None:
    """How to reach her decides nothing."""
    assert problems("applicant", changed("applicant", email="", phone=" ")) == [("contact-missing", "/email", WARNING)]
    assert problems("applicant", changed("applicant", email="maria", phone="333")) == [
        ("email-format", "/email", WARNING),
        ("phone-format", "/phone", WARNING),
    ]
    assert problems("applicant", changed("applicant", email="", phone="0039 (0)50/123.456")) == []


@pytest.mark.parametrize(
    ("changes", "code", "field", "severity"),
    [
        ({"category": "clown"}, "unknown-choice", "category", ERROR),
        ({"category": ""}, "required", "category", ERROR),
        ({"start": ""}, "required", "start", ERROR),
        ({"end": "2024-12-31"}, "period-reversed", "end", ERROR),
        ({"category": "on_call_fixed_term"}, "required", "active_months", ERROR),
        ({"category": "separate_fund", "active_months": None}, "required", "active_months", ERROR),
        (
            {"category": "agricultural_fixed_term", "active_months": [13]},
            "month-out-of-range",
            "active_months/0",
            ERROR,
        ),
        ({"category": "on_call_permanent", "active_months": [5, 5]}, "month-repeated", "active_months/1", WARNING),
        ({"availability_months": [0]}, "month-out-of-range", "availability_months/0", ERROR),
        (
            {"category": "separate_fund", "end": "2025-03-31", "active_months": [4]},
            "month-outside-period",
            "active_months/0",
            WARNING,
        ),
        ({"suspensions": [a_suspension("", "2025-05-01")]}, "required", "suspensions/0/kind", ERROR),
        ({"suspensions": [a_suspension("holiday", "2025-05-01")]}, "unknown-choice", "suspensions/0/kind", ERROR),
        ({"suspensions": [a_suspension("maternity", "")]}, "required", "suspensions/0/start", ERROR),
        (
            {"suspensions": [a_suspension("maternity", "2025-05-01", "2025-04-01")]},
            "period-reversed",
            "suspensions/0/end",
            ERROR,
        ),
        (
            {"suspensions": [a_suspension("maternity", "2024-01-01", "2024-02-01")]},
            "outside-period",
            "suspensions/0",
            WARNING,
        ),
    ],
)
def test_what_cannot_be_of_work_is_reported(changes: Any, code: str, field: str, severity: Severity) -> None:
    """Each at its own place, and weighed."""
    assert problems("work", {"periods": [a_period("employee_fixed_term") | changes]}) == [
        (code, f"/periods/0/{field}", severity)
    ]


def test_no_month_on_call_is_a_statement() -> None:
    """An empty list says "none"; only no list says nothing."""
    assert problems("work", {"periods": [a_period("on_call_fixed_term", active_months=[])]}) == []


def test_no_work_is_a_warning() -> None:
    """It is a decision; but she may have forgotten it."""
    assert problems("work", {"periods": []}) == [("no-work-declared", "/periods", WARNING)]


@pytest.mark.parametrize("category", ["domestic_permanent", "company_officer", "occasional"])
def test_work_that_gives_no_right_is_a_decision_and_not_a_problem(category: str) -> None:
    """Nothing is wrong with what she typed."""
    assert problems("work", {"periods": [a_period(category)]}) == []


@pytest.mark.parametrize(
    "sum_", ["40.000,00", "40,000.00", "40000,00", "-1", "1e3", "€ 5", "40.000", "quarantamila", "٤٠", "."]
)
def test_money_is_written_in_one_way(sum_: str) -> None:
    """A point before the cents, nothing between the thousands: a misread sum would decide the wrong thing."""
    assert problems("income", {"employment": sum_, "self_employment": "0"}) == [("money-format", "/employment", ERROR)]


@pytest.mark.parametrize("sum_", ["0", "40000", "40000.0", "40000.00", " 12.5 "])
def test_decimals_may_be_left_out(sum_: str) -> None:
    """Whole euro are euro."""
    assert problems("income", {"employment": sum_, "self_employment": "0.00"}) == []


def test_one_income_left_blank_is_taken_as_zero_and_said() -> None:
    """A warning, so that she sees it."""
    assert problems("income", {"employment": "100"}) == [("income-taken-as-zero", "/self_employment", WARNING)]


def test_an_income_over_the_limit_is_a_decision_and_not_a_problem() -> None:
    """She may still want the answer in writing."""
    assert problems("income", {"employment": "90000", "self_employment": "0"}) == []


@pytest.mark.parametrize(
    ("iban", "code"),
    [
        ("", "required"),
        ("IT60X0542811101000000123457", "iban-check"),
        ("IT60Y0542811101000000123456", "iban-check"),
        ("AE070331234567890123456", "iban-not-sepa"),
        ("12345", "iban-check"),
    ],
)
def test_an_iban_that_cannot_be_paid_to_is_an_error(iban: str, code: str) -> None:
    """Seen while she types, not when the money comes back."""
    assert problems("payment", {"method": "iban", "iban": iban}) == [(code, "/iban", ERROR)]


@pytest.mark.parametrize(
    "iban", ["it60 x054 2811 1010 0000 0123 456", "DE89370400440532013000", "FR1420041010050500013M02606"]
)
def test_an_iban_of_hers_in_any_sepa_country_is_no_problem(iban: str) -> None:
    """With spaces and small letters too."""
    assert problems("payment", {"method": "iban", "iban": iban}) == []


def test_a_postal_transfer_needs_no_iban() -> None:
    """Whatever is left in the field."""
    assert problems("payment", {"method": "postal_transfer", "iban": "12"}) == []


@pytest.mark.parametrize("months", [None, []])
def test_asking_for_no_month_is_an_error(months: Any) -> None:
    """There would be nothing to decide."""
    assert problems("declarations", changed("declarations", requested_months=months)) == [
        ("no-month-requested", "/requested_months", ERROR)
    ]


def test_a_month_that_is_none_is_an_error_and_one_named_twice_a_warning() -> None:
    """A thirteenth month cannot be meant; a fifth twice can only be the fifth."""
    assert problems("declarations", changed("declarations", requested_months=[5, 13, 5])) == [
        ("month-out-of-range", "/requested_months/1", ERROR),
        ("month-repeated", "/requested_months/2", WARNING),
    ]


@pytest.mark.parametrize("truthful", [None, False])
def test_not_declaring_the_truth_is_an_error(truthful: Any) -> None:
    """D.P.R. 445/2000: without it there is no application."""
    content = changed("declarations", truthful=truthful)

    assert problems("declarations", content) == [("truthful-not-declared", "/truthful", ERROR)]
    assert not declarations_given(content)


@pytest.mark.parametrize("notice", [None, "", "2019-01-01"])
def test_not_having_seen_the_privacy_notice_is_an_error(notice: Any) -> None:
    """The version she read is named."""
    assert problems("declarations", changed("declarations", privacy_notice=notice)) == [
        ("privacy-notice-not-seen", "/privacy_notice", ERROR)
    ]


def test_documents_are_only_ever_a_warning() -> None:
    """They help an officer."""
    document = {"kind": "", "child_index": 0, "legalisation": "stamp", "file_name": "", "sha256": "abc"}

    assert problems("attachments", {"documents": [document]}) == [
        ("attachment-kind-missing", "/documents/0/kind", WARNING),
        ("unknown-choice", "/documents/0/legalisation", WARNING),
        ("sha256-format", "/documents/0/sha256", WARNING),
    ]


def test_a_child_that_is_the_mother_is_an_error() -> None:
    """Seen only when both sections are there; whatever the capitals."""
    application = an_application([a_child("1985-12-10", tax_code="rssmra85t50a562w"), "2018-05-01"])

    assert check_draft(application, TODAY) == [Problem("child-is-applicant", "/children/children/0/tax_code")]
    assert check_draft({"children": application["children"]}, TODAY) == []


def test_a_child_as_old_as_its_mother_is_a_warning() -> None:
    """One of the two dates is mistyped."""
    assert check_draft(an_application(["1985-12-10"]), TODAY) == [
        Problem("child-older-than-applicant", "/children/children/0/birth_date", WARNING)
    ]


def test_a_child_without_tax_code_is_best_shown_by_a_document() -> None:
    """A suggestion, gone when one is announced for that child."""
    application = an_application(["2018-05-01", a_child("2021-03-03", tax_code=None)])
    document = {"kind": "birth_certificate", "child_index": 1}

    assert check_draft(application, TODAY) == [
        Problem("attachment-suggested", "/children/children/1/tax_code", WARNING)
    ]
    assert check_draft({**application, "attachments": {"documents": [document]}}, TODAY) == []


@pytest.mark.parametrize("index", [2, -1])
def test_a_document_of_a_child_that_is_not_there_is_a_warning(index: int) -> None:
    """Counted from zero."""
    application = an_application(attachments={"documents": [{"kind": "birth_certificate", "child_index": index}]})

    assert check_draft(application, TODAY) == [
        Problem("attachment-child-unknown", "/attachments/documents/0/child_index", WARNING)
    ]


def leads_somewhere(pointer: str, content: Any) -> bool:
    """Say whether a pointer names something in the content, or a field missing from an object that is there."""
    held, steps = content, pointer.split("/")[1:]
    for depth, step in enumerate(steps):
        if isinstance(held, list):
            held = held[int(step)]
        elif step in held:
            held = held[step]
        else:
            return depth == len(steps) - 1
    return True


def test_a_stretch_of_one_day_is_one() -> None:
    """One day of work is enough for a month."""
    day = {"start": "2025-03-31", "end": "2025-03-31"}
    one_day = a_period("employee_fixed_term", **day, suspensions=[{"kind": "maternity", **day}])

    assert [] == check_section("work", {"periods": [one_day]}, date(2025, 11, 20))


@pytest.mark.parametrize(
    "happened",
    [
        {"birth_date": "2025-11-20"},
        {"died_on": "2025-11-20"},
        {"link": "adopted", "entered_family_on": "2025-11-20"},
        {"died_on": "2019-05-01"},
        {"link": "adopted", "entered_family_on": "2019-05-01"},
    ],
)
def test_what_happened_today_or_at_birth_is_no_slip(happened: dict[str, str]) -> None:
    """A child who came, or went, on the day of the filing, or on the first day of its life."""
    child = a_child("2019-05-01") | happened
    found = check_section("children", {"children": [child, a_child("2018-05-01")]}, date(2025, 11, 20))

    assert [] == [problem.code for problem in found if problem.severity is Severity.ERROR]
