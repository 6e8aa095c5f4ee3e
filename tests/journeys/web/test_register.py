"""The emergency register as she meets it: the archive does not answer, and what she sends is taken all the same."""

import time
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, expect

from tests.journeys.system import System, running_system
from tests.journeys.web.browsers import PATIENCE, chromium
from tests.journeys.web.mother import Mother
from tests.journeys.web.outage import store_is_back, without_a_store

REGISTER = "/domanda/registro"
WAITS, IS_IN = "Al sicuro; aspetta che l'archivio risponda.", "Riportato nell'archivio."


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """Everything `make run` starts, as it starts it: the register stands in for the store."""
    chromium()
    with running_system() as started:
        yield started


async def entries(page: Page) -> list[str]:
    """The entries on her page of the register, latest first."""
    await page.goto(REGISTER)
    return [await one.inner_text() for one in await page.locator("li.versione").all()]


async def entries_once(page: Page, holds: Callable[[list[str]], object]) -> list[str]:
    """Return the entries as soon as this holds of them."""
    give_up_at = time.monotonic() + PATIENCE / 1000
    while not holds(found := await entries(page)):
        assert time.monotonic() < give_up_at, found
        await page.wait_for_timeout(300)  # more slowly than a draft's rate
    return found


async def until_all_are_in(page: Page, system: System) -> list[str]:
    """Wait until the ledger is back and holds everything she had registered."""
    store_is_back(system)
    return await entries_once(page, lambda found: found and all(IS_IN in one for one in found))


async def test_what_she_types_goes_into_the_register_and_is_in_the_archive_when_it_is_back(
    mother: Callable, system: System
):
    """The page says so in words, lists what waits with its number and a receipt, and forgets nothing she typed."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens("redditi")
    await maria.types("employment", "18.500")
    await maria.is_told("Salvato alle")
    with without_a_store(system):
        await maria.types("self_employment", "1200,50")
        await maria.is_told("Salvato nel registro di emergenza alle")
        async with maria.page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
            await maria.types("self_employment", "1300,50")  # it said "registered" of the last one until then
        await expect(maria.page.locator("#stato[data-come=registered]")).to_be_visible(timeout=PATIENCE)
        waiting = await entries_once(maria.page, lambda found: len(found) >= 2)  # the last may be on its way
        await maria.page.get_by_role("link", name="Ricevuta da stampare").first.click()
        receipt = await maria.page.inner_text("body")

    brought_in = await until_all_are_in(maria.page, system)
    await maria.opens("redditi")

    assert all(WAITS in one for one in waiting)
    assert all("Numero nel registro: " in one for one in waiting)
    assert "L'archivio delle domande non rispondeva" in receipt
    assert _numbers(waiting) == _numbers(brought_in)
    shown = [await maria.page.input_value(f"#c-{field}") for field in ("employment", "self_employment")]
    # As it is held, or as she typed it, where she had left before the last answer came.
    assert ["18500", "1300,50"] == [one.replace(".", "") for one in shown]


async def test_an_application_sent_without_the_archive_has_its_number_when_it_is_back(mother: Callable, system: System):
    """She has read it over and sends; the register states when it arrived, and the number follows by itself."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.fills_everything()
    with without_a_store(system):
        await maria.page.get_by_role("button", name="Invia la domanda").click()
        await maria.page.wait_for_url(f"**{REGISTER}")
        told = await maria.page.inner_text("main")

    brought_in = await until_all_are_in(maria.page, system)
    shown = await maria.page.inner_text("main")
    await maria.page.goto("/domanda/ricevuta")

    assert WAITS in told
    assert 1 == len(brought_in)
    assert "La tua domanda è nell'archivio e ha il numero" in shown
    number = (await maria.page.locator(".codice-grande").inner_text()).strip()
    assert number in shown


async def test_without_a_script_the_save_leads_to_the_page_of_the_register(mother: Callable, system: System):
    """Nothing has to be believed from a status line: the page lists it."""
    maria: Mother = await mother(java_script_enabled=False)
    await maria.starts()
    await maria.opens("redditi")
    await maria.fills("redditi")
    with without_a_store(system):
        await maria.posts("Salva e resta qui")
        assert urlsplit(maria.page.url).path == REGISTER
        assert WAITS in await maria.page.inner_text("main")

    await until_all_are_in(maria.page, system)
    await maria.opens("redditi")
    assert "20000,00" == await maria.page.input_value("#c-employment")


def _numbers(entries: list[str]) -> list[str]:
    return [line for one in entries for line in one.splitlines() if line.startswith("Numero nel registro: ")]
