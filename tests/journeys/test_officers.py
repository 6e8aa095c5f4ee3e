"""What waits for a person: listed, looked at without touching it, replayed or ruled on, and decided by the rules."""

from collections.abc import Callable

from core.domain.number import grouped
from tests.journeys.applicant import Applicant
from tests.journeys.system import System

New = Callable[..., Applicant]
WHO = ("--who", "Anna", "--why", "seen with the registry")
WORK = "SELECT w.* FROM work w JOIN submission USING (draft_id) WHERE number = $1"
EVENTS = "SELECT e.* FROM submission_event e JOIN submission USING (draft_id) WHERE number = $1 ORDER BY seq"


async def test_a_question_that_is_refused_is_buried_and_replayed(system: System, applicant: New) -> None:
    """It is on the list with its reason; a dry run changes nothing; a replay leaves who and why, and decides."""
    mother = applicant()
    system.tell_registries("revenue", "400", tax_code=mother.tax_code)
    mother.filed()
    mother.waits_for("needs_officer")

    listed = system.run("workers", "buried").stdout
    before = await system.rows(WORK, mother.submission)
    dry = system.run("workers", "replay", "--number", mother.submission, "--dry-run")

    assert "question-refused" in listed
    assert grouped(mother.submission) in listed
    assert "1 would be set due" in dry.stdout
    assert before == await system.rows(WORK, mother.submission)
    assert "needs_officer" == mother.standing()["state"]

    system.tell_registries("revenue", "ok", tax_code=mother.tax_code)
    system.run("workers", "replay", "--reason", "question-refused", *WHO)

    assert "480.00" == mother.outcome()["amount"]["amount"]
    replayed = [event for event in await system.rows(EVENTS, mother.submission) if event["kind"] == "replayed"]
    assert [("Anna", "seen with the registry")] == [(event["who"], event["why"]) for event in replayed]
    assert grouped(mother.submission) not in system.run("workers", "buried").stdout


def test_an_open_question_of_law_is_ruled_on_by_an_officer(system: System, applicant: New) -> None:
    """Plain foster care decides the outcome: a person rules, in her favour or not, and the rules take it from there."""
    for ruling, state in (("--ok", "payment_ordered"), ("--ko", "refused")):
        mother = applicant(38)
        mother.filed()
        flag = mother.waits_for("needs_officer")["timeline"][-1]["reasons"][0]["code"]

        ruled = system.run("workers", "verify", mother.submission, "--fact", f"flag:{flag}", ruling, *WHO)

        assert 0 == ruled.returncode, ruled.stderr
        mother.waits_for(state)


def test_a_registry_that_contradicts_can_be_overruled(system: System, applicant: New) -> None:
    """An officer has seen the paper: her word stands over the registry's, which is not asked again."""
    mother, since = applicant(), system.calls()["total"]
    system.tell_registries("anpr", "ko", fact="child:0", tax_code=mother.tax_code)
    mother.filed()
    mother.waits_for("needs_applicant")

    ruled = system.run("workers", "verify", mother.submission, "--fact", "child:0", "--ok", *WHO)

    assert 0 == ruled.returncode, ruled.stderr
    assert "480.00" == mother.outcome()["amount"]["amount"]
    assert 1 == len(mother.calls("anpr", "child:0", since))


def test_what_is_not_there_is_not_ruled_on(system: System, applicant: New) -> None:
    """The answer says what could be ruled on; nothing is written, and a decided one waits for nobody."""
    mother = applicant()
    mother.filed()
    mother.outcome()

    unknown = system.run("workers", "verify", mother.submission, "--fact", "child:9", "--ok", *WHO)
    decided = system.run("workers", "verify", mother.submission, "--fact", "child:0", "--ok", *WHO)

    assert (1, 1) == (unknown.returncode, decided.returncode)
    assert "child:0, child:1, work:0" in unknown.stderr
    assert "waits for nobody" in decided.stderr


def test_a_payment_is_recorded_once(system: System, applicant: New) -> None:
    """Paid is an operator's import, and doing it again changes nothing."""
    mother = applicant()
    mother.filed()
    mother.outcome()

    for _ in range(2):
        assert 0 == system.run("workers", "paid", mother.submission, "--who", "bank import").returncode

    assert ["payment_ordered", "paid"] == mother.states()[-2:]
