"""What remains hers after filing, and before: withdraw, have it looked at again, take everything along, delete."""

from collections.abc import Callable

from tests.integration.stack.running import until
from tests.journeys.applicant import SECTIONS, Applicant
from tests.journeys.system import System

New = Callable[..., Applicant]


def test_a_withdrawal_is_acknowledged_and_she_can_file_again(system: System, applicant: New) -> None:
    """The receipt proves it, a repeat gets the same one, and the next application is decided."""
    mother = applicant()
    system.tell_registries("labour", "not_known", tax_code=mother.tax_code)
    mother.filed()
    mother.waits_for("suspended")

    first, again = mother.act("withdrawal"), mother.act("withdrawal")

    assert (200, first.content) == (first.status_code, again.content)
    stated = mother.stated(first.json())
    assert ("withdrawal", "bonus-mamme-2025") == (stated["kind"], stated["programme"])
    assert stated["first_filed_at"] < stated["arrived_at"] < stated["filed_at"]
    assert "withdrawn" == mother.standing()["state"]
    system.tell_registries("labour", "ok", tax_code=mother.tax_code)
    assert 202 == mother.fill_again().file().status_code
    mother.outcome()


async def test_a_withdrawal_wins_over_a_decision_under_way(system: System, applicant: New) -> None:
    """The worker that still asks finds its work gone: nothing is decided about what was taken back."""
    mother, refused = applicant(), system.series("approdo_fences_refused_total")
    system.tell_registries("labour", "slow", seconds=3, tax_code=mother.tax_code)
    mother.filed()
    until(lambda: system.calls(registry="labour", mode="slow")["calls"])

    with system.paused("worker-1", "worker-2"):
        assert 200 == mother.act("withdrawal").status_code

    until(lambda: system.series("approdo_fences_refused_total") > refused)
    assert "withdrawn" == mother.standing()["state"]
    assert [] == await system.rows(
        "SELECT d.draft_id FROM decision d JOIN submission USING (draft_id) WHERE number = $1", mother.submission
    )


async def test_a_decision_is_looked_at_again_and_never_paid_twice(system: System, applicant: New) -> None:
    """Reopened, looked at by an officer, decided anew in a second round; the order that was given stands."""
    mother = applicant()
    mother.filed()
    mother.outcome()

    answer = mother.act("review-request")

    assert "review-request" == mother.stated(answer.json())["kind"]
    waiting = mother.waits_for("needs_officer")["timeline"][-1]
    assert ["review-asked"] == [reason["code"] for reason in waiting["reasons"]]
    _confirmed(system, mother)
    mother.waits_for("granted")
    assert ["payment_ordered", "reopened", "needs_officer", "in_review", "granted"] == mother.states()[-5:]
    assert 1 == mother.states().count("payment_ordered")
    assert 1 == len(await _payments(system, mother))


def test_who_is_paid_cannot_withdraw_and_file_again(system: System, applicant: New) -> None:
    """A review opens the decision again, not the way to a second payment of the same months."""
    mother = applicant()
    mother.filed()
    mother.outcome()

    with system.paused("worker-1", "worker-2"):
        mother.act("review-request")
        withdrawal = mother.act("withdrawal")

    assert (409, "move-not-allowed") == (withdrawal.status_code, withdrawal.json()["code"])
    assert mother.standing()["payment_stands"]
    again = mother.fill_again().file()
    assert (409, "already-filed") == (again.status_code, again.json()["code"])


async def test_a_review_does_not_lose_a_payment_the_bank_was_still_asked_about(system: System, applicant: New) -> None:
    """The order of an integration waits for the bank; what the review decides orders it."""
    mother = applicant()
    system.tell_registries("bank", "ko", tax_code=mother.tax_code)
    mother.filed()
    mother.waits_for("payment_failed")
    system.tell_registries("bank", "503", tax_code=mother.tax_code)
    mother.integrate(payment={"method": "iban", "iban": "IT60X0542811101000000123456"})
    mother.act("review-request")

    mother.waits_for("needs_officer")
    _confirmed(system, mother)

    system.tell_registries("bank", "ok", tax_code=mother.tax_code)

    mother.waits_for("payment_ordered", also=lambda standing: "reopened" in str(standing["timeline"]))
    assert 2 == len(await _payments(system, mother))  # the one that failed, and this one


async def _payments(system: System, mother: Applicant) -> list[object]:
    return await system.rows(
        "SELECT e.round FROM effect e JOIN submission USING (draft_id) WHERE number = $1 AND kind = 'payment'",
        mother.submission,
    )


def _confirmed(system: System, mother: Applicant) -> None:
    """An officer looks at the review and leaves the facts as they are."""
    done = system.run("workers", "confirm", mother.submission, "--who", "Anna", "--why", "seen again")
    assert 0 == done.returncode, done.stderr


def test_a_refusal_is_looked_at_again(system: System, applicant: New) -> None:
    """Reopened, and refused a second time on the same facts: both decisions are told, and that a person looked."""
    mother = applicant(34)
    mother.filed()
    mother.waits_for("refused")

    assert 200 == mother.act("review-request").status_code

    mother.waits_for("needs_officer")
    _confirmed(system, mother)
    timeline = mother.waits_for("refused", also=lambda standing: len(standing["timeline"]) > 5)["timeline"]
    assert ["refused", "reopened", "needs_officer", "in_review", "refused"] == mother.states()[2:]
    assert "Una persona della sede ha riguardato la domanda" in timeline[-2]["reasons"][0]["message"]


async def test_a_deleted_draft_holds_nothing(system: System, applicant: New) -> None:
    """All that was typed is gone, the deletion is receipted, and a repeat gets the same answer."""
    mother = applicant().fill()

    first, again = mother.delete(), mother.delete()

    assert (200, first.content) == (first.status_code, again.content)
    assert "deletion" == mother.stated(first.json())["kind"]
    assert 404 == mother.get(f"/v1/drafts/{mother.draft}").status_code
    for table in ("section_revision", "refused_copy"):
        assert [] == await system.rows(f"SELECT * FROM {table} WHERE draft_id = $1::text::uuid", mother.draft)


def test_what_is_filed_is_not_deleted(applicant: New) -> None:
    """A sealed draft stays; withdrawing is another thing."""
    mother = applicant()
    mother.filed()

    answer = mother.delete()

    assert (409, "sealed") == (answer.status_code, answer.json()["code"])


def test_everything_she_gave_can_be_taken_along(applicant: New) -> None:
    """Each section with each revision and its receipt, and the filing with its own."""
    mother = applicant().fill()
    mother.save("income", {"employment": "1.00", "self_employment": "0.00"})
    filed = mother.file().json()

    export = mother.get(f"/v1/drafts/{mother.draft}/export").json()

    assert set(SECTIONS) == export["sections"].keys()
    incomes = [revision["content"]["employment"] for revision in export["sections"]["income"]["revisions"]]
    assert [mother.case["income"]["employment"], "1.00"] == incomes
    assert (filed["number"], filed["receipt"]) == (export["submission"]["number"], export["submission"]["receipt"])
    for section in export["sections"].values():
        assert all("section" == mother.stated(revision)["kind"] for revision in section["revisions"])
