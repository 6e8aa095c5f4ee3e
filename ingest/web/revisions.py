"""Revisions: every save of a step, newest first, and what was not taken; each can be brought back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ingest import sections
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web.hers import hers
from ingest.web.spoken import Lines, spoken
from ingest.web.visit import Visit
from ingest.web.web import Web
from ingest.web.writing import step_of, written


@dataclass(frozen=True, slots=True)
class Past:
    """One revision, or a copy that was not taken, as the history shows it."""

    revision: int  # 0 for a copy
    at: datetime
    cards: Sequence[Lines]
    key: str  # by which it is asked back


async def history(web: Web, visit: Visit) -> Reply:
    """GET /domanda/{passo}/storia: every revision of a step, newest first, and what was not taken."""
    step = step_of(visit)
    draft = await hers(web, visit)
    told = (await web.ask(visit, sections.revisions, path={"section": step.name})).json
    pasts = [
        Past(
            one["revision"],
            datetime.fromisoformat(one["saved_at"]),
            spoken(step, one["content"], visit.language),
            one["digest"],
        )
        for one in reversed(told["revisions"])
    ]
    copies = [
        Past(0, datetime.fromisoformat(one["refused_at"]), spoken(step, one["content"], visit.language), one["digest"])
        for one in reversed(told["not_taken"])
    ]
    return web.pages.page(
        visit, "history.html", step=step, here=draft.step(step), draft=draft, pasts=pasts, copies=copies
    )


async def restored(web: Web, visit: Visit) -> Reply:
    """POST /domanda/{passo}/storia: bring back a revision, or a copy, as a new revision on the current one."""
    step = step_of(visit)
    web.must_be_ours(visit)
    told = (await web.ask(visit, sections.revisions, path={"section": step.name})).json
    wanted = visit.field("versione")
    known = [*told["revisions"], *told["not_taken"]]
    content = next((one["content"] for one in known if wanted in (one["digest"], str(one.get("revision")))), None)
    if content is None:
        raise Refusal("not-found")
    await written(web, visit, step, content, told["revisions"][-1]["revision"])
    return web.sent_on(f"/domanda/{step.slug}#stato")
