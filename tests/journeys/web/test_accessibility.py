"""Accessible: WCAG 2.2 AA on every page and in every state, keyboard alone, 320 pixels, a label on every control."""

import re
from collections.abc import Callable, Iterator

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Page

from ingest.web.form import BY_SLUG
from ingest.web.pages import HERE
from ingest.web.routes import ROUTES
from tests.journeys.applicant import Applicant
from tests.journeys.system import System
from tests.journeys.web.mother import Mother

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}
TEMPLATES = {path.stem for path in (HERE / "templates").glob("*.html") if 'extends "base.html"' in path.read_text()}
FILES = {"page.asset", "page.language", "page.export", "page.months"}
FILES |= {"page.receipt_form", "page.registered_receipt", "page.given_receipt"}
NAMED = {"codice": ("overloaded",), "atto": ("riesame",)}  # what stands for a name in an address; steps: each, once

# What axe accepts and we do not: a control whose only name is its placeholder or title.
UNLABELLED = """
    [...document.querySelectorAll("input, select, textarea")]
      .filter((one) => one.type !== "hidden" && one.checkVisibility())
      .filter((one) => ![...one.labels].some((label) => label.innerText.trim()))
      .map((one) => one.outerHTML)
"""
TOO_WIDE = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


async def found_by_axe(page: Page) -> list[str]:
    """Return what axe finds on a page as it stands, one line a finding."""
    await page.evaluate(AXE_FILE_PATH.read_text("utf-8"))
    seen = await page.evaluate("(rules) => axe.run(document, {runOnly: rules})", RULES)
    lines = [f"{one['id']}: {node['html']}" for one in seen["violations"] for node in one["nodes"]]
    return lines + [f"no label: {html}" for html in await page.evaluate(UNLABELLED)]


async def is_fine(page: Page) -> None:
    """Nothing found, and nothing to scroll sideways."""
    assert [] == await found_by_axe(page), page.url
    assert not await page.evaluate(TOO_WIDE), f"{page.url} is wider than the screen"


def addresses() -> Iterator[str]:
    """Return every address of a page, by the routes themselves, so that none can be forgotten."""
    for route in ROUTES:
        if route.method != "GET" or route.name in FILES:
            continue
        name = next(iter(re.findall(r"{(\w+)}", route.path)), "")
        named = NAMED.get(name, BY_SLUG if route.name == "page.section" else ("figli",))
        yield from (route.path.replace(f"{{{name}}}", one) for one in named) if name else (route.path,)


async def test_every_page_is_accessible_at_320_pixels(mother: Callable, system: System):
    """Which is 1280 pixels at 400 %: every address and every template there is, with cards open and remarks shown."""
    maria: Mother = await mother(viewport=NARROW)
    page, seen = maria.page, set()

    async def looks(address: str = "") -> None:
        if address:
            await page.goto(address)
        await is_fine(page)
        seen.add(await page.get_attribute("main", "data-pagina"))

    for address in (one for one in addresses() if not one.startswith("/domand")):
        await looks(address)
    await _begins_with_cards(maria)
    for address in addresses():
        await looks(address)
    await _posts_on_an_old_revision(page)
    await looks()
    await page.goto("/reclamo")
    await page.fill("#testo", "Non si inviava.")
    await maria.posts("Invia il reclamo")
    await looks()
    filed = Applicant(system, 1, 2 * maria.number + 20)
    filed.filed()
    filed.waits_for("payment_ordered")
    await opens(page, filed, "stato")
    for address in ("stato", "stato?fatto=submission", "ricevuta", "ricevute", "chiedi/riesame", "figli/correggi"):
        await looks(f"/domanda/{address}")
    await page.context.clear_cookies()
    await maria.starts()
    await page.goto("/domanda/elimina")
    await maria.posts("Sì, elimina tutto")
    await looks()

    assert set() == TEMPLATES - seen


