"""Held: the drafts a browser has open at once, to choose among them; what is typed for one never gets into another."""

from datetime import datetime
from typing import NamedTuple

from core.domain.errors import NotFound
from ingest import drafts
from ingest.http.reply import Reply
from ingest.web import walk
from ingest.web.session import Session
from ingest.web.visit import Visit
from ingest.web.web import Web


class Held(NamedTuple):
    """One draft as the choice shows it. `proof`: by which it is chosen; the page names no other secret."""

    first_name: str
    code: str | None
    number: str | None
    expires_at: datetime
    proof: str
    is_current: bool


async def choice(web: Web, visit: Visit) -> Reply:
    """GET /domande: every draft that is open in this browser."""
    if not visit.session.is_open:
        raise walk.NoSession
    found = [await _held(web, visit, session) for session in (visit.session, *visit.session.others)]
    return web.pages.page(visit, "held.html", held=[one for one in found if one is not None])


async def _held(web: Web, visit: Visit, session: Session) -> Held | None:
    try:
        told = (await walk.ask(web.counter, visit.call, session, drafts.read)).json
    except NotFound:  # deleted meanwhile, perhaps in another window
        return None
    names = [one["content"].get("first_name") for one in told["sections"] if one["section"] == "applicant"]
    return Held(
        first_name=str(names[0] or "") if names else "",
        code=session.code,
        number=told["submission"],
        expires_at=datetime.fromisoformat(told["expires_at"]),
        proof=web.sessions.proof(session),
        is_current=session is visit.session,
    )


async def chosen(web: Web, visit: Visit) -> Reply:
    """POST /domande: go on with one of them."""
    web.must_be_ours(visit)  # its proof is that of the draft she chose
    return web.opened(visit, visit.session, "/domanda")


async def closed(web: Web, visit: Visit) -> Reply:
    """POST /domande/chiudi: close one of them in this browser; it stays as it is, and its code opens it again."""
    web.must_be_ours(visit)
    following = visit.session.following
    if following is None:
        return web.sent_on("/", web.sessions.forgotten(visit.call))
    return web.sent_on("/domande", web.sessions.cookie(visit.call, following, web.counter.clock.now()))
