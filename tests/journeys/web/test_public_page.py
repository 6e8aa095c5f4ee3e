"""The public page in a real browser: accessible in five languages, without a script, and true through an outage."""

from datetime import UTC, datetime

from playwright.async_api import Browser, expect

from core.pages.languages import NAMES
from monitoring.public.office import SETTLED
from tests.integration.stack.running import until
from tests.journeys.system import System
from tests.journeys.web.browsers import a_phone
from tests.journeys.web.outage import store_is_back, without_a_store
from tests.journeys.web.test_accessibility import is_fine

WHO = ("--who", "Anna", "--why", "a journey")


async def test_every_page_of_the_counter_leads_there(system: System, browser: Browser) -> None:
    """And from there back."""
    async with a_phone(browser, system.address("http")) as phone:
        page = await phone.new_page()
        await page.goto("/")
        leads = await page.get_by_role("link", name="Stato del servizio").get_attribute("href")

    assert leads is not None
    assert leads.endswith(f":{system.address('ops').rpartition(':')[2]}/stato")
    assert f'href="{system.address("http")}/"' in system.client.get(f"{system.address('ops')}/stato").text


async def test_it_is_accessible_in_every_language_at_320_pixels_and_needs_no_script(
    system: System, browser: Browser
) -> None:
    """While all is well, and while something is out; what a hand opens is told at once and gone when it closes."""
    opened = system.run("monitoring.incidents", "open", "--function", "reading", "--cause", "planned", *WHO)
    small = {"viewport": {"width": 320, "height": 640}}
    async with a_phone(browser, system.address("ops"), **small) as phone:
        page = await phone.new_page()
        for code in NAMES:
            await page.goto(f"/stato/{code}")
            await is_fine(page)
        await page.goto("/stato/it")
        await expect(page.get_by_role("heading", level=2).first).to_have_text(
            "In questo momento non si riescono a consultare le domande"
        )
        closed = system.run("monitoring.incidents", "close", opened.stdout.split()[-1], *WHO)
        await page.reload()
        await expect(page.get_by_role("heading", level=2).first).to_have_text("Il servizio funziona")
        await is_fine(page)
    async with a_phone(browser, system.address("ops"), java_script_enabled=False) as plain:
        page = await plain.new_page()
        await page.goto("/stato")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Stato del servizio")

    assert (0, 0) == (opened.returncode, closed.returncode)


async def test_while_postgresql_is_away_it_says_what_is_safe_and_afterwards_gives_proof(
    system: System, browser: Browser
) -> None:
    """From the first miss to the signed attestation that the page links to (by itself it is over after a minute)."""
    async with a_phone(browser, system.address("ops")) as phone:
        page = await phone.new_page()
        with without_a_store(system):
            until(lambda: system.client.get(f"{system.address('ops')}/status").status_code == 503)
            await page.goto("/stato")
            await expect(page.get_by_role("heading", level=2).first).to_have_text("Il servizio non funziona")
            await expect(page.get_by_text("è al sicuro, con la sua data")).to_be_visible()
            await expect(page.get_by_text("In questo momento non possiamo dirlo")).to_be_visible()
            await is_fine(page)
        store_is_back(system)
        [out] = system.client.get(f"{system.address('ops')}/stato.json").json()["incidents"][:1]
        ended = (datetime.now(UTC) - SETTLED).isoformat()
        assert 0 == system.run("monitoring.incidents", "close", out["incident"], "--at", ended, *WHO).returncode
        told = system.client.get(f"{system.address('ops')}/stato.json").json()
        proof = next(one["attestation"] for one in told["incidents"] if one["cause"] == "store")
        until(lambda: system.client.get(proof).status_code == 200)
        attested = system.client.get(proof).json()["outage_attestation"]
        checked = system.client.post("/v1/receipt-verifications", json={"receipt": attested}).json()

    assert (True, "outage", "all") == (checked["valid"], checked["receipt"]["kind"], checked["receipt"]["function"])
