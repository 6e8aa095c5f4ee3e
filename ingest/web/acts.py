"""Acts: taking an application back, asking for a review, correcting it, deleting a draft; and all she gave."""

from collections.abc import Mapping
from datetime import datetime
from uuid import uuid4

from core.domain.receipt import Kind
from ingest import drafts, submissions
from ingest.door import Endpoint
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply
from ingest.web import filling
from ingest.web.fields import Section
from ingest.web.hers import Hers, Json, hers
from ingest.web.posted import content_of
from ingest.web.session import visitor
from ingest.web.standing import browser_mark, done, possible, standing
from ingest.web.visit import Visit
from ingest.web.web import Web
from ingest.web.writing import revision_of, step_of

ACTS: Mapping[str, tuple[Endpoint, str]] = {
    "annulla": (submissions.withdraw, "withdraw"),
    "riesame": (submissions.reopen, "review"),
}
_DONE: Mapping[str, Kind] = {"annulla": Kind.WITHDRAWAL, "riesame": Kind.REVIEW_REQUEST}


async def confirm(web: Web, visit: Visit) -> Reply:
    """GET /domanda/annulla and /domanda/riesame: what it means before it is done, or how it stands."""
    act, told = _act(visit), await standing(web, visit)
    if not possible(told)[ACTS[act][1]]:
        return web.sent_on("/domanda/stato")
    return web.pages.page(visit, "confirm.html", act=act, number=told["number"])


async def do(web: Web, visit: Visit) -> Reply:
    """POST /domanda/annulla and /domanda/riesame."""
    web.must_be_ours(visit)
    told = await standing(web, visit)
    await web.ask(visit, ACTS[_act(visit)][0], path={"number": told["number"]})
    return web.sent_on(done(_DONE[_act(visit)]))


def _act(visit: Visit) -> str:
    act = visit.call.path["atto"]
    if act not in ACTS:
        raise Refusal("not-found")
    return act


async def integrate(web: Web, visit: Visit) -> Reply:
    """GET /domanda/{passo}/correggi: a step of a filed application, to be corrected."""
    step, draft = step_of(visit), await hers(web, visit)
    return _correction(web, visit, step, draft)


def _correction(web: Web, visit: Visit, step: Section, draft: Hers, content: Json | None = None) -> Reply:
    assert visit.session.draft_id is not None
    return web.pages.page(
        visit,
        "integrate.html",
        step=step,
        here=draft.step(step),
        filled=draft.filled(step, content),
        key=uuid4(),
        browser_key=web.sessions.browser_key(visit.session.draft_id),
    )


async def integrated(web: Web, visit: Visit) -> Reply:
    """POST /domanda/{passo}/correggi: send the corrected step; the date of the application stays."""
    step = step_of(visit)
    web.must_be_ours(visit)
    action = visit.field("azione")
    content = filling.changed(content_of(step, visit.form), action)
    if action:
        return _correction(web, visit, step, await hers(web, visit), content)
    number = (await standing(web, visit))["number"]
    new = {"base_revision": revision_of(visit.field("revisione")), "content": content}
    key: Headers = [(b"idempotency-key", visit.field("chiave").encode())]
    body = {"sections": {step.name: new}}
    await web.ask(visit, submissions.integrate, path={"number": number}, body=body, headers=key)
    return web.sent_on(done(Kind.INTEGRATION))


async def export(web: Web, visit: Visit) -> Reply:
    """GET /domanda/dati: everything she gave, every revision of it."""
    told = await web.ask(visit, drafts.export)
    return Reply(told.status, told.body, told.headers, told.media)


async def delete(web: Web, visit: Visit) -> Reply:
    """GET /domanda/elimina: what deleting means."""
    draft = await hers(web, visit)
    return web.sent_on("/domanda/stato") if draft.is_sealed else web.pages.page(visit, "delete.html")


async def deleted(web: Web, visit: Visit) -> Reply:
    """POST /domanda/elimina: delete an open draft and show the receipt of it."""
    web.must_be_ours(visit)
    told = (await web.ask(visit, drafts.delete)).json
    mark, following = browser_mark(web, visit), visit.session.following
    now = web.counter.clock.now()
    cookies = web.sessions.cookie(visit.call, following, now) if following else web.sessions.forgotten(visit.call)
    visit.session = following or visitor(visit.session.seen_at)
    at = datetime.fromisoformat(told["at"])
    return web.pages.page(visit, "deleted.html", 200, cookies, mark=mark, at=at, receipt=told["receipt"])
