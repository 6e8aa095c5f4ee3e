"""Kept: what the browser holds until it is saved stays held, whatever answers when it is sent again."""

import asyncio
from collections.abc import Callable

from playwright.async_api import Page, Route, expect

from tests.journeys.web.mother import Mother

SAVES = "**/domanda/richiedente"


async def test_what_she_types_after_her_session_has_ended_is_kept_too(mother: Callable):
    """The page says that it is safe on this device: all of it, not only what she had typed when it first said so."""
    maria: Mother = await _opens(mother)
    await maria.page.context.clear_cookies()
    await maria.types("first_name", "Maria")
    await maria.is_told("La sessione è finita")
    await maria.types("address", "Via delle Querce 7")

    await maria.page.get_by_role("link", name="Rientra").click()
    await maria.page.fill("#codice", maria.code)
    await maria.page.get_by_role("button", name="Riprendi").click()

    await maria.is_told("Ho ritrovato quello che avevi scritto")
    assert ["Maria", "Via delle Querce 7"] == await _shown(maria, "first_name", "address")


async def test_what_was_kept_stays_kept_while_it_is_refused_and_is_sent_until_it_is_taken(mother: Callable):
    """A full house lets the page through and not the save: the kept text is neither dropped nor overwritten."""
    maria: Mother = await _opens(mother)
    await _types_without_a_network(maria, "Querciagrossa")
    await maria.has_a_network_again()
    refused = 0

    async def full(route: Route) -> None:
        nonlocal refused
        if route.request.method != "POST" or refused == 2:
            return await route.continue_()
        refused += 1
        problem = {"code": "overloaded", "title": "Al completo", "safe_to_retry": True, "saved": "no"}
        return await route.fulfill(status=503, json=problem, headers={"retry-after": "1"})

    await maria.page.route(SAVES, full)
    await maria.opens("richiedente")
    await maria.is_told("Non ancora salvato: riprovo tra")
    assert "approdo." in await maria.page.evaluate("JSON.stringify(localStorage)")

    await maria.is_told("Ho ritrovato quello che avevi scritto")

    assert (2, ["Querciagrossa"]) == (refused, await _shown(maria, "last_name"))
    assert "{}" == await maria.page.evaluate("JSON.stringify(localStorage)")


async def test_what_was_kept_and_is_stale_by_now_is_set_beside_the_newer_once(mother: Callable):
    """Another device saved meanwhile: the kept text is one of the two versions, and once she has chosen it is over."""
    maria: Mother = await _opens(mother)
    await _types_without_a_network(maria, "Querciagrossa")
    other: Mother = await mother()
    await other.page.goto(f"/riprendi?torna=richiedente#{maria.code}")
    await other.page.wait_for_url("**/domanda/richiedente")
    await other.types("last_name", "Verdi")
    await other.is_told("Salvato alle")

    await maria.has_a_network_again()
    await maria.opens("richiedente")
    await maria.page.get_by_role("button", name="Confronta e scegli").click()
    versions = await maria.page.locator(".confronto strong").all_inner_texts()
    await maria.page.check("#c-last_name-altra")
    await maria.page.get_by_role("button", name="Salva quello che ho scelto").click()
    await maria.page.wait_for_url("**/richiedente#stato")

    assert ["Querciagrossa", "Verdi"] == versions
    assert ["Verdi"] == await _shown(maria, "last_name")
    await maria.types("phone", "333 1234567")
    await expect(maria.page.locator("#stato[data-come=saved]")).to_be_visible()


async def test_what_is_refused_for_its_length_is_saved_as_soon_as_it_is_shorter(mother: Callable):
    """The page goes on saving by itself: nothing has to be loaded again."""
    maria: Mother = await _opens(mother)
    await maria.types("address", "Via Roma " * 10_000)
    await maria.is_told("Non salvato:")

    await maria.types("address", "Via Roma 1")

    await expect(maria.page.locator("#stato[data-come=saved]")).to_be_visible()
    await maria.page.reload()
    assert ["Via Roma 1"] == await _shown(maria, "address")


async def test_two_windows_without_a_network_keep_each_their_own_text(mother: Callable):
    """Both closed before it is back: the next page sends the one, and sets the other beside it."""
    maria: Mother = await _opens(mother)
    other = Mother(await maria.page.context.new_page(), maria.number)
    await other.opens("richiedente")
    await _types_without_a_network(maria, "Querciagrossa")
    await _types_without_a_network(other, "Verdi")

    await maria.has_a_network_again()
    await maria.opens("richiedente")
    await maria.page.get_by_role("button", name="Confronta e scegli").click()

    versions = await maria.page.locator(".confronto strong").all_inner_texts()
    assert {"Querciagrossa", "Verdi"} == set(versions)


async def test_what_a_window_that_is_open_keeps_is_left_to_it_until_it_is_closed(mother: Callable):
    """Another page of the step waits for it, and takes it over only then."""
    maria, other = await _waits_for_what_another_keeps(mother)
    before = await _shown(other, "last_name")
    await maria.page.close()

    await other.is_told("Ho ritrovato quello che avevi scritto")
    assert ([""], ["Querciagrossa"]) == (before, await _shown(other, "last_name"))


