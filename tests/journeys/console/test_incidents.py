"""Incidents in a browser: opened, told and closed by hand; the public reads it at once, and proof is one click away."""

from collections.abc import Callable

import httpx
from playwright.async_api import expect

from tests.integration.stack.running import PATIENCE, until
from tests.journeys.console.operator_ import WHO, WHY, Operator
from tests.journeys.system import System
from tests.journeys.web.test_accessibility import is_fine


async def test_an_incident_is_opened_told_and_closed_and_leads_to_its_proof(system: System, operator: Callable) -> None:
    """With who and why in the audit trail; what is signed is verified by whoever asks, as JSON and as PDF."""
    ada: Operator = await operator()
    page = ada.page
    await page.goto("/incidents")
    await ada.sees("None: the public reads that the service works.")
    form = page.locator("form", has_text="What is out of order")
    await ada.signs(form)
    await form.get_by_label("What is out of order").select_option("submission")
    await form.get_by_label("For which cause").select_option("planned")
    await form.get_by_label("It began so many minutes ago").fill("2")
    await form.get_by_role("button", name="Open and tell").click()
    await ada.sees("done, and the public is told")
    await page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
    await is_fine(page)
    await page.goto("/stato/it")
    await expect(page.locator(".luce h2")).to_have_text("In questo momento non si riescono a inviare le domande")
    script = await page.request.get("/stato/de/centralino")
    assert "Wartung" in await script.text()

    await page.goto("/incidents")
    card = page.locator("section.card", has_text="open since")
    number = (await card.get_by_role("heading").inner_text()).partition(":")[0]
    await card.locator("summary", has_text="Close").click()
    closing = card.locator("form").last
    await ada.signs(closing)
    await closing.get_by_role("button", name="Close it").click()
    await expect(page.get_by_role("status")).to_contain_text(number)
    await is_fine(page)
    await page.goto("/stato/it")
    await page.reload()  # a cache may keep it for ten seconds
    await expect(page.locator(".luce h2")).to_have_text("Il servizio funziona")

    await page.goto("/incidents")
    proof = await page.get_by_role("link", name=f"of {number}").get_attribute("href")
    until(lambda: _asked(proof, "application/json").status_code == 200, system.running.said)
    attested = _asked(proof, "application/json").json()["outage_attestation"]
    checked = system.client.post("/v1/receipt-verifications", json={"receipt": attested}).json()
    assert (True, "submission") == (checked["valid"], checked["receipt"]["function"])
    assert _asked(proof, "application/pdf").content.startswith(b"%PDF")
    trail = "SELECT who, via, action, why FROM audit WHERE subject = $1 ORDER BY line"
    acts = ("incident-opened", "incident-closed")
    assert [(WHO, "console", act, WHY) for act in acts] == [tuple(row) for row in await system.rows(trail, number)]


def _asked(address: str, accept: str) -> httpx.Response:
    return httpx.get(address, headers={"accept": accept}, trust_env=False, timeout=PATIENCE)
