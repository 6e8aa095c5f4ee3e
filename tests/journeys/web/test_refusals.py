"""Refusals: a page that says what is safe, keeps what was sent, tries again by itself, and gives the certificate."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx
from playwright.async_api import Page, expect

from loadtest.receipt import verified
from tests.integration.stack.running import until
from tests.journeys.system import System
from tests.journeys.web.browsers import PATIENCE
from tests.journeys.web.mother import Mother
from tests.journeys.web.outage import store_is_back, without_a_store
from tests.journeys.web.posting import a_person, begins, code_of, hidden
from tests.journeys.web.test_accessibility import is_fine

TYPED = 'Mària "Ò" & <b>'


async def test_what_is_refused_in_an_outage_stays_on_its_page_and_is_done_when_it_is_over(
    mother: Callable, system: System
):
    """With a script the page does it by itself unless told not to; without, one press does; even if she had to show
    her code just then. The certificate is signed, and the list of her attempts has it too."""
    begins: Mother = await mother(viewport={"width": 320, "height": 640})
    saves: Mother = await (await mother(java_script_enabled=False)).starts()
    returns: Mother = await (await mother(java_script_enabled=False)).starts()
    stays = await begins.page.context.new_page()
    for page in (begins.page, stays):
        await page.goto("/")
    await saves.opens("richiedente")
    await saves.types("first_name", TYPED)
    await _is_asked_for_her_code(returns)

    with without_a_store(system):
        await _waits(begins.page)
        await _is_told_not_to_wait(stays)
        certificate = await _is_refused_with_a_certificate(saves.page, system)
        await returns.page.get_by_role("button", name="Riprendi").click()
    store_is_back(system)

    await begins.page.wait_for_url("**/domanda", timeout=2 * PATIENCE)
    assert await stays.locator("#conto").is_visible()
    for somebody, field, typed in ((saves, "first_name", TYPED), (returns, "address", "Via dei Due Guasti 2")):
        await somebody.page.get_by_role("button", name="Riprova adesso").click()
        await somebody.page.wait_for_url("**/domanda/richiedente#stato")
        assert typed == await somebody.page.input_value(f"#c-{field}")
    await saves.page.goto("/domanda/tentativi")
    listed = await saves.page.locator("[name=attestato]").all()
    assert certificate in [await one.input_value() for one in listed]


async def _is_asked_for_her_code(somebody: Mother) -> None:
    await somebody.opens("richiedente")
    await somebody.page.context.clear_cookies()
    await somebody.types("address", "Via dei Due Guasti 2")
    await somebody.page.get_by_role("button", name="Salva e resta qui").click()
    await somebody.page.fill("#codice", somebody.code)


async def _waits(page: Page) -> None:
    await page.get_by_role("button", name="Inizia la domanda").click()
    await expect(page.locator("#ancora #conto")).to_contain_text("Riprovo da sola tra")
    await is_fine(page)


async def _is_told_not_to_wait(page: Page) -> None:
    await page.get_by_role("button", name="Inizia la domanda").click()
    await page.get_by_role("button", name="Non riprovare da sola").click()
    assert "Non riprovo più da sola." == await page.evaluate("document.activeElement.innerText")


async def _is_refused_with_a_certificate(page: Page, system: System) -> str:
    await page.get_by_role("button", name="Salva e resta qui").click()
    certificate = await page.locator("[name=attestato]").input_value()
    stated = verified(certificate, system.keys())
    assert ("attempt", "section", "store-unavailable") == (stated["kind"], stated["operation"], stated["code"])
    assert re.search(r"Codice da leggere al contact center: [A-F]\d\d", await page.inner_text("main"))
    async with page.expect_download() as download:
        await page.get_by_role("button", name="Scarica l'attestato del tentativo").click()
    assert (await download.value).suggested_filename.endswith(".pdf")
    return certificate


async def test_a_long_pause_is_told_in_minutes_and_cut_short_by_one_press(mother: Callable, system: System):
    """While she types it is safe on her device; where she would begin, the page waits. It ends, and both are done."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens("richiedente")
    anna: Mother = await mother()
    await anna.page.goto("/")
    with _paused(system, "intake:web", "starts"):
        await maria.types("address", "Via Roma 1")
        await maria.is_told("è al sicuro su questo dispositivo. Riprovo tra")
        assert re.search(r"tra (30|2\d) minuti", await maria.page.inner_text("#stato-testo"))
        await is_fine(maria.page)
        await anna.page.get_by_role("button", name="Inizia la domanda").click()
        await expect(anna.page.locator("#conto")).to_have_text(re.compile(r"^Riprovo da sola tra (30|2\d) minuti\.$"))

    for somebody in (maria, anna):
        await somebody.page.get_by_role("button", name="Riprova adesso").click()

    await maria.is_told("Salvato alle")
    await anna.page.wait_for_url("**/domanda")


@contextmanager
def _paused(system: System, *switches: str) -> Iterator[None]:
    """Hold these back for half an hour, until every counter knows; and let them go again."""
    said = ("--who", "Anna", "--why", "maintenance")
    for switch in switches:
        assert 0 == system.run("workers", "pause", switch, "--minutes", "30", *said).returncode
    try:
        until(lambda: _begins(system).status_code == 503)
        yield
    finally:
        for switch in switches:
            system.run("workers", "resume", switch, *said)
        until(lambda: _begins(system).status_code == 201)


def _begins(system: System) -> httpx.Response:
    return system.client.post("/v1/drafts", json={"programme": "bonus-mamme-2025", "channel": "web"})


def test_a_save_that_waited_for_her_code_and_is_refused_then_waits_on(system: System):
    """The code opens the session, the draft's own rate is spent, and the next press saves what she had typed."""
    with a_person(system) as eve, a_person(system) as again:
        code = code_of(begins(eve))
        form = hidden(eve.get("/domanda/redditi").text)  # her own, opened before her session ended
        shut = again.post("/domanda/redditi", data=form | {"employment": "12345,67"})
        assert 401 == shut.status_code
        with _spending(eve):
            told = again.post("/riprendi", data=hidden(shut.text) | {"codice": code})
        assert 429 == told.status_code

        for _ in range(3):  # a code can be tried five times a minute
            time.sleep(float(told.headers["retry-after"]))
            told = again.post("/riprendi", data=hidden(told.text))
            if told.status_code == 303:
                break
        assert "12345,67" in again.get(told.headers["location"]).text


@contextmanager
def _spending(somebody: httpx.Client) -> Iterator[None]:
    """Spend her draft's rate, and whatever of it grows back (one request each quarter of a second), until the end."""
    spent, over = threading.Event(), threading.Event()

    def spend() -> None:
        while not over.is_set():
            if somebody.get("/domanda/mesi").status_code == 429:
                spent.set()

    with ThreadPoolExecutor() as spenders:
        try:
            spending = [spenders.submit(spend) for _ in range(3)]
            assert spent.wait(PATIENCE / 1000)
            yield
        finally:
            over.set()
        for one in spending:
            one.result()
