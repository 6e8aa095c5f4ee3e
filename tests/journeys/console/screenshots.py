"""Screenshots: the console into docs/pictures: `python -m tests.journeys.console.screenshots`."""

import asyncio
import sys
from pathlib import Path

from PIL import Image
from playwright.async_api import Page

from tests.journeys.applicant import Applicant
from tests.journeys.console.operator_ import Operator
from tests.journeys.console.test_seeing import away, shows_numbers
from tests.journeys.system import System, running_system
from tests.journeys.web.browsers import a_browser, a_phone

FOLDER = Path("docs/pictures")
COLOURS = 64
DESK = {"viewport": {"width": 1100, "height": 800}, "locale": "en-GB"}


async def take(system: System, folder: Path) -> None:
    """See each page with something on it, the first one in the dark and without PostgreSQL too."""

    async def shot(page: Page, name: str) -> None:
        await page.screenshot(path=folder / f"console-{name}.png", full_page=True)

    waiting = [Applicant(system, case, 800_000 + place) for place, case in enumerate((1, 38, 1, 38))]
    for one in waiting:
        one.filed()
    async with a_browser() as browser, a_phone(browser, system.address("ops"), **DESK) as desk:
        ada = Operator(await desk.new_page())
        page = ada.page
        await page.goto("/")
        await shows_numbers(page)
        await ada.turns("registry:bank", "Pause", minutes="30")
        await shot(page, "switches")
        await page.goto(f"/worklist/plan?number={waiting[1].submission}")
        await shot(page, "plan")
        await page.goto(f"/desk/{waiting[1].submission}")
        await shot(page, "desk")
        await page.goto("/audit")
        await shot(page, "audit")
        for scheme, name in (("light", "now"), ("dark", "dark")):
            await page.emulate_media(color_scheme=scheme)
            await page.goto("/")
            await shows_numbers(page)
            await shot(page, name)
        await page.emulate_media(color_scheme="light")
        async with away(system):
            await page.locator("#lights li", has_text="goes into the emergency register").wait_for()
            await shot(page, "away")


def smaller(folder: Path) -> None:
    """Few colours make small files, and these pages have few."""
    for path in folder.glob("console-*.png"):
        with Image.open(path) as picture:
            picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)


def main() -> int:
    """Take them all; return the exit code."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with running_system() as system:
        asyncio.run(take(system, folder))
    smaller(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
