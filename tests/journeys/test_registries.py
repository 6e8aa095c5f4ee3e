"""Registries that fail, do not know yet, or contradict: nothing is refused for it, and nothing is asked twice."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.journeys.applicant import Applicant
from tests.journeys.system import System

New = Callable[..., Applicant]


def the_second_came_after(calls: list[dict[str, object]]) -> timedelta:
    first, second = (datetime.fromisoformat(str(call["at"])) for call in calls)
    return second - first


def test_a_registry_that_fails_once_is_asked_again_and_decides_once(system: System, applicant: New) -> None:
    """503, then ok: two calls for that fact, one for each of the others, one decision."""
    mother, since = applicant(), system.calls()["total"]
    system.tell_registries("revenue", "503", tax_code=mother.tax_code, times=1)

    mother.filed()
    mother.outcome()

    assert ["503", "ok"] == [call["mode"] for call in mother.calls("revenue", "tax_code", since)]
    assert 1 == len(mother.calls("anpr", "identity", since)) == len(mother.calls("labour", "work:0", since))
    assert ["accepted", "in_review", "granted", "payment_ordered"] == mother.states()


def test_a_throttled_registry_is_left_alone_as_long_as_it_said(system: System, applicant: New) -> None:
    """429 with Retry-After: 2 wins over our own, shorter backoff."""
    mother, since = applicant(), system.calls()["total"]
    system.tell_registries("anpr", "429", fact="identity", tax_code=mother.tax_code, times=1, retry_after=2)

    mother.filed()
    mother.outcome()

    calls = mother.calls("anpr", "identity", since)
    assert ["429", "ok"] == [call["mode"] for call in calls]
    assert timedelta(seconds=2) <= the_second_came_after(calls)


@pytest.mark.parametrize("mode", ["wrong_body", "truncated", "html", "redirect"])
def test_an_answer_that_is_none_decides_nothing(system: System, applicant: New, mode: str) -> None:
    """What cannot be read is asked again; it is never taken for yes or no."""
    mother, since = applicant(), system.calls()["total"]
    system.tell_registries("labour", mode, tax_code=mother.tax_code, times=1)

    mother.filed()
    mother.outcome()

    assert [mode, "ok"] == [call["mode"] for call in mother.calls("labour", "work:0", since)]


async def test_a_suspension_heals(system: System, applicant: New) -> None:
    """Not known yet: suspended until tomorrow, visibly; set due again, only what was missing is asked."""
    mother, since = applicant(), system.calls()["total"]
    system.tell_registries("labour", "not_known", tax_code=mother.tax_code)
    mother.filed()

    standing = mother.waits_for("suspended")

    suspended = standing["timeline"][-1]
    assert [("not-known-yet", "work:0")] == [(reason["code"], reason["about"]) for reason in suspended["reasons"]]
    waits = datetime.fromisoformat(standing["next_check_at"]) - datetime.fromisoformat(suspended["at"])
    assert timedelta(hours=23, minutes=59) < waits < timedelta(hours=24, minutes=1)

    system.tell_registries("labour", "ok", tax_code=mother.tax_code)
    done = system.run("workers", "replay", "--number", mother.submission, "--who", "Anna", "--why", "UniLav is back")
    assert "1 set due" in done.stdout, done.stderr

    mother.outcome()
    assert ["accepted", "in_review", "suspended", "in_review", "granted", "payment_ordered"] == mother.states()
    assert ["not_known", "ok"] == [call["answer"] for call in mother.calls("labour", "work:0", since)]
    assert 1 == len(mother.calls("anpr", "child:0", since))


def test_a_contradiction_goes_back_to_her_and_her_date_stands(system: System, applicant: New) -> None:
    """The registry says no: she is told which fact, corrects it, and is decided with her first filing's date."""
    mother = applicant()
    system.tell_registries("anpr", "ko", fact="child:1", tax_code=mother.tax_code)
    filed = mother.filed()

    asked = mother.waits_for("needs_applicant")["timeline"][-1]["reasons"]
    system.tell_registries("anpr", "ok", fact="child:1", tax_code=mother.tax_code)
    mother.case["children"]["children"][1]["birth_date"] = "2021-03-04"
    integrated = mother.integrate(children=mother.case["children"])

    assert [("registry-contradicts", "child:1")] == [(reason["code"], reason["about"]) for reason in asked]
    stated = mother.stated(integrated)
    assert ("integration", filed["filed_at"]) == (stated["kind"], stated["first_filed_at"])
    assert ("bonus-mamme-2025", True) == (stated["programme"], filed["arrived_at"] < stated["arrived_at"])
    assert {"children": 2} == {name: sealed["revision"] for name, sealed in stated["sections"].items()}
    outcome = mother.outcome()
    assert filed["filed_at"] == outcome["filed_at"]
    assert "480.00" == outcome["amount"]["amount"]


def test_an_error_in_what_was_filed_goes_back_to_her_before_anybody_is_asked(system: System, applicant: New) -> None:
    """A valid code is missing: the filing stands, she is asked for it, and then claimed and decided."""
    mother, since = applicant(), system.calls()["total"]
    right = mother.case["applicant"]
    mother.case["applicant"] = right | {
        "tax_code": right["tax_code"][:-1] + ("A" if right["tax_code"][-1] != "A" else "B")
    }
    mother.filed()

    mother.waits_for("needs_applicant")
    assert 0 == len(system.calls(after=str(since))["calls"])
    mother.integrate(applicant=right)

    assert "480.00" == mother.outcome()["amount"]["amount"]


def test_another_account_holder_stops_the_payment_and_not_the_grant(system: System, applicant: New) -> None:
    """The bank says no: granted all the same, payment failed; another account, and the payment is ordered."""
    mother = applicant()
    system.tell_registries("bank", "ko", tax_code=mother.tax_code)
    mother.filed()

    failed = mother.waits_for("payment_failed")
    system.tell_registries("bank", "ok", tax_code=mother.tax_code)
    mother.integrate(payment=mother.case["payment"] | {"iban": "IT37Y0542811101000000123457"})

    assert "account-holder-differs" == failed["timeline"][-1]["reasons"][0]["code"]
    assert "480.00" == failed["amount"]["amount"] == mother.outcome()["amount"]["amount"]
    assert ["granted", "payment_failed", "payment_ordered"] == mother.states()[-3:]
