"""Screenshots: the main states of the pages on a phone, for people to look at: `make screenshots`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from tests.journeys.system import System, running_system
from tests.journeys.web.browsers import a_browser, a_phone
from tests.journeys.web.mother import Mother

FOLDER = Path("docs/pictures")
COLOURS = 64
Shot = Callable[[Page, str], Awaitable[None]]


async def take(system: System, folder: Path) -> None:
    """Walk from the first page to the outcome, and take a picture of each state."""

    async def shot(page: Page, name: str) -> None:
        await page.evaluate("scrollTo(0, 0)")
        await page.screenshot(path=folder / f"{name}.png", full_page=True)

    async with a_browser() as browser, a_phone(browser, system.address("http")) as phone:
        maria = Mother(await phone.new_page(), 700_000)
        await _before(maria, shot)
        await _while_filling(maria, shot, system)
        await _two_windows(maria, shot)
        await _after(maria, shot)
        await maria.page.goto("/lingua/de?da=/domanda")
        await shot(maria.page, "13-tedesco")
        await maria.page.goto("/lingua/it?da=/domanda/chiedi/riesame")
        await maria.posts("Sì, chiedi il riesame")
        await shot(maria.page, "14-fatto")
        await maria.page.goto("/domanda/ricevute")
        await shot(maria.page, "15-ricevute")


async def _before(maria: Mother, shot: Shot) -> None:
    await maria.page.goto("/")
    await shot(maria.page, "01-inizio")
    await maria.starts()
    await shot(maria.page, "02-passi")


async def _while_filling(maria: Mother, shot: Shot, system: System) -> None:
    page = maria.page
    await maria.opens("richiedente")
    await maria.fills("richiedente")
    await maria.is_told("Salvato alle")
    await shot(page, "03-salvato")
    await page.context.set_offline(True)
    await maria.types("address", "Via Roma 1")
    await maria.is_told("Sei senza rete")
    await shot(page, "04-senza-rete")
    await page.context.set_offline(False)
    await maria.goes_on()
    await maria.fills("figli")
    await maria.types("children-1-tax_code", "RSSLCU21C03H501A")
    await maria.is_told("Salvato alle")
    await page.locator("#c-children-1-tax_code").blur()
    await shot(page, "05-da-guardare")
    await maria.types("children-1-tax_code", "RSSLCU21C03H501I")
    await maria.goes_on()
    await maria.fills("lavoro")
    await maria.goes_on()
    with system.paused("counter-1"):
        await maria.fills("redditi")
        await maria.is_told("Sto salvando")
        await shot(page, "06-sto-salvando")
    await maria.goes_on()


async def _two_windows(maria: Mother, shot: Shot) -> None:
    other = Mother(await maria.page.context.new_page(), maria.number)
    await other.opens("richiedente")
    await maria.opens("richiedente")
    async with other.answer_to("1234567"):
        await other.types("phone", "333 1234567")
    await maria.types("phone", "347 7654321")
    await maria.is_told("Nessuna delle due versioni è persa")
    await maria.page.get_by_role("button", name="Confronta e scegli").click()
    await maria.page.wait_for_selector(".confronto")
    await shot(maria.page, "07-due-versioni")
    await maria.page.get_by_role("button", name="Salva quello che ho scelto").click()
    await maria.page.wait_for_url("**/richiedente#stato")
    await other.page.close()


async def _after(maria: Mother, shot: Shot) -> None:
    page = maria.page
    await maria.opens("pagamento")
    await maria.fills("pagamento")
    await maria.goes_on()
    await maria.fills("dichiarazioni")
    await maria.goes_on()
    await maria.goes_on()
    await shot(page, "08-riepilogo")
    await maria.sends()
    await shot(page, "09-ricevuta")
    for _ in range(100):
        await page.goto("/domanda/stato")
        if await page.locator(".esito").count():
            break
        await asyncio.sleep(0.2)
    await shot(page, "10-esito")
    await page.goto("/problemi/overloaded")
    await shot(page, "11-al-completo")
    await page.context.clear_cookies()
    await page.goto("/domanda/figli")
    await shot(page, "12-rientro")
    await page.fill("#codice", maria.code)
    await page.get_by_role("button", name="Riprendi").click()


def main(arguments: list[str]) -> None:
    """Start a system of its own, take the pictures and say where they are."""
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with running_system() as system:
        asyncio.run(take(system, folder))
    pictures = sorted(folder.glob("[0-9]*.png"))
    for picture in pictures:
        Image.open(picture).convert("RGB").quantize(COLOURS).save(picture, optimize=True)
    sys.stdout.write(f"{len(pictures)} pictures in {folder}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
