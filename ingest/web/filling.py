"""Filling: the steps of the form, each saved the moment it changes, in any order and whatever is wrong in it."""

from datetime import datetime
from typing import Any

from core.domain.errors import StaleRevision
from ingest.http import reply
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web import comparing, registered, resume_code
from ingest.web.fields import Section
from ingest.web.form import SECTIONS
from ingest.web.hers import Hers, hers, in_words
from ingest.web.posted import content_of, whole_number
from ingest.web.visit import Visit
from ingest.web.web import Web
from ingest.web.writing import after, revision_of, step_of, written


async def overview(web: Web, visit: Visit) -> Reply:
    """GET /domanda: every step, what was saved when, and how to come back."""
    draft = await hers(web, visit)
    if draft.is_sealed:
        return web.sent_on("/domanda/stato")
    return web.pages.page(visit, "overview.html", draft=draft, code=visit.session.code)


async def section(web: Web, visit: Visit) -> Reply:
    """GET /domanda/{passo}: one step, as it is saved."""
    step = step_of(visit)
    draft = await hers(web, visit)
    if draft.is_sealed:
        return web.sent_on("/domanda/stato")
    return shown(web, visit, step, draft)


def shown(web: Web, visit: Visit, step: Section, draft: Hers, content: Any = None) -> Reply:
    """Return the page of a step; with `content` in place of what is saved."""
    place = SECTIONS.index(step)
    assert visit.session.draft_id is not None
    return web.pages.page(
        visit,
        "section.html",
        draft=draft,
        step=step,
        here=draft.step(step),
        filled=draft.filled(step, content),
        before=SECTIONS[place - 1] if place else None,
        after=SECTIONS[place + 1] if place + 1 < len(SECTIONS) else None,
        browser_key=web.sessions.browser_key(visit.session.draft_id),
        undo=_undo(visit),
    )


def _undo(visit: Visit) -> int:
    """Return the revision that takes back what was just removed; 0 where nothing was."""
    asked = visit.asked("annulla")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0


async def save(web: Web, visit: Visit) -> Reply:
    """POST /domanda/{passo}: save a step, by a script as she types or by the button without one."""
    step = step_of(visit)
    web.must_be_ours(visit)
    action = visit.field("azione")
    typed, content = content_of(step, visit.form), changed(content_of(step, visit.form), action)
    base = revision_of(visit.field("revisione"))
    try:
        if action.startswith("togli:"):  # first as it was, so that what is taken away can be put back
            base = after(await written(web, visit, step, typed, base), base)
        told = await written(web, visit, step, content, base)
    except StaleRevision:
        if visit.wants_json:
            raise
        return await comparing.compared(web, visit, step, content)
    if visit.wants_json:
        return _answer(visit, told)
    if "entry" in told:
        return web.sent_on(registered.PATH)
    return web.sent_on(_next(step, visit, told["revision"]))


def _answer(visit: Visit, told: dict[str, Any]) -> Reply:
    """What a script needs: the revision to build on, when it was saved, and what seems wrong."""
    at = datetime.fromisoformat(told["registered_at"] if "entry" in told else told["saved_at"])
    problems = [in_words(one, visit.language) for one in told["problems"]]
    return reply.json({**told, "problems": problems, "saved_at_told": visit.language.time(at)})


def changed(content: dict[str, Any], action: str) -> dict[str, Any]:
    """Add a card or take one away, as a button without a script asks: `aggiungi:children`, `togli:children/1`."""
    what, _, place = action.partition(":")
    parts = place.split("/")
    if what == "aggiungi":
        _cards_at(content, parts).append({})
    elif what == "togli" and (at := whole_number(parts[-1])) is not None:
        cards = _cards_at(content, parts[:-1])
        del cards[at : at + 1]
    return content


def _cards_at(content: dict[str, Any], parts: list[str]) -> list[Any]:
    """Return the list at a place such as children, or periods/0/suspensions. Errors: Refusal bad-request."""
    held: Any = content
    try:
        for number, part in enumerate(parts):
            if isinstance(held, list):
                held = held[int(part)]
            elif number == len(parts) - 1:
                held = held.setdefault(part, [])
            else:
                held = held[part]
    except (KeyError, IndexError, ValueError, AttributeError):
        raise Refusal("bad-request") from None
    if not isinstance(held, list):
        raise Refusal("bad-request")
    return held


def _next(step: Section, visit: Visit, revision: int) -> str:
    """Say where to go after a save without a script."""
    action = visit.field("azione")
    here = f"/domanda/{step.slug}"
    what, _, place = action.partition(":")
    if what == "aggiungi":
        return f"{here}#c-{place.replace('/', '-')}-ultimo"
    if what == "togli":
        return f"{here}?annulla={revision - 1}#avvisi"
    place_of_step = SECTIONS.index(step)
    if action == "avanti":
        following = SECTIONS[place_of_step + 1] if place_of_step + 1 < len(SECTIONS) else None
        return f"/domanda/{following.slug}" if following else "/domanda/riepilogo"
    return f"{here}#stato"


async def months(web: Web, visit: Visit) -> Reply:
    """GET /domanda/mesi: the months that seem due now, as the part of a page."""
    draft = await hers(web, visit)
    return web.pages.page(visit, "months.html", draft=draft)


async def access(web: Web, visit: Visit) -> Reply:
    """GET /domanda/accesso: the code and the link that open the draft elsewhere."""
    await hers(web, visit)
    code = visit.session.code
    link = f"{_here(web, visit)}/riprendi#{resume_code.grouped(code)}" if code else ""
    return web.pages.page(visit, "access.html", code=code, link=link)


def _here(web: Web, visit: Visit) -> str:
    """Return where the browser has found us: a link is for another device, and has to be whole."""
    host = (visit.call.header(b"host") or b"").decode("latin-1")
    return f"{'https' if web.sessions.is_secure(visit.call) else 'http'}://{host}" if host else ""
