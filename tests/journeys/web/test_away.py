"""Away: server, network, database or session go, and nothing she typed goes with them."""

import asyncio
from collections.abc import Callable

from playwright.async_api import Route, expect

from tests.journeys.system import System
from tests.journeys.web.mother import Mother

COUNTER = "counter-1"


async def test_the_counter_dies_in_the_middle_of_a_word_and_the_word_is_saved_when_it_is_back(
    mother: Callable, system: System
):
    """She goes on typing; the page says so, keeps it, and sends it by itself."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens("richiedente")
    name = maria.page.locator("#c-first_name")
    await name.press_sequentially("Maria Gra", delay=20)
    with system.paused(COUNTER):
        await name.press_sequentially("zia Add", delay=20)
    system.running.kill(COUNTER)
    await name.press_sequentially("olorata", delay=20)

    await maria.is_told("Salvato alle")

    await maria.page.reload()
    await expect(name).to_have_value("Maria Grazia Addolorata")


async def test_what_was_typed_without_a_network_is_sent_by_the_next_page_that_opens(mother: Callable):
    """It is kept in the browser, sealed: not a word of it can be read there; after the save nothing is left."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens("richiedente")
    await maria.page.context.set_offline(True)
    await maria.types("last_name", "Querciagrossa")
    await maria.is_told("Sei senza rete")
    kept = await maria.page.evaluate("JSON.stringify(localStorage)")
    assert "approdo." in kept
    assert "Querciagrossa" not in kept
    await maria.page.close()
    await maria.has_a_network_again()

    await maria.opens("richiedente")

    await maria.is_told("Ho ritrovato quello che avevi scritto")
    assert "Querciagrossa" == await maria.page.input_value("#c-last_name")
    assert "{}" == await maria.page.evaluate("JSON.stringify(localStorage)")


async def test_leaving_with_unsaved_text_is_asked_about(mother: Callable):
    """The browser's own question, and only while something is not saved."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens("richiedente")
    asked = []
    maria.page.on("dialog", lambda dialog: (asked.append(dialog.type), asyncio.ensure_future(dialog.accept())))
    await maria.page.context.set_offline(True)
    await maria.page.locator("#c-first_name").press_sequentially("Maria")
    await maria.is_told("Sei senza rete")

    await maria.page.goto("about:blank")

    assert ["beforeunload"] == asked


async def test_a_slow_line_that_loses_answers_neither_loses_a_word_nor_invents_a_conflict(mother: Callable):
    """300 ms a request, and every third answer lost after its save was done: the same save settles it."""
    maria: Mother = await mother()
    await maria.starts()
    posts = 0

    async def line(route: Route) -> None:
        nonlocal posts
        await asyncio.sleep(0.3)
        if route.request.method != "POST":
            return await route.continue_()
        posts += 1
        answer = await route.fetch(max_redirects=0)
        return await (route.abort("connectionreset") if posts % 3 == 1 else route.fulfill(response=answer))

    await maria.opens("richiedente")
    await maria.page.route("**/domanda/**", line)
    for field, text in (("first_name", "Maria"), ("last_name", "Rossi"), ("address", "Via Roma 1")):
        await maria.page.locator(f"#c-{field}").press_sequentially(text, delay=60)

    await maria.is_told("Salvato alle")
    await expect(maria.page.locator("#stato[data-come=saved]")).to_be_visible()
    await maria.page.unroute_all()
    await maria.page.reload()
    for field, text in (("first_name", "Maria"), ("last_name", "Rossi"), ("address", "Via Roma 1")):
        await expect(maria.page.locator(f"#c-{field}")).to_have_value(text)


async def test_the_database_starts_again_while_she_types(mother: Callable, system: System):
    """The counter says that it cannot save just now; the page waits as long as it is told, and then it is saved."""
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens("redditi")
    await maria.types("employment", "18.500")
    await maria.is_told("Salvato alle")

    system.running.kill("postgres")
    await maria.types("self_employment", "1200,50")

    await maria.page.wait_for_selector("#stato[data-come=waiting], #stato[data-come=saved]")
    await expect(maria.page.locator("#stato[data-come=saved]")).to_be_visible()
    await maria.page.reload()
    await expect(maria.page.locator("#c-self_employment")).to_have_value("1200,50")


async def test_a_session_that_ends_at_any_step_comes_back_to_the_same_field_with_everything_there(mother: Callable):
    """She shows her code once; what she had typed meanwhile is saved by itself."""
    maria: Mother = await mother()
    await maria.starts()
    page = maria.page
    for step, field, typed in (("richiedente", "address", "Via Roma 1"), ("redditi", "employment", "20000")):
        await maria.opens(step)
        await page.context.clear_cookies()
        await maria.types(field, typed)
        await maria.is_told("La sessione è finita")
        await page.get_by_role("link", name="Rientra").click()
        await page.fill("#codice", maria.code.lower())

        await page.get_by_role("button", name="Riprendi").click()

        await maria.is_told("Ho ritrovato quello che avevi scritto")
        assert page.url.endswith(f"/domanda/{step}#c-{field}")
        assert typed == await page.input_value(f"#c-{field}")


async def test_without_a_script_the_page_that_asks_for_the_code_holds_what_was_typed(mother: Callable):
    """The form is posted after the session ended: nothing is lost, and nothing is kept anywhere but on her page."""
    maria: Mother = await mother(java_script_enabled=False)
    await maria.starts()
    for step in ("richiedente", "redditi"):
        await maria.opens(step)
        await maria.page.context.clear_cookies()
        await maria.fills(step)
        await maria.posts("Salva e resta qui")
        assert "Anche quello che stavi scrivendo è qui" in await maria.page.inner_text("main")
        await maria.page.fill("#codice", maria.code)

        await maria.posts("Riprendi")

        assert "Salvato alle" in await maria.page.inner_text("#stato")
    assert "20000,00" == await maria.page.input_value("#c-employment")
