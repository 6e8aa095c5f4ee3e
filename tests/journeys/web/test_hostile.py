"""Hostile: whatever is typed into any field is shown as it was typed, and does nothing."""

from collections.abc import Callable, Iterator, Sequence

from playwright.async_api import Page

from ingest.web.fields import Field, Group, Kind
from ingest.web.form import SECTIONS
from tests.journeys.system import System
from tests.journeys.web.mother import Mother
from tests.journeys.web.posting import a_person, begins, code_of, hidden
from tests.journeys.web.test_accessibility import TOO_WIDE

# Markup, a template's syntax, an end of a script's data, a bidirectional override, what is no letter, and no space.
TYPED = "\"'><img src=x onerror=bad=1></script><script>bad=1</script>{{7*7}}${7*7}%(x)s "
TYPED += "\u202egrubla \U0001f469\u200d\U0001f467" + "w" * 300
DID = """() => [window.bad, document.querySelectorAll("main img, main script:not([type])").length,
                document.body.innerText.includes("49$")]"""
NOTHING = [None, 0, False]


async def test_what_is_typed_into_any_field_does_nothing_on_any_page(mother: Callable, system: System):
    """Each field of each step that takes text or a choice, on its step, in its history, and before sending."""
    with a_person(system) as eve:
        code = code_of(begins(eve))
        for section in SECTIONS:
            form = hidden(eve.get(f"/domanda/{section.slug}").text)
            typed = dict.fromkeys(_names(section.fields, section.groups), TYPED)
            assert 303 == eve.post(f"/domanda/{section.slug}", data=form | typed | {"azione": "resta"}).status_code
    maria: Mother = await mother()
    page = maria.page
    await page.goto(f"/riprendi#{code}", wait_until="commit")
    await page.wait_for_url("**/domanda")
    for section in SECTIONS:
        await _does_nothing(page, f"/domanda/{section.slug}/storia")
        await _does_nothing(page, f"/domanda/{section.slug}")
        for value in await page.locator("main form input[type=text]:visible").evaluate_all(
            "(all) => all.map((one) => one.value)"
        ):
            assert value in (TYPED, "")
    await _does_nothing(page, "/domanda/riepilogo")
    assert TYPED[:40] in await page.inner_text("main")
    await _does_nothing(page, "/domande")
    await _is_compared(page)


async def _is_compared(page: Page) -> None:
    """What another window typed is set beside it, and does nothing there either."""
    await page.goto("/domanda/richiedente")
    await page.evaluate(
        """(typed) => {
        const form = document.getElementById("passo");
        form.elements.revisione.value = 0;
        form.elements.first_name.value = `${typed}!`;
        form.submit();
    }""",
        TYPED,
    )
    await page.wait_for_selector(".confronto")
    assert NOTHING == await page.evaluate(DID)
    assert not await page.evaluate(TOO_WIDE)


async def _does_nothing(page: Page, address: str) -> None:
    await page.goto(address)
    assert NOTHING == await page.evaluate(DID), address
    assert not await page.evaluate(TOO_WIDE), address


def _names(fields: Sequence[Field], groups: Sequence[Group], place: str = "") -> Iterator[str]:
    for field in fields:
        if field.kind not in (Kind.TICK, Kind.NOTICE, Kind.MONTHS, Kind.CHILD, Kind.YES_NO):
            yield place + field.name
    for group in groups:
        yield from _names(group.fields, group.groups, f"{place}{group.name}/0/")