async def _begins_with_cards(maria: Mother) -> None:
    await maria.starts()
    await maria.opens("figli")
    await maria.page.get_by_role("button", name="Aggiungi un figlio o una figlia").click()
    await maria.types("children-0-tax_code", "RSSMRA85T50A562X")
    await maria.goes_on()
    await maria.page.get_by_role("button", name="Aggiungi un lavoro").click()
    await maria.page.select_option("#c-periods-0-category", "on_call_fixed_term")
    await maria.page.get_by_text("Casi particolari").click()
    await maria.page.get_by_role("button", name="Aggiungi un'assenza o sospensione").click()
    await maria.is_told("Salvato alle")


async def _posts_on_an_old_revision(page: Page) -> None:
    await page.goto("/domanda/figli")
    async with page.expect_navigation():
        await page.evaluate("""() => {
            const form = document.getElementById("passo");
            form.elements.revisione.value = 0;
            form.elements["children/0/first_name"].value = "Anna";
            form.submit();
        }""")


async def opens(page: Page, somebody: Applicant, where: str) -> None:
    """Open somebody's application by her link, on a device that knows nobody."""
    await page.context.clear_cookies()
    # The page goes on by itself, perhaps before it has loaded: to wait for that would be to be interrupted.
    token = somebody.headers["authorization"].removeprefix("Bearer ")
    await page.goto(f"/riprendi?torna={where}#{token}", wait_until="commit")
    await page.wait_for_url(f"**/domanda/{where}")


async def test_saving_waiting_offline_stale_and_refused_are_accessible_too(mother: Callable, system: System):
    """Not only the resting pages; each state is told to a screen reader once."""
    maria: Mother = await mother(viewport=NARROW)
    await maria.starts()
    await maria.opens("richiedente")
    page = maria.page
    await page.context.set_offline(True)
    await maria.types("first_name", "Maria")
    await maria.is_told("Sei senza rete")
    await is_fine(page)
    assert "Sei senza rete" in await page.inner_text("#annuncio")
    await page.context.set_offline(False)
    await page.wait_for_selector("#stato[data-come=saved]")
    with system.paused("counter-1"):
        await maria.types("first_name", "Anna")
        await maria.is_told("Sto salvando")
        await is_fine(page)
    await page.wait_for_selector("#stato[data-come=saved]")
    other = Mother(await page.context.new_page(), maria.number)
    await other.opens("richiedente")
    async with other.answer_to("Lucia"):
        await other.types("first_name", "Lucia")
    await maria.types("first_name", "Maria")
    await maria.is_told("Nessuna delle due versioni è persa")
    await is_fine(page)
    await page.get_by_role("button", name="Confronta e scegli").click()
    await page.wait_for_selector(".confronto")
    await is_fine(page)
    await page.context.clear_cookies()
    await other.types("last_name", "Verdi")
    await other.is_told("La sessione è finita")
    await is_fine(other.page)


async def test_a_step_is_filled_and_saved_with_the_keyboard_alone(mother: Callable):
    """Tab, letters, space and Enter; focus is always seen, and after a card is added it is in its first field."""
    maria: Mother = await mother()
    page = maria.page
    await page.goto("/")
    await _tabs_to(page, "Inizia la domanda")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/domanda")
    await _tabs_to(page, "Figli")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/figli")
    await _tabs_to(page, "Aggiungi un figlio o una figlia")
    await page.keyboard.press("Enter")
    await page.keyboard.type("Sofia")
    await page.keyboard.press("Tab")
    await page.keyboard.type("1 5 2018")
    for _ in range(2):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await _tabs_to(page, "Salva e vai avanti")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/lavoro")

    await maria.opens("figli")

    assert "01/05/2018" == await page.input_value("#c-children-0-birth_date")
    assert await page.is_checked("#c-children-0-link-natural")


async def _tabs_to(page: Page, name: str) -> None:
    for _ in range(60):
        await page.keyboard.press("Tab")
        seen = await page.evaluate(
            "[document.activeElement.innerText, getComputedStyle(document.activeElement).outlineStyle]"
        )
        if (seen[0] or "").strip() == name:
            assert "none" != seen[1], "the focus cannot be seen"
            return
    raise AssertionError(f"no way to {name!r} with the keyboard")
