"""Applications to try the rules on: real ones by default, one fact changed at a time."""

from datetime import date, datetime
from typing import Any

from bonus.assessment import Assessment, assess
from bonus.check_letter import check_letter
from bonus.programme import BONUS_MAMME_2025, Programme
from core.clock import ROME

A = ("2018-05-01", "2021-03-03")
B = ("2010-05-01", "2013-01-01", "2016-01-01")
YEAR_ROUND = list(range(1, 13))
FILED = datetime(2025, 11, 20, 9, tzinfo=ROME)
LATE = datetime(2026, 1, 10, 9, tzinfo=ROME)

Json = dict[str, Any]


def a_child(birth_date: str, **changes: Any) -> Json:
    """A natural child with a tax code that fits its birth date."""
    return {
        "tax_code": a_tax_code(birth_date),
        "first_name": "Sofia",
        "birth_date": birth_date,
        "link": "natural",
        "entered_family_on": None,
        "died_on": None,
        "responsibility_lost": [],
        **changes,
    }


def a_period(category: str, start: str = "2025-01-01", end: str | None = None, **changes: Any) -> Json:
    return {"category": category, "start": start, "end": end, "suspensions": [], **changes}


def a_suspension(kind: str, start: str, end: str | None = None) -> Json:
    return {"kind": kind, "start": start, "end": end}


def an_application(
    children: Any = A,
    work: Any = "employee_permanent",
    *,
    income: Any = ("20000.00", "0.00"),
    months: Any = None,
    **sections: Any,
) -> dict[str, Json]:
    """A complete application; children by birth date, work by category or periods, income by its two sums."""
    periods = [a_period(work)] if isinstance(work, str) else list(work)
    listed = [a_child(child) if isinstance(child, str) else child for child in children]
    employment, self_employment = (income, "0.00") if isinstance(income, str) else income
    return {
        "applicant": {
            "tax_code": "RSSMRA85T50A562W",
            "first_name": "Maria",
            "last_name": "Rossi",
            "birth_date": "1985-12-10",
            "email": "maria@example.it",
            "phone": "+39 333 5550101",
            "address": "Via Garibaldi 1, Pisa",
        },
        "children": {"children": listed},
        "work": {"periods": periods},
        "income": {"employment": employment, "self_employment": self_employment},
        "payment": {"method": "iban", "iban": "IT60X0542811101000000123456"},
        "declarations": {
            "requested_months": YEAR_ROUND if months is None else list(months),
            "truthful": True,
            "privacy_notice": "2025-10-28",
        },
        **sections,
    }


def a_tax_code(birth_date: str, names: str = "VRDSFO", place: str = "H501", *, woman: bool = True) -> str:
    """A code of the right form whose date is that of `birth_date`."""
    born = date.fromisoformat(birth_date)
    day = born.day + (40 if woman else 0)
    code = f"{names}{born.year % 100:02d}{'ABCDEHLMPRST'[born.month - 1]}{day:02d}{place}"
    return code + check_letter(code)


def judged(
    sections: Any, at: datetime = FILED, *, programme: Programme = BONUS_MAMME_2025, **circumstances: Any
) -> Assessment:
    return assess(programme, sections, at, **circumstances)


def due(*arguments: Any, at: datetime = FILED, **changes: Any) -> list[int]:
    """The months due to an application made like `an_application`, on which no flag is left open."""
    assessment = judged(an_application(*arguments, **changes), at)
    assert assessment.flags == ()
    return months_due(assessment)


def months_due(assessment: Assessment) -> list[int]:
    return [verdict.month for verdict in assessment.months if verdict.due]


def reasons(assessment: Assessment, month: int) -> tuple[str, ...]:
    return assessment.months[month - 1].reasons


def flags(assessment: Assessment) -> dict[str, tuple[int, ...]]:
    return {flag.name: flag.months for flag in assessment.flags}