async def test_what_a_window_kept_is_set_beside_what_is_being_typed_in_another(mother: Callable):
    """It dies while she types here: this is saved first, and then she is shown both."""
    maria, other = await _waits_for_what_another_keeps(mother)
    await other.page.route(SAVES, lambda route: route.abort("connectionreset"))
    await other.types("last_name", "Verdi")
    await other.is_told("Non ancora salvato")

    await _dies(maria.page)
    await other.page.wait_for_function("navigator.locks.query().then((known) => known.pending.length === 0)")
    await other.page.unroute(SAVES)
    await other.page.get_by_role("button", name="Confronta e scegli").click()

    versions = await other.page.locator(".confronto strong").all_inner_texts()
    assert {"Querciagrossa", "Verdi"} == set(versions)


async def test_what_was_kept_and_is_refused_for_its_length_comes_back_to_be_shortened(mother: Callable):
    """It is not dropped for what she types next: it is what she goes on from."""
    maria: Mother = await _opens(mother)
    long = "Via Roma " * 10_000
    await maria.types("address", long)
    await maria.is_told("Non salvato:")
    phone = maria.page.context
    await maria.page.close()
    maria.page = await phone.new_page()

    await maria.opens("richiedente")
    await maria.is_told("Non salvato:")
    assert [long] == await _shown(maria, "address")
    await maria.types("address", "Via Roma 1")

    await maria.is_told("Ho ritrovato quello che avevi scritto")
    await maria.page.reload()
    assert ["Via Roma 1"] == await _shown(maria, "address")


async def test_she_types_on_while_what_was_kept_is_sent_again(mother: Callable):
    """It stands in the form at once, and both are saved together when the house has room."""
    maria: Mother = await _opens(mother)
    await _types_without_a_network(maria, "Querciagrossa")
    await maria.has_a_network_again()
    is_full = True

    async def full(route: Route) -> None:
        if route.request.method != "POST" or not is_full:
            return await route.continue_()
        problem = {"code": "overloaded", "title": "Al completo", "safe_to_retry": True, "saved": "no"}
        return await route.fulfill(status=503, json=problem, headers={"retry-after": "1"})

    await maria.page.route(SAVES, full)
    await maria.opens("richiedente")
    await maria.is_told("Non ancora salvato: riprovo tra")
    await maria.types("address", "Via delle Querce 7")
    is_full = False

    await maria.is_told("Ho ritrovato quello che avevi scritto")
    await maria.page.reload()
    assert ["Querciagrossa", "Via delle Querce 7"] == await _shown(maria, "last_name", "address")


async def test_cards_that_were_kept_come_back_with_all_that_was_in_them(mother: Callable):
    """A card taken away stays away, one that was added is there, and one inside it too."""
    maria: Mother = await _opens(mother)
    await maria.opens("figli")
    await maria.fills("figli")
    await maria.goes_on()
    await maria.opens("figli")
    await maria.page.context.set_offline(True)
    await maria.page.get_by_role("button", name="Togli Figlio o figlia 1").click()
    await maria.page.get_by_role("button", name="Aggiungi un figlio o una figlia").click()
    await maria.types("children-2-first_name", "Anna")
    await maria.page.locator("#c-children-2 summary").click()
    await maria.page.locator("#c-children-2").get_by_role("button", name="Aggiungi un periodo").click()
    await maria.types("children-2-responsibility_lost-0-start", "1 2 2025")
    await maria.page.check("#c-children-2-link-adopted")
    await maria.is_told("Sei senza rete")
    await maria.page.close()
    await maria.has_a_network_again()

    await maria.opens("figli")
    await maria.is_told("Ho ritrovato quello che avevi scritto")
    await maria.page.reload()

    names = maria.page.locator("[name$=first_name]")
    assert ["Luca", "Anna"] == [await one.input_value() for one in await names.all()]
    assert "01/02/2025" == await maria.page.input_value("#c-children-1-responsibility_lost-0-start")
    assert await maria.page.is_checked("#c-children-1-link-adopted")
    assert await maria.page.is_checked("#c-children-0-link-natural")


async def _opens(mother: Callable) -> Mother:
    maria: Mother = await mother()
    await maria.starts()
    await maria.opens("richiedente")
    return maria


async def _types_without_a_network(maria: Mother, text: str) -> None:
    """Type, and close the page before the network is back."""
    await maria.page.context.set_offline(True)
    await maria.types("last_name", text)
    await maria.is_told("Sei senza rete")
    await maria.page.close()


async def _shown(maria: Mother, *fields: str) -> list[str]:
    return [await maria.page.input_value(f"#c-{field}") for field in fields]


async def _waits_for_what_another_keeps(mother: Callable) -> tuple[Mother, Mother]:
    """Return a window whose text cannot be saved, and one of the same step that would take it over."""
    maria: Mother = await _opens(mother)
    await maria.page.route(SAVES, lambda route: route.abort("connectionreset"))
    await maria.types("last_name", "Querciagrossa")
    await maria.is_told("Non ancora salvato")
    other = Mother(await maria.page.context.new_page(), maria.number)
    await other.opens("richiedente")
    await other.page.wait_for_function("navigator.locks.query().then((known) => known.pending.length === 1)")
    return maria, other


async def _dies(page: Page) -> None:
    """End it as a phone does that needs the room: with no last word."""
    devtools = await page.context.new_cdp_session(page)
    async with page.expect_event("crash"):
        ends = asyncio.ensure_future(devtools.send("Page.crash"))
    ends.cancel()
