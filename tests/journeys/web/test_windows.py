"""Two windows, two people: both versions are shown, and neither is lost."""

from collections.abc import Callable

import pytest

from tests.journeys.web.mother import Mother


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
async def test_a_stale_window_shows_both_versions_field_by_field_and_lets_her_choose(script: bool, mother: Callable):
    """She keeps one field of hers and one of the other's; the history holds both and can bring either back."""
    maria: Mother = await mother(java_script_enabled=script)
    await maria.starts()
    await maria.opens("richiedente")
    other = Mother(await maria.page.context.new_page(), maria.number)
    await other.opens("richiedente")
    await _saves(other, script, first_name="Anna", last_name="Verdi")

    await _saves(maria, script, first_name="Maria", last_name="Rossi")
    if script:
        await maria.page.get_by_role("button", name="Confronta e scegli").click()

    page = maria.page
    assert ["Nome", "Cognome"] == await page.locator(".confronto legend").all_inner_texts()
    await page.check("#c-last_name-altra")
    await page.get_by_role("button", name="Salva quello che ho scelto").click()
    await maria.page.wait_for_url("**/domanda/richiedente#stato")
    assert ("Maria", "Verdi") == (await page.input_value("#c-first_name"), await page.input_value("#c-last_name"))

    await page.goto("/domanda/richiedente/storia")
    assert "Rossi" in await page.inner_text("main")
    await page.locator("li", has_text="Rossi").get_by_role("button").click()
    await page.wait_for_url("**/domanda/richiedente#stato")
    assert "Rossi" == await page.input_value("#c-last_name")


async def _saves(somebody: Mother, script: bool, **typed: str) -> None:
    async with somebody.answer_to(*typed.values()):
        for field, text in typed.items():
            await somebody.types(field, text)
        if not script:
            await somebody.posts("Salva e resta qui")


async def test_a_card_taken_away_is_put_back(mother: Callable):
    """Here without a script: the card comes back with all that was in it."""
    maria: Mother = await mother(java_script_enabled=False)
    await maria.starts()
    await maria.opens("figli")
    await maria.fills("figli")
    await maria.page.get_by_role("button", name="Togli Figlio o figlia 1").click()
    assert "Luca" == await maria.page.input_value("#c-children-0-first_name")

    await maria.page.get_by_role("button", name="Rimettila").click()

    assert "Sofia" == await maria.page.input_value("#c-children-0-first_name")
    assert "Luca" == await maria.page.input_value("#c-children-1-first_name")


async def test_a_card_taken_away_from_the_checker_is_put_back(mother: Callable):
    """With all that was in it, and the answer reads it."""
    page = (await mother()).page
    await page.goto("/controlla")
    await page.fill("#c-children-0-birth_date", "1 5 2018")
    await page.get_by_role("button", name="Togli Figlio o figlia 1").click()
    left = await page.locator("[name$=birth_date]").evaluate_all("(all) => all.map((one) => one.value)")

    await page.get_by_role("button", name="Rimettila").click()

    shown = page.locator("[name$=birth_date]")
    assert ([""], ["1 5 2018", ""]) == (left, [await one.input_value() for one in await shown.all()])
