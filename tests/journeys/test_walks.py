"""The two walks: from what is typed to its receipt, and from a filing to months and euro."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from loadtest.digest import canonical, digest
from loadtest.receipt import NotAuthentic, verified
from tests.journeys.applicant import Applicant
from tests.journeys.system import System

New = Callable[..., Applicant]


def test_what_is_typed_is_kept_as_typed_and_proved(applicant: New) -> None:
    """Right or wrong, it is stored; the problems are told beside it, and the receipt speaks of those very bytes."""
    mother = applicant().start()
    typed = {"tax_code": "RSSMRA85T10A562X", "first_name": "Zoe\u0308", "last_name": "", "email": None}

    saved = mother.save("applicant", typed)

    content = canonical(typed)
    stated = mother.stated(saved)
    assert digest(mother.draft, "applicant", content) == saved["digest"] == stated["digest"]
    assert {"kind": "section", "revision": 1, "draft_id": mother.draft}.items() <= stated.items()
    assert "cf-check" in {problem["code"] for problem in saved["problems"]}
    assert json.loads(content) == mother.get(f"/v1/drafts/{mother.draft}/sections/applicant").json()["content"]


def test_a_receipt_is_verified_on_a_desk_without_a_network(system: System, applicant: New, tmp_path: Path) -> None:
    """The verifier needs the answer, the published keys and what was typed; anything else typed is told apart."""
    mother = applicant().start()
    files = {name: tmp_path / f"{name}.json" for name in ("answer", "keys", "content")}
    files["answer"].write_text(json.dumps(mother.save("income")))
    files["keys"].write_text(system.client.get("/v1/receipt-keys").text)
    files["content"].write_text(json.dumps(mother.case["income"]))
    command = ["ingest.verify_receipt", str(files["answer"]), "--keys", str(files["keys"]), "--content"]

    assert system.run(*command, str(files["content"])).returncode == 0

    files["content"].write_text(json.dumps(mother.case["income"] | {"employment": "1.00"}))
    assert system.run(*command, str(files["content"])).returncode == 1


def test_an_edited_receipt_proves_nothing(system: System, applicant: New) -> None:
    """One changed character, and the signature does not hold."""
    receipt = applicant().start().save("income")["receipt"]
    header, payload, signature = receipt.split(".")
    edited = f"{header}.{payload[:-6]}{'A' if payload[-6] != 'A' else 'B'}{payload[-5:]}.{signature}"

    with pytest.raises(NotAuthentic):
        verified(edited, system.keys())
    answer = system.client.post("/v1/receipt-verifications", json={"receipt": edited})
    assert answer.json()["valid"] is False


def test_a_stale_tab_blanks_nothing_and_an_old_revision_can_be_brought_back(applicant: New) -> None:
    """412 with the current revision; the copy is kept and offered; nothing is ever overwritten."""
    mother = applicant().start()
    first, second, stale = ({"employment": sum_, "self_employment": "0.00"} for sum_ in ("1.00", "2.00", "3.00"))
    mother.save("income", first)
    mother.save("income", second)
    path = f"/v1/drafts/{mother.draft}/sections/income"

    refused = mother.system.client.put(path, json=stale, headers=mother.headers | {"if-match": '"1"'})
    mother.save("income", first)

    assert 412 == refused.status_code
    history = mother.get(f"{path}/revisions").json()
    assert [first, second, first] == [revision["content"] for revision in history["revisions"]]
    assert [stale] == [copy["content"] for copy in history["not_taken"]]


@pytest.mark.parametrize("number", [1, 12])
def test_a_filing_is_answered_at_once_and_decided_month_by_month(applicant: New, number: int) -> None:
    """202 with a receipt; then the rules decide, with a reason for every month not due, and the payment is ordered."""
    mother = applicant(number)

    filed = mother.filed()

    stated = mother.stated(filed)
    assert {"kind": "submission", "number": filed["number"], "filed_at": filed["filed_at"]}.items() <= stated.items()
    assert mother.revisions == {name: sealed["revision"] for name, sealed in stated["sections"].items()}
    outcome, expected = mother.outcome(), mother.case["expected"]
    assert expected["months_due"] == [month["month"] for month in outcome["months"] if month["due"]]
    assert expected["amount"] == outcome["amount"]["amount"]
    assert list(range(1, 13)) == [month["month"] for month in outcome["months"]]
    assert all(month["due"] or month["reasons"] for month in outcome["months"])
    assert ["accepted", "in_review", expected["state"], "payment_ordered"] == mother.states()


def test_a_refused_application_says_why_and_may_be_filed_again(applicant: New) -> None:
    """No month is due, each with its reason; the person is free to file another."""
    mother = applicant(34)
    mother.filed()

    mother.waits_for("refused")

    outcome = mother.get(f"/v1/submissions/{mother.submission}/outcome").json()
    assert "0.00" == outcome["amount"]["amount"]
    assert {"income-over-limit"} == {reason["code"] for month in outcome["months"] for reason in month["reasons"]}
    assert 202 == mother.fill_again().file().status_code


def test_the_same_filing_twice_is_one_filing(applicant: New) -> None:
    """The same key gets the same bytes, another key the first answer; another person's draft is no rival."""
    mother, key = applicant(), "6f3f8a0e-4d58-4b7f-9f0c-2d1d5c3b7a11"
    first = mother.fill().file(key)

    again, other_key = mother.file(key), mother.file()

    assert (202, first.content) == (again.status_code, again.content)
    assert (200, first.content) == (other_key.status_code, other_key.content)
    rival = Applicant(mother.system, 1, mother.number)
    assert ("already-filed", 409) == (rival.fill().file().json()["code"], 409)
    mother.waits_for("payment_ordered")
    assert 1 == mother.states().count("granted")


def test_the_receipt_comes_as_page_and_pdf_too(applicant: New) -> None:
    """The same receipt by what is accepted, and the outcome is where the 303 leads."""
    mother = applicant()
    filed = mother.filed()
    path = f"/v1/submissions/{mother.submission}/receipt"

    kinds = {
        kind: mother.system.client.get(path, headers=mother.headers | {"accept": kind})
        for kind in ("application/json", "text/html", "application/pdf")
    }

    assert filed["receipt"] == kinds["application/json"].json()["receipt"]
    assert filed["number"][:4] in kinds["text/html"].text
    assert kinds["application/pdf"].content.startswith(b"%PDF-")
    mother.outcome()
    seen = mother.get(f"/v1/submissions/{mother.submission}")
    assert (303, f"/v1/submissions/{mother.submission}/outcome") == (seen.status_code, seen.headers["location"])
