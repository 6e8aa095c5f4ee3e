"""Filing on a phone: with a script and without, and one application however often it is sent."""

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from loadtest.receipt import verified
from tests.journeys.system import System
from tests.journeys.web.mother import Mother


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
async def test_a_mother_files_on_her_phone_and_follows_it(script: bool, mother: Callable, system: System):
    """From the first page to the outcome: number, both instants, months and a receipt anybody can verify."""
    maria: Mother = await mother(java_script_enabled=script)
    await maria.starts()
    await maria.fills_everything()
    page = maria.page
    assert "480 €" in await page.inner_text("main")

    number = await maria.sends()

    assert "Arrivata" in await page.inner_text(".codice")
    shown = await page.request.get("/domanda/ricevuta/testo")
    stated = verified(await shown.text(), system.keys())
    assert number == stated["number"]
    assert "%PDF" == (await (await page.request.get("/domanda/ricevuta/pdf")).body())[:4].decode()
    await page.go_back()  # to what was sent: it is not there to be sent again
    await page.wait_for_url("**/domanda/ricevuta*")  # with the fragment of the form that led there
    await maria.stands("Pagamento disposto")
    assert 12 == await page.locator(".esito .si").count()


async def test_a_mistake_is_put_right_and_one_press_leads_on(mother: Callable):
    """A remark that goes away when its field is left does not pull the button from under the finger."""
    maria: Mother = await mother(viewport={"width": 360, "height": 1800})
    await maria.starts()
    await maria.opens("figli")
    await maria.fills("figli")
    await maria.types("children-1-tax_code", "RSSLCU21C03H501A")
    await maria.page.keyboard.press("Tab")
    await maria.page.wait_for_selector("#c-children-1-tax_code-osservazioni .grave")
    async with maria.page.expect_response(lambda answer: answer.request.method == "POST"):
        await maria.types("children-1-tax_code", "RSSLCU21C03H501I")
    onwards = maria.page.get_by_role("button", name="Salva e vai avanti")
    await maria.page.locator("#c-children-1-tax_code").evaluate("field => field.scrollIntoView({block: 'center'})")
    button = await onwards.bounding_box()
    assert button
    await maria.page.mouse.move(button["x"] + 20, button["y"] + 10)

    await maria.page.mouse.down()
    await maria.page.mouse.up()

    await maria.page.wait_for_url("**/lavoro")


async def test_what_was_just_typed_is_saved_and_the_next_step_is_asked_for_once(mother: Callable):
    """One press, one way to the next page: a second request for it would break off the first."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens("richiedente")
    pages: list[str] = []
    maria.page.on("request", lambda asked: pages.append(asked.url) if asked.is_navigation_request() else None)
    await maria.fills("richiedente")

    await maria.goes_on()

    assert ["/domanda/figli"] == [urlsplit(address).path for address in pages]


async def test_sending_again_and_from_two_windows_gives_the_same_receipt(mother: Callable, system: System):
    """Two tabs and five posts of each: one application."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.fills_everything()
    other = await maria.page.context.new_page()
    await other.goto("/domanda/riepilogo")
    forms = [
        {field: await tab.input_value(f"#invio [name={field}]") for field in ("prova", "revisioni", "chiave")}
        for tab in (maria.page, other)
    ]

    answers = await asyncio.gather(
        *(maria.page.request.post("/domanda/invio", form=form) for form in forms for _ in range(5))
    )

    assert {200} == {answer.status for answer in answers}
    receipts = {(await (await tab.request.get("/domanda/ricevuta/testo")).text()) for tab in (maria.page, other)}
    assert 1 == len(receipts)
    await other.reload()
    assert other.url.endswith("/domanda/ricevuta")


async def test_a_withdrawal_and_another_application_start_from_what_was_written(mother: Callable, system: System):
    """Nothing is typed twice: a new draft holds what the withdrawn one held, but for the declarations."""
    maria: Mother = await mother(java_script_enabled=False)
    await maria.starts()
    await maria.fills_everything()
    page = maria.page
    with system.paused("worker-1", "worker-2", "lone-worker", "relay-1"):
        first = await maria.sends()
        await page.goto("/domanda/chiedi/annulla")
        await maria.posts("Sì, annulla la domanda")

    assert "Ricevuta di annullamento" in await page.inner_text("#fatto")
    assert "Annullata" == await page.inner_text(".stato-grande")
    await page.get_by_role("button", name="Prepara una nuova domanda").click()
    await maria.opens("richiedente")
    assert "Maria" == await page.input_value("#c-first_name")
    await maria.opens("dichiarazioni")
    assert not await page.is_checked("#c-truthful")
    await maria.fills("dichiarazioni")
    await maria.goes_on()
    await maria.goes_on()
    assert first != await maria.sends()
