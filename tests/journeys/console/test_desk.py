"""The list and the officer's desk in a browser: shown first, done by hand, decided by the rules."""

from collections.abc import Callable

from core.domain.number import grouped
from tests.journeys.applicant import Applicant
from tests.journeys.console.operator_ import WHO, WHY, Operator
from tests.journeys.system import System

WORK = "SELECT w.* FROM work w JOIN submission USING (draft_id) WHERE number = $1"
EVENTS = "SELECT e.* FROM submission_event e JOIN submission USING (draft_id) WHERE number = $1 ORDER BY seq"


async def test_a_replay_is_seen_before_it_is_done(
    system: System, operator: Callable, applicant: Callable[..., Applicant]
) -> None:
    """From the reason to the items, from the items to the plan, which changes nothing; then who and why, and done."""
    ada: Operator = await operator()
    page, mother = ada.page, applicant()
    system.tell_registries("revenue", "400", tax_code=mother.tax_code)
    mother.filed()
    mother.waits_for("needs_officer")
    before = await system.rows(WORK, mother.submission)
    system.tell_registries("revenue", "ok", tax_code=mother.tax_code)

    await page.goto("/worklist?reason=question-refused")
    await ada.sees(grouped(mother.submission))
    await page.get_by_role("button", name="Show what a replay would do").first.click()
    await ada.sees("1 would be set due.")
    assert before == await system.rows(WORK, mother.submission)

    await ada.signs(page.locator("form", has_text="Do it"))
    await page.get_by_role("button", name="Set 1 due now").click()
    await ada.sees("1 set due.")

    assert "480.00" == mother.outcome()["amount"]["amount"]
    (replayed,) = [event for event in await system.rows(EVENTS, mother.submission) if event["kind"] == "replayed"]
    assert (WHO, WHY) == (replayed["who"], replayed["why"])


async def test_an_officer_rules_and_the_rules_decide(operator: Callable, applicant: Callable[..., Applicant]) -> None:
    """A question of law, found by its number; the page shows it in the trail afterwards."""
    ada: Operator = await operator()
    page, mother = ada.page, applicant(38)
    mother.filed()
    flag = mother.waits_for("needs_officer")["timeline"][-1]["reasons"][0]["code"]

    await page.goto("/desk")
    await page.get_by_label("Number of an application").fill(grouped(mother.submission).lower())
    await page.get_by_role("button", name="Open").click()
    await page.get_by_label(f"flag:{flag}").check()
    await page.get_by_label("It holds").check()
    await ada.signs(page.locator("form", has_text="Rule on facts"))
    await page.get_by_role("button", name="Rule", exact=True).click()
    await ada.sees("Written down; the rules decide")

    mother.waits_for("payment_ordered")
    await page.reload()
    await ada.sees(f"flag:{flag}")
    await ada.sees("Decision of round 1")
    assert WHO in await page.locator("table").last.inner_text()


async def test_a_review_is_looked_at(operator: Callable, applicant: Callable[..., Applicant]) -> None:
    """She asked for it; only where one waits is there anything to press."""
    ada: Operator = await operator()
    page, mother = ada.page, applicant()
    mother.filed()
    mother.outcome()
    await page.goto(f"/desk/{mother.submission}")
    assert 0 == await page.get_by_role("button", name="Looked at").count()
    mother.act("review-request")
    mother.waits_for("needs_officer")

    await page.reload()
    await ada.signs(page.locator("form", has_text="Review: looked at"))
    await page.get_by_role("button", name="Looked at").click()
    await ada.sees("Written down; the rules decide")

    mother.waits_for("granted")  # the order given before stands, so none is given again


async def test_what_cannot_be_done_is_said_and_changes_nothing(
    system: System, operator: Callable, applicant: Callable[..., Applicant]
) -> None:
    """A decided application waits for nobody's ruling; a wrong number and a personal reason are told apart."""
    ada: Operator = await operator()
    page, mother = ada.page, applicant()
    mother.filed()
    mother.outcome()
    before = await system.rows(EVENTS, mother.submission)

    await page.goto(f"/desk/{mother.submission}")
    await page.get_by_label("identity").check()
    await page.get_by_label("It does not hold").check()
    await ada.signs(page.locator("form", has_text="Rule on facts"))
    await page.get_by_role("button", name="Rule", exact=True).click()
    await ada.sees("It waits for nobody's ruling, or it has been withdrawn. Nothing was changed.")
    assert before == await system.rows(EVENTS, mother.submission)

    await page.goto("/desk?number=AAAAAAAA")
    await ada.sees("not a number of ours")
    await page.goto("/switches")
    card = page.locator("section.card", has=page.get_by_role("heading", name="starts", exact=True))
    await card.locator("summary").click()
    await card.get_by_label("Who are you").fill(WHO)
    await card.get_by_label("Why").fill("asked by RSSMRA85T50A562W")
    await card.get_by_role("button", name="Pause", exact=True).click()
    await ada.sees("looks like a tax code")
