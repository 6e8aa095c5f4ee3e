"""The checker: which months seem due, by the rules that decide, for somebody who has not said who she is."""

from typing import Any

from bonus.assessment import Assessment, preview
from ingest import acts
from ingest.counter import Counter
from ingest.http.reply import Reply
from ingest.web.filled import Filling
from ingest.web.filling import changed
from ingest.web.hers import Expected, Month, in_euro, reasons
from ingest.web.languages import Language
from ingest.web.posted import content_of
from ingest.web.steps.checker import CHECKER
from ingest.web.visit import Visit
from ingest.web.web import PROGRAMME, Web

_BEGINNING: dict[str, Any] = {"children": [{}, {}], "periods": [{}]}


async def ask(web: Web, visit: Visit) -> Reply:
    """GET /controlla: the questions."""
    return _page(web, visit, _BEGINNING, None)


async def answer(web: Web, visit: Visit) -> Reply:
    """POST /controlla: the answer, with the questions still there; nothing is kept, here or in the browser."""
    action = visit.field("azione")
    content = changed(content_of(CHECKER, visit.form), action)
    programme = web.counter.programmes[PROGRAMME]
    seen = preview(programme, _as_sections(content), visit.civil.now) if action == "calcola" else None
    return _page(web, visit, content, expected_of(web.counter, seen, visit.language) if seen else None)


def _page(web: Web, visit: Visit, content: dict[str, Any], expected: Expected | None) -> Reply:
    filled = Filling(visit.language.gettext, "").fill(CHECKER, content, ())
    draft = {"expected": expected}
    return web.pages.page(visit, "checker.html", filled=filled, draft=draft, answered=expected is not None)


def _as_sections(content: dict[str, Any]) -> dict[str, Any]:
    """Return the answers as the sections the rules read; who the children are makes no difference here."""
    children = [{**child, "link": "natural", "tax_code": "-"} for child in content["children"]]
    return {
        "children": {"children": [child for child in children if child.get("birth_date")]},
        "work": {"periods": content["periods"]},
        "income": {"employment": content.get("income") or "0", "self_employment": "0"},
    }


def expected_of(counter: Counter, seen: Assessment, language: Language) -> Expected:
    """Return what the rules say, for a page."""
    months = [Month(one.month, one.due, reasons(acts.reasons(counter, one.reasons), language)) for one in seen.months]
    flags = reasons(acts.reasons(counter, (flag.name for flag in seen.flags)), language)
    return Expected(months, in_euro(acts.euro(seen.amount_cents)["amount"]), flags)
