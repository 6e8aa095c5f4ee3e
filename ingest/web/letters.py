"""Letters: which notices she was sent, the switch for them, and the complaint she sends us."""

from typing import Any
from uuid import uuid4

from core.domain.receipt import Kind
from ingest import attempts, complaints, notices
from ingest.http.reply import Headers, Reply
from ingest.http.wire import MOST_COMPLAINT
from ingest.web.given import Given, given, name_of
from ingest.web.standing import done, standing
from ingest.web.visit import COMPLAINT, Visit
from ingest.web.web import Web


async def switch(web: Web, visit: Visit) -> Reply:
    """POST /domanda/avvisi: want letters, or no more of them; `lingua` names the language where it is to change."""
    web.must_be_ours(visit)
    number = (await standing(web, visit))["number"]
    body = {"wanted": visit.field("avvisi") == "si", "language": visit.field("lingua") or None}
    await web.ask(visit, notices.switch, path={"number": number}, body=body)
    return web.sent_on(done(Kind.NOTICES))


async def complaint(web: Web, visit: Visit) -> Reply:
    """GET /reclamo: the form, with her attempts; without a session, where to turn; `?fatto` shows what was taken."""
    if visit.session.is_open and (taken := await _taken(web, visit)):
        return web.pages.page(visit, "complained.html", at=taken.when, name=taken.name)
    return await _form(web, visit)


async def _taken(web: Web, visit: Visit) -> Given | None:
    name = visit.asked("fatto")
    return next((one for one in await given(web, visit) if one.name == name), None) if name else None


async def _form(web: Web, visit: Visit, typed: str = "", status: int = 200, wrong: str = "") -> Reply:
    shown: dict[str, Any] = {"key": uuid4(), "most": MOST_COMPLAINT, "typed": typed, "wrong": wrong}
    if visit.session.draft_id is not None:
        shown["attempts"] = (await web.ask(visit, attempts.read)).json["attempts"]
        shown["browser_key"] = web.sessions.browser_key(visit.session.draft_id)
    return web.pages.page(visit, "complaint.html", status, **shown)


async def complained(web: Web, visit: Visit) -> Reply:
    """POST /reclamo: keep the complaint, and go on to its receipt; sent twice it is one."""
    web.must_be_ours(visit)
    text = visit.field("testo").replace("\r\n", "\n").strip()
    if not text:
        return await _form(web, visit, status=422, wrong=visit.language.gettext("Scrivi che cosa è successo."))
    if len(text) > MOST_COMPLAINT:
        wrong = visit.language.gettext("Il testo è troppo lungo: al massimo 4000 caratteri.")
        return await _form(web, visit, text, 422, wrong)
    key: Headers = [(b"idempotency-key", visit.field("chiave").encode())]
    told = (await web.ask(visit, complaints.write, body={"text": text}, headers=key)).json
    return web.sent_on(f"{COMPLAINT}?fatto={name_of(told['receipt'])}")
