"""The civil day decides: late, supplementary and outside every window, on a clock that is moved for it."""

from collections.abc import Callable, Iterator

import pytest

from tests.journeys.applicant import Applicant
from tests.journeys.system import System

New = Callable[..., Applicant]
ORDINARY = "2025-11-20T09:00:00+01:00"


@pytest.fixture(autouse=True)
def back_to_the_ordinary_window(system: System) -> Iterator[None]:
    """The other journeys happen in November."""
    yield
    system.set_clock(ORDINARY)


@pytest.mark.parametrize(
    ("now", "window"), [("2025-12-10T00:00:00+01:00", "late"), ("2026-02-01T00:00:00+01:00", "outside")]
)
def test_who_comes_too_late_is_recorded_and_told_why(system: System, applicant: New, now: str, window: str) -> None:
    """Accepted, with a receipt that says so; decided, with the reason late; never dropped."""
    mother = applicant().fill()
    system.set_clock(now)

    stated = mother.stated(mother.file().json())

    assert window == stated["window"]
    assert stated["late_reason"] in {"after-ordinary-window", "after-all-windows"}
    mother.waits_for("refused")
    outcome = mother.get(f"/v1/submissions/{mother.submission}/outcome").json()
    assert {"late"} == {reason["code"] for month in outcome["months"] for reason in month["reasons"]}


def test_who_comes_in_the_last_moments_is_in_time(system: System, applicant: New) -> None:
    """The instant of arrival decides, whenever it is looked at."""
    mother = applicant(49).fill()
    system.set_clock("2025-12-09T23:58:30+01:00")

    filed = mother.file().json()
    system.set_clock("2025-12-12T09:00:00+01:00")

    assert "ordinary" == mother.stated(filed)["window"]
    assert filed["arrived_at"] < "2025-12-09T23:00:00Z"
    assert "480.00" == mother.outcome()["amount"]["amount"]


def test_a_supplementary_application_asks_for_the_other_months(system: System, applicant: New) -> None:
    """In January she asks for the last months, and once more for September: no month is granted twice."""
    mother = applicant()
    mother.case["declarations"]["requested_months"] = list(range(1, 10))
    mother.filed()
    assert "360.00" == mother.outcome()["amount"]["amount"]
    system.set_clock("2026-01-20T09:00:00+01:00")
    mother.case["declarations"]["requested_months"] = [9, 10, 11, 12]

    answer = mother.fill_again().file()

    assert "supplementary" == mother.stated(answer.json())["late_reason"]
    outcome = mother.outcome()
    assert [10, 11, 12] == [month["month"] for month in outcome["months"] if month["due"]]
    assert ["already-requested"] == [reason["code"] for reason in outcome["months"][8]["reasons"]]
    assert "120.00" == outcome["amount"]["amount"]


def test_a_corrected_tax_code_makes_it_supplementary(system: System, applicant: New) -> None:
    """Who she is was not known when it was filed: known, it adds to what she has, and is in time."""
    mother = applicant()
    mother.case["declarations"]["requested_months"] = list(range(1, 10))
    mother.filed()
    mother.outcome()
    system.set_clock("2026-01-20T09:00:00+01:00")
    hers = dict(mother.case["applicant"])
    mother.case["declarations"]["requested_months"] = [10, 11, 12]
    mother.case["applicant"] |= {"tax_code": hers["tax_code"][:15] + ("A" if hers["tax_code"][15] != "A" else "B")}
    mother.fill_again().file()
    mother.waits_for("needs_applicant")

    mother.integrate(applicant=hers)

    assert "120.00" == mother.outcome()["amount"]["amount"]


def test_an_integration_asks_for_no_month_granted_elsewhere(system: System, applicant: New) -> None:
    """Both of her applications are open; what one was granted the other is not."""
    mother = applicant()
    mother.case["declarations"]["requested_months"] = list(range(1, 10))
    mother.case["payment"] = {"method": "", "iban": ""}
    first = mother.filed()["number"]
    mother.waits_for("needs_applicant")
    opened = mother.draft, mother.headers, mother.revisions
    system.set_clock("2026-01-20T09:00:00+01:00")
    mother.case["payment"] = {"method": "postal_transfer", "iban": ""}
    mother.case["declarations"] |= {"requested_months": [10, 11, 12]}
    mother.fill_again().file()
    mother.outcome()

    (mother.draft, mother.headers, mother.revisions), mother.submission = opened, first
    declarations = mother.case["declarations"] | {"requested_months": list(range(1, 13))}
    mother.integrate(payment=mother.case["payment"], declarations=declarations)

    outcome = mother.outcome()
    assert "360.00" == outcome["amount"]["amount"]
    assert ["already-requested"] == [reason["code"] for reason in outcome["months"][11]["reasons"]]
