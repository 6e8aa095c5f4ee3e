"""Correcting after filing, in two windows: what was typed in either is there until one of them has arrived."""

from collections.abc import Callable

from playwright.async_api import expect

from loadtest.receipt import verified
from tests.journeys.applicant import Applicant
from tests.journeys.system import System
from tests.journeys.web.mother import Mother
from tests.journeys.web.test_accessibility import is_fine, opens

CORRECTION = "/domanda/figli/correggi"
NAME = "#c-children-0-first_name"
KEPT = "(many) => Object.keys(localStorage).filter((name) => name.includes('children-da-inviare')).length === many"


async def test_what_another_window_left_is_set_beside_what_is_being_typed(mother: Callable, system: System):
    """Closed while she types here, it stands behind a button: she sees both, in this page and in the next one."""
    maria, other = await _types_in_two_windows(mother, system)

    await maria.page.close()
    await expect(other.page.locator("#altro")).to_be_visible()
    typed_here = await other.page.input_value(NAME)
    await is_fine(other.page)
    await other.page.get_by_role("button", name="Mostra l'altro testo").click()
    await expect(other.page.locator(NAME)).to_have_value("Sofia Maria")
    assert "Sofia Paola" == typed_here

    await other.page.wait_for_function(KEPT, arg=1)  # one page keeps both
    await other.page.close()
    after = Mother(await other.page.context.new_page(), maria.number)
    await after.page.goto(CORRECTION)
    await expect(after.page.locator("#ritrovato")).to_be_visible()
    first = await after.page.input_value(NAME)
    await after.page.get_by_role("button", name="Mostra l'altro testo").click()
    await expect(after.page.locator(NAME)).not_to_have_value(first)
    assert {"Sofia Maria", "Sofia Paola"} == {first, await after.page.input_value(NAME)}


async def test_the_correction_that_is_seen_is_the_one_that_arrives(mother: Callable, system: System):
    """And once it has, nothing is left to be found by a later page."""
    maria, other = await _types_in_two_windows(mother, system)
    await maria.page.close()
    await other.page.get_by_role("button", name="Mostra l'altro testo").click()
    await expect(other.page.locator(NAME)).to_have_value("Sofia Maria")

    await other.page.locator(".azioni").get_by_role("button", name="Invia la correzione").click()

    await other.page.wait_for_url("**/domanda/stato**")
    receipt = await other.page.get_by_role("link", name="Testo firmato").first.get_attribute("href")
    stated = verified(await (await other.page.request.get(receipt or "")).text(), system.keys())
    assert "integration" == stated["kind"]
    assert '"Sofia Maria"' in await (await other.page.request.get("/domanda/dati")).text()
    assert "{}" == await other.page.evaluate("JSON.stringify(localStorage)")


async def test_a_correction_waits_while_she_looks_at_her_receipt(mother: Callable, system: System):
    """The page that forgets what a draft left on the device leaves alone what is not sent yet."""
    maria, other = await _types_in_two_windows(mother, system)

    await other.page.goto("/domanda/ricevuta")
    await expect(other.page.locator("[data-dimentica]")).to_be_visible()
    assert "Non devi fare niente" not in await other.page.inner_text("main")
    await maria.page.close()
    await other.page.goto(CORRECTION)

    await expect(other.page.locator("#altro")).to_be_visible()
    assert await other.page.input_value(NAME) in ("Sofia Maria", "Sofia Paola")


async def _types_in_two_windows(mother: Callable, system: System) -> tuple[Mother, Mother]:
    """Return two windows of one correction with something else typed in each, and kept."""
    maria: Mother = await mother()
    filed = Applicant(system, 1, 2 * maria.number)
    filed.case["children"]["children"][0]["tax_code"] = "RSSMRA85T50A562X"
    filed.filed()
    filed.waits_for("needs_applicant")
    await opens(maria.page, filed, "stato")
    other = Mother(await maria.page.context.new_page(), maria.number)
    for many, (somebody, name) in enumerate(((maria, "Sofia Maria"), (other, "Sofia Paola")), start=1):
        await somebody.page.goto(CORRECTION)
        await somebody.page.fill(NAME, name)
        await somebody.page.wait_for_function(KEPT, arg=many)
    return maria, other
