"""The console as it is seen: accessible in light and dark, told without colour, honest while PostgreSQL is away."""

import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
from playwright.async_api import Page, expect

from tests.journeys.applicant import Applicant
from tests.journeys.console.operator_ import PATIENCE, Operator
from tests.journeys.system import System
from tests.journeys.web.test_accessibility import is_fine

PAGES = (
    "/",
    "/worklist",
    "/worklist?reason=flag:plain-foster-care",
    "/desk",
    "/switches",
    "/incidents",
    "/audit",
    "/login",
    "/nowhere",
)
_drawn = re.compile(r"the last five minutes\. acknowledged: now")


async def shows_numbers(page: Page) -> None:
    """Wait until the first page has drawn what it read."""
    await expect(page.locator("#lights li[data-state]").first).to_be_visible(timeout=PATIENCE)
    await expect(page.locator("[data-plot=flow]")).to_have_attribute("aria-label", _drawn, timeout=PATIENCE)


async def test_every_page_is_accessible_in_light_and_dark_wide_and_narrow(
    operator: Callable, applicant: Callable[..., Applicant]
) -> None:
    """What axe finds, what scrolls sideways, and controls without a label; with everything folded out."""
    mother = applicant(38)
    mother.filed()
    mother.waits_for("needs_officer")
    for scheme, width in (("light", 1280), ("dark", 320)):
        ada: Operator = await operator(color_scheme=scheme, viewport={"width": width, "height": 800})
        for address in (*PAGES, f"/desk/{mother.submission}", f"/worklist/plan?number={mother.submission}"):
            await ada.page.goto(address)
            if address == "/":
                await shows_numbers(ada.page)
            await ada.page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
            await is_fine(ada.page)


async def test_a_login_that_failed_and_forms_that_were_refused_are_accessible_too(operator: Callable) -> None:
    """A wrong password, a personal reason, a plan of nothing."""
    ada: Operator = await operator()
    page = ada.page
    await page.goto("/login")
    await page.get_by_label("Name").fill("nobody")
    await page.get_by_label("Password").fill("wrong horse battery")
    await page.get_by_role("button", name="Log in").click()
    await ada.sees("No such name and password")
    await is_fine(page)
    await page.goto("/incidents")
    form = page.locator("form", has_text="What is out of order")
    await ada.signs(form)
    await form.get_by_label("Why").fill("asked by RSSMRA85T50A562W")
    await form.get_by_role("button", name="Open and tell").click()
    await ada.sees("looks like a tax code")
    await is_fine(page)
    await page.goto("/worklist/plan?reason=crashes")
    await ada.sees("0 would be set due")
    await is_fine(page)


async def test_plots_are_told_as_tables_too(operator: Callable) -> None:
    """Folded out with the keyboard: times and values, and a sentence for who cannot see the drawing."""
    ada: Operator = await operator()
    await ada.page.goto("/")
    await shows_numbers(ada.page)
    summary = ada.page.locator("figure", has=ada.page.locator("[data-plot=backlog]")).locator("summary")
    await summary.focus()
    await ada.page.keyboard.press("Enter")

    await expect(ada.page.locator("[data-plot-rows=backlog] tr").first).to_be_visible()
    heads = await ada.page.locator("[data-plot-head=backlog] th").all_inner_texts()
    assert ["Time", "web", "contact centre", "patronato"] == heads
    assert 4 == await ada.page.locator("[data-plot] canvas").count()


async def test_the_page_lives_and_is_honest_while_postgresql_is_away(system: System, operator: Callable) -> None:
    """Its lights say so in words, its numbers say how old they are, and nothing pretends to be done."""
    ada: Operator = await operator()
    page = ada.page
    await page.goto("/")
    await shows_numbers(page)
    async with away(system):
        risked = page.locator("#lights li[data-state=at-risk]", has_text="What is typed is acknowledged and kept")
        await expect(risked).to_contain_text("goes into the emergency register", timeout=PATIENCE)
        await expect(page.locator("#notices")).to_contain_text("Nothing acknowledged is lost")
        await is_fine(page)
        await page.goto("/switches")
        await ada.sees("What is shown above was known last")
        await page.goto("/worklist")
        await ada.sees("Counted")
        await page.goto("/audit")
        await ada.sees("PostgreSQL does not answer; nothing was changed.")
        await is_fine(page)
    await page.goto("/")
    kept = page.locator("#lights li", has_text="What is typed is acknowledged and kept")
    await expect(kept).not_to_contain_text("PostgreSQL does not answer", timeout=PATIENCE)


@asynccontextmanager
async def away(system: System) -> AsyncIterator[None]:
    """Let nobody into the database while a block runs."""
    parts = urlsplit(system.address("database_url"))
    name = parts.path.removeprefix("/")
    keeper = await asyncpg.connect(parts._replace(path="/postgres").geturl())
    try:
        await keeper.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        await keeper.fetch("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", name)
        yield
    finally:
        await keeper.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
        await keeper.close()
