"""Going back, and being refused for good: what was typed is lost in neither, and overwrites nobody."""

import asyncio
from collections.abc import Callable

import pytest
from playwright.async_api import Route, expect

from tests.integration.stack.running import until
from tests.journeys.system import System
from tests.journeys.web.mother import Mother
from tests.journeys.web.posting import a_person, begins, hidden

SAVES = "**/domanda/richiedente"


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
async def test_going_back_shows_what_another_window_saved_since(script: bool, mother: Callable):
    """Not what the browser remembers, which would then be saved over it."""
    maria: Mother = await _starts(mother, script)
    await _saves(maria, script, "Maria")
    await maria.page.goto("/domanda")
    other = Mother(await maria.page.context.new_page(), maria.number)
    await other.opens("richiedente")
    await _saves(other, script, "Anna")

    await maria.page.go_back()

    assert "Anna" == await maria.page.input_value("#c-first_name")
    await maria.types("address", "Via Roma 1")
    await maria.goes_on()
    await maria.opens("richiedente")
    assert "Anna" == await maria.page.input_value("#c-first_name")


async def test_going_back_saves_what_was_not_saved_though_the_browser_puts_it_in_too(mother: Callable):
    """What stands in the form again is not yet what is saved."""
    maria: Mother = await _starts(mother, script=True)

    async def hangs(_: Route) -> None:
        await asyncio.Event().wait()

    await maria.page.route(SAVES, hangs)
    async with maria.page.expect_request(lambda asked: asked.method == "POST"):
        await maria.types("first_name", "Maria")
    await maria.page.wait_for_function("localStorage.length === 1")
    await maria.page.goto("/domanda")
    await maria.page.unroute(SAVES)

    await maria.page.go_back()
    await maria.is_told("Ho ritrovato quello che avevi scritto")

    await maria.page.reload()
    assert "Maria" == await maria.page.input_value("#c-first_name")


async def test_without_a_script_going_back_finds_what_was_typed_and_not_sent(mother: Callable):
    """As long as nobody has saved the step meanwhile."""
    maria: Mother = await _starts(mother, script=False)
    await maria.types("first_name", "Maria")
    await maria.page.goto("/domanda")

    await maria.page.go_back()

    await expect(maria.page.locator("#c-first_name")).to_have_value("Maria")


def test_what_cannot_be_taken_stands_on_the_page_of_the_refusal(system: System):
    """Without a script: a step of an application that another window has sent; what she typed can be read there."""
    with a_person(system) as eve:
        begins(eve)
        form = hidden(eve.get("/domanda/richiedente").text)
        for step in ("richiedente", "figli", "lavoro", "redditi", "pagamento"):
            eve.post(f"/domanda/{step}", data=hidden(eve.get(f"/domanda/{step}").text) | {"azione": "resta"})
        declared = {"requested_months": "1", "truthful": "si", "privacy_notice": "2025-10-28", "azione": "resta"}
        eve.post("/domanda/dichiarazioni", data=hidden(eve.get("/domanda/dichiarazioni").text) | declared)
        sent = eve.post("/domanda/invio", data=hidden(eve.get("/domanda/riepilogo").text))
        until(lambda: eve.get("/domanda/stato").status_code == 200)

        late = eve.post("/domanda/richiedente", data=form | {"last_name": "Querciagrossa", "azione": "resta"})

    assert (303, 409) == (sent.status_code, late.status_code)
    assert "<dt>Cognome</dt><dd>Querciagrossa</dd>" in late.text


def test_a_complaint_waits_for_the_code_and_is_sent_once(system: System):
    """Her session ended while she wrote it; it stands on the page that asks for her code, and then it is sent."""
    with a_person(system) as eve, a_person(system) as again:
        code = begins(eve).partition("<code>")[2].partition("</code>")[0]
        form = hidden(eve.get("/reclamo").text) | {"testo": "Ieri non si inviava."}

        shut = again.post("/reclamo", data=form)
        told = again.post("/riprendi", data=hidden(shut.text) | {"codice": code})
        twice = eve.post("/reclamo", data=form)

        assert (401, 303, 303) == (shut.status_code, told.status_code, twice.status_code)
        assert told.headers["location"] == twice.headers["location"]
        assert "<h1>Reclamo ricevuto</h1>" in again.get(told.headers["location"]).text


async def test_a_complaint_is_kept_while_it_is_written_and_arrives_though_the_network_goes(mother: Callable):
    """Closed before it was sent, it is there again; sent without a network, it goes off by itself."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.page.goto("/reclamo")
    await maria.page.fill("#testo", "Ieri non si inviava.")
    await maria.page.wait_for_function("localStorage.length === 1")
    page = await maria.page.context.new_page()
    await maria.page.close()
    await page.goto("/reclamo")
    await page.wait_for_selector("#ritrovato:not([hidden])")
    assert "Ieri non si inviava." == await page.input_value("#testo")

    await page.context.set_offline(True)
    await page.get_by_role("button", name="Invia il reclamo").click()
    await page.get_by_text("invio da sola appena torna").wait_for()
    await page.context.set_offline(False)

    await page.wait_for_selector("[data-pagina=complained]")
    assert "{}" == await page.evaluate("JSON.stringify(localStorage)")


async def _starts(mother: Callable, script: bool) -> Mother:
    maria: Mother = await mother(java_script_enabled=script)
    await maria.starts()
    await maria.opens("richiedente")
    return maria


async def _saves(somebody: Mother, script: bool, name: str) -> None:
    async with somebody.answer_to(name):
        await somebody.types("first_name", name)
        if not script:
            await somebody.posts("Salva e resta qui")
