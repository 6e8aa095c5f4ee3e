"""Accessible: WCAG 2.2 AA on every page and in every state, keyboard alone, 320 pixels, a label on every control."""

from collections.abc import Callable

from axe_playwright_python.base import AXE_FILE_PATH
from playwright.async_api import Page

from tests.journeys.system import System
from tests.journeys.web.mother import Mother

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = ("/", "/controlla", "/riprendi", "/privacy", "/accessibilita", "/aiuto", "/reclamo", "/verifica-ricevuta")
OPEN = (
    "/domanda",
    "/domanda/accesso",
    "/domanda/richiedente",
    "/domanda/figli",
    "/domanda/lavoro",
    "/domanda/redditi",
    "/domanda/pagamento",
    "/domanda/dichiarazioni",
    "/domanda/documenti",
    "/domanda/figli/storia",
    "/domanda/riepilogo",
    "/domanda/elimina",
    "/domanda/tentativi",
    "/domande",
    "/reclamo",
    "/non-esiste",
)

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


async def test_every_page_is_accessible_at_320_pixels(mother: Callable):
    """Which is 1280 pixels at 400 %: everything by what a reader hears, with cards open and remarks shown."""
    maria: Mother = await mother(viewport={"width": 320, "height": 640})
    for address in PUBLIC:
        await maria.page.goto(address)
        await is_fine(maria.page)
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
    for address in OPEN:
        await maria.page.goto(address)
        await is_fine(maria.page)


async def test_saving_waiting_offline_stale_and_refused_are_accessible_too(mother: Callable, system: System):
    """Not only the resting pages; each state is told to a screen reader once."""
    maria: Mother = await mother(viewport={"width": 320, "height": 640})
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
    await other.types("first_name", "Lucia")
    await other.is_told("Salvato alle")
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
