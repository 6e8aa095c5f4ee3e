"""Seeing: at 400 %, with wider spacing, in high contrast and without motion, nothing is cut off and nothing moves."""

from collections.abc import Callable

from tests.journeys.web.mother import Mother
from tests.journeys.web.test_accessibility import TOO_WIDE

ENLARGED = {"width": 320, "height": 256}  # 1280 x 1024 at 400 %
# WCAG 2.2, 1.4.12: what a reader may set for herself.
WIDE_SPACING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("* { line-height: 1.5 !important; letter-spacing: .12em !important; "
    + "word-spacing: .16em !important } p { margin-bottom: 2em !important }");
  document.adoptedStyleSheets = [sheet];
}"""
CUT_OFF = """() => [...document.querySelectorAll("main *, header *, footer *")]
  .filter((it) => it.checkVisibility() && !it.closest(".visually-hidden, .salta") && !["auto", "visible"].includes(
    getComputedStyle(it).overflowX))
  .filter((it) => it.scrollWidth > it.clientWidth + 1 && !it.matches("input, select, textarea"))
  .map((it) => it.outerHTML.slice(0, 100))"""
MOVING = """() => [...document.querySelectorAll("*")]
  .filter((it) => {
    const { animationDuration: one, transitionDuration: other, scrollBehavior } = getComputedStyle(it);
    return `${one},${other}`.split(",").some((time) => parseFloat(time) > 0) || scrollBehavior === "smooth";
  })
  .map((it) => it.tagName + "." + it.className)"""
# In high contrast colours and shadows go: what can be pressed or filled in needs a line around it.
WITHOUT_A_LINE = """() => [...document.querySelectorAll(".btn, .form-control, .scheda")]
  .filter((it) => it.checkVisibility())
  .filter((it) => /^0px|none/.test(getComputedStyle(it).borderTop))
  .map((it) => it.outerHTML.slice(0, 100))"""
# The status line may stay in sight, but not in the way: most of so small a window is for what she writes.
IN_THE_WAY = """() => [...document.querySelectorAll("body *")]
  .filter((it) => ["sticky", "fixed"].includes(getComputedStyle(it).position) && it.offsetHeight > innerHeight / 4)
  .map((it) => it.outerHTML.slice(0, 100))"""


ASKED = {"cut off": CUT_OFF, "moving": MOVING, "without a line": WITHOUT_A_LINE, "in the way": IN_THE_WAY}


async def test_at_400_percent_with_wide_spacing_in_high_contrast_without_motion_all_is_there(mother: Callable):
    """Start, checker, a step with open cards and remarks, the page before sending, and the problem page."""
    maria: Mother = await mother(viewport=ENLARGED, forced_colors="active", reduced_motion="reduce")
    page = maria.page
    await maria.starts()
    await maria.opens("figli")
    await page.get_by_role("button", name="Aggiungi un figlio o una figlia").click()
    await maria.types("children-0-tax_code", "RSSMRA85T50A562X")
    await maria.is_told("Salvato alle")
    for address in ("/", "/controlla", "/domanda", "/domanda/figli", "/domanda/riepilogo", "/domanda/storia"):
        await page.goto(address)
        assert await page.evaluate("matchMedia('(forced-colors: active)').matches")
        await page.evaluate(WIDE_SPACING)
        assert not await page.evaluate(TOO_WIDE), f"{address} is wider than the screen"
        found = {name: await page.evaluate(asked) for name, asked in ASKED.items()}
        assert not any(found.values()), (address, found)
