"""Again: another draft with what an application held, for what it did not ask for or after it came to nothing."""

from ingest.http.reply import Reply
from ingest.web import start
from ingest.web.form import BY_NAME
from ingest.web.hers import Hers, hers
from ingest.web.resume_code import new_code
from ingest.web.standing import not_asked, standing
from ingest.web.steps.declarations import DECLARATIONS
from ingest.web.visit import Visit
from ingest.web.web import Web
from ingest.web.writing import written


async def again(web: Web, visit: Visit) -> Reply:
    """POST /domanda/di-nuovo: another draft with what this one held, declarations to be given anew."""
    web.must_be_ours(visit)
    draft = await hers(web, visit)
    if not draft.is_sealed:
        return web.sent_on("/domanda")
    told = await standing(web, visit)
    known, session = visit.session, await start.started(web, visit, new_code())
    visit.session = session.beside(known)
    try:
        await _copied(web, visit, draft, not_asked(told))
    except Exception:
        visit.session = known  # whatever stopped it: she asks again for the application that she has
        raise
    return web.opened(visit, visit.session, "/domanda")


async def _copied(web: Web, visit: Visit, draft: Hers, months: list[int]) -> None:
    for name in draft.revisions():
        content = dict(draft.content(BY_NAME[name]))
        if name == DECLARATIONS.name:
            content = {"requested_months": months or content.get("requested_months")}
        await written(web, visit, BY_NAME[name], content, 0)
