"""States: wherever an application stands and whatever a page answers, it can be read, heard and followed."""

from collections.abc import Callable

from playwright.async_api import Page

from core.pages.languages import NAMES
from tests.journeys.applicant import Applicant
from tests.journeys.system import System
from tests.journeys.web.mother import Mother
from tests.journeys.web.test_accessibility import NARROW, TOO_WIDE, is_fine, opens

GRANTED, REFUSED, TO_AN_OFFICER = 1, 28, 51  # golden cases


def _roads(system: System, number: int) -> dict[str, Applicant]:
    """File an application for each state, and return them by the state they come to."""
    people = {
        "payment_ordered": Applicant(system, GRANTED, number),
        "refused": Applicant(system, REFUSED, number + 1),
        "needs_officer": Applicant(system, TO_AN_OFFICER, number + 2),
        "payment_failed": Applicant(system, GRANTED, number + 3),
        "needs_applicant": Applicant(system, GRANTED, number + 4),
        "suspended": Applicant(system, GRANTED, number + 5),
        "withdrawn": Applicant(system, REFUSED, number + 6),
    }
    people["needs_applicant"].case["children"]["children"][0]["tax_code"] = "RSSMRA85T50A562X"
    system.tell_registries("bank", "ko", tax_code=people["payment_failed"].tax_code)
    system.tell_registries("labour", "not_known", tax_code=people["suspended"].tax_code)
    for somebody in people.values():
        somebody.filed()
    return people


async def test_each_state_of_an_application_is_accessible_and_fits_in_each_language(mother: Callable, system: System):
    """Decided, refused, suspended, waiting for her, for an officer or for a bank: by axe, and at 320 pixels."""
    maria: Mother = await mother(viewport=NARROW)
    page, people = maria.page, _roads(system, 2 * maria.number)
    people["withdrawn"].act("withdrawal")
    for state, somebody in people.items():
        somebody.waits_for(state)
        await opens(page, somebody, "stato")
        await is_fine(page)
        for code in NAMES if state == "needs_applicant" else ("de",):
            await page.locator(f".lingue [hreflang={code}]").click()
            assert (code, False) == (await page.get_attribute("html", "lang"), await page.evaluate(TOO_WIDE)), state
            assert page.url.endswith("/domanda/stato")


async def test_the_pages_before_and_after_sending_are_accessible(mother: Callable, system: System):
    """All that will be sent, the receipt, what can be asked for, and a correction."""
    maria: Mother = await mother(viewport=NARROW)
    fills, filed = (Applicant(system, GRANTED, 2 * maria.number + 10 + person) for person in range(2))
    fills.fill()
    filed.filed()
    filed.waits_for("payment_ordered")
    await opens(maria.page, fills, "riepilogo")
    await is_fine(maria.page)
    await opens(maria.page, filed, "ricevuta")
    for address in ("/domanda/ricevuta", "/domanda/chiedi/riesame", "/domanda/figli/correggi", "/reclamo", "/domande"):
        await maria.page.goto(address)
        await is_fine(maria.page)
    await maria.page.goto("/domanda/chiedi/annulla")  # paid is paid: there is nothing to ask
    assert maria.page.url.endswith("/domanda/stato")
    filed.act("review-request")
    await maria.page.goto("/domanda/chiedi/annulla")  # looked at again, it is paid as before
    assert maria.page.url.endswith("/domanda/stato")
    assert "non si può più annullare" in await maria.page.inner_text("main")
    assert not await maria.page.get_by_role("link", name="Annulla la domanda").count()


async def test_answers_and_dead_ends_are_accessible(mother: Callable):
    """What was asked and answered, what was deleted, what is not there, and where there is no way in."""
    maria: Mother = await mother(viewport=NARROW)
    page = maria.page
    for address, press in (("/controlla", "Controlla"), ("/verifica-ricevuta", "Verifica"), ("/riprendi", "Riprendi")):
        await page.goto(address)
        await _presses(page, press)
    await maria.starts()
    await page.goto("/domanda/chiedi/annulla")
    await is_fine(page)
    await page.goto("/domanda/elimina")
    await _presses(page, "Sì, elimina tutto")
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Scarica la ricevuta in PDF").click()
    assert "ricevuta-cancellazione.pdf" == (await download.value).suggested_filename
    await page.goto("/domanda")
    assert "Riprendi la domanda" == await page.inner_text("h1")
    await is_fine(page)


async def _presses(page: Page, name: str) -> None:
    async with page.expect_navigation():
        await page.get_by_role("button", name=name, exact=True).last.click()
    await is_fine(page)
