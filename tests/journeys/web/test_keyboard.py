"""The keyboard alone: Tab, letters, space and Enter file an application, and the focus is always seen."""

from collections.abc import Callable, Mapping

from playwright.async_api import Page

from loadtest.bench.people import tax_code
from tests.journeys.web.mother import CHILDREN, STEPS, Mother

FOCUSED = """() => {
  const it = document.activeElement;
  const at = [...it.getClientRects()].flatMap(({ left, right, top, bottom }) =>
    [[left + 2, top + 2], [right - 2, bottom - 2], [(left + right) / 2, (top + bottom) / 2]]);
  const { outlineStyle, outlineWidth } = getComputedStyle(it);
  return {
    id: it.id, name: (it.innerText ?? "").trim(), ring: outlineStyle !== "none" && parseFloat(outlineWidth) > 1,
    seen: at.some(([x, y]) => it.contains(document.elementFromPoint(x, y))),
  };
}"""
SPACE = " "


def _answers(number: int) -> dict[str, str]:
    """Return what is typed into each field by its id; a space ticks."""
    children = {}
    for index, (name, born, code) in enumerate(CHILDREN):
        start = f"c-children-{index}"
        children |= {f"{start}-first_name": name, f"{start}-birth_date": born, f"{start}-tax_code": code}
        children[f"{start}-link-natural"] = SPACE
    return children | {
        "c-first_name": "Maria",
        "c-last_name": "Rossi",
        "c-tax_code": tax_code(number),
        "c-birth_date": "3 1 1980",
        "c-email": "maria@example.it",
        "c-periods-0-category": "Dipendente a tempo ind",
        "c-periods-0-start": "1 9 2019",
        "c-employment": "20000",
        "c-self_employment": "0",
        "c-method-iban": SPACE,
        "c-iban": "IT60X0542811101000000123456",
        "c-truthful": SPACE,
        "c-privacy_notice": SPACE,
    }


async def test_an_application_is_filed_with_the_keyboard_alone(mother: Callable):
    """From the first page to the receipt; no focus is hidden below the status line, or goes without its ring."""
    maria: Mother = await mother(reduced_motion="reduce")  # nothing glides: what is seen is where it stays
    page, answers = maria.page, _answers(maria.number)
    await page.goto("/")
    await _tabs_to(page, "Inizia la domanda")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/domanda")
    await _tabs_to(page, "I tuoi dati")
    await page.keyboard.press("Enter")
    for step in (*STEPS, "documenti"):
        await page.wait_for_url(f"**/domanda/{step}")
        await _fills(page, answers, {"figli": len(CHILDREN), "lavoro": 1}.get(step, 0))
    await page.wait_for_url("**/domanda/riepilogo")
    await _tabs_to(page, "Invia la domanda")
    await page.keyboard.press("Enter")

    await page.wait_for_url("**/domanda/ricevuta")
    assert {} == answers, "some fields were never reached"


async def _fills(page: Page, answers: dict[str, str], cards: int) -> None:
    """Go through a step, answer what is asked, add as many cards, and go on."""
    async for focused in _tabs(page):
        if (typed := answers.pop(focused["id"], None)) is not None:
            await page.keyboard.type(typed)
        elif focused["name"].startswith("Aggiungi un") and cards:
            cards -= 1
            await page.keyboard.press("Enter")
            first = await page.evaluate(FOCUSED)
            assert first["id"] in answers, "a new card takes the focus to its first field"
            await page.keyboard.type(answers.pop(first["id"]))
        elif focused["name"] == "Salva e vai avanti":
            await page.keyboard.press("Enter")
            return


async def test_what_is_taken_away_and_what_is_wrong_take_the_focus_along(mother: Callable):
    """To the way back, to the card that is back, from a remark to its field, and to the code that is none."""
    maria: Mother = await mother(reduced_motion="reduce")
    page = maria.page
    await maria.starts()
    await maria.opens("figli")
    await maria.fills("figli")
    await maria.types("children-1-tax_code", "RSSLCU21C03H501")
    await page.locator("[data-togli]").first.focus()
    await page.keyboard.press("Enter")
    assert "Rimettila" == (await page.evaluate(FOCUSED))["name"]
    await page.keyboard.press("Enter")
    assert "c-children-0" == (await page.evaluate(FOCUSED))["id"]

    await _tabs_to(page, "Salva e resta qui")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#stato[data-come=saved]")
    assert "Salva e resta qui" == (await page.evaluate(FOCUSED))["name"]
    assert "Salvato alle" in await page.inner_text("#annuncio")

    await page.reload()
    await page.locator("#guarda a").first.focus()
    await page.keyboard.press("Enter")
    assert "c-children-1-tax_code" == (await page.evaluate(FOCUSED))["id"]

    await page.goto("/riprendi")
    await page.fill("#codice", "AAAA")
    await page.keyboard.press("Enter")
    await page.wait_for_selector("#codice-osservazioni p")
    assert "codice" == (await page.evaluate(FOCUSED))["id"]


async def _tabs(page: Page):
    """Press Tab again and again, and give each focus as it is seen."""
    for _ in range(80):
        await page.keyboard.press("Tab")
        focused: Mapping = await page.evaluate(FOCUSED)
        assert focused["ring"], f"no ring around the focus: {focused}"
        assert focused["seen"], f"the focus is covered: {focused}"
        yield focused
    raise AssertionError("the page does not end")


async def _tabs_to(page: Page, name: str) -> None:
    async for focused in _tabs(page):
        if focused["name"] == name:
            return
