"""Sending: all that will be sent on one page, and one application however often it is sent."""

from dataclasses import dataclass
from uuid import uuid4

from bonus.checks import declarations_given
from ingest import submissions
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply
from ingest.web import registered
from ingest.web.fields import Section
from ingest.web.filled import Remark
from ingest.web.form import BY_NAME
from ingest.web.hers import Hers, hers, in_euro
from ingest.web.languages import Language
from ingest.web.spoken import Lines, spoken
from ingest.web.steps.declarations import DECLARATIONS
from ingest.web.visit import Visit
from ingest.web.web import Web


@dataclass(frozen=True, slots=True)
class Part:
    """One section as it will be sent."""

    section: Section
    cards: list[Lines]
    remarks: list[Remark]


async def review(web: Web, visit: Visit) -> Reply:
    """GET /domanda/riepilogo: everything as it will be sent, and what may be missing or wrong."""
    draft = await hers(web, visit)
    if draft.is_sealed:
        return web.sent_on("/domanda/ricevuta")
    parts = [_part(draft, step.section, visit.language) for step in draft.steps if step.is_saved]
    saved = draft.revision(DECLARATIONS) > 0
    return web.pages.page(
        visit,
        "review.html",
        draft=draft,
        parts=parts,
        missing=draft.missing,
        declared=saved and declarations_given(draft.content(DECLARATIONS)),
        asked=_asked(web, draft),
        revisions=" ".join(f"{name}:{revision}" for name, revision in draft.revisions().items()),
        key=uuid4(),
    )


def _part(draft: Hers, section: Section, language: Language) -> Part:
    return Part(section, spoken(section, draft.content(section), language), draft.filled(section).remarks)


@dataclass(frozen=True, slots=True)
class Asked:
    """The months she asks for, and what they seem to come to."""

    months: list[int]
    due: list[int]
    euro: str


def _asked(web: Web, draft: Hers) -> Asked:
    months = [month for month in draft.content(DECLARATIONS).get("requested_months") or [] if 1 <= month <= 12]
    due = [month for month in months if draft.expected and month in draft.expected.due]
    cents = len(due) * web.counter.programmes[draft.programme].monthly_cents
    return Asked(months, due, in_euro(f"{cents // 100}.{cents % 100:02d}"))


async def send(web: Web, visit: Visit) -> Reply:
    """POST /domanda/invio: file exactly the revisions she has seen, and show the receipt."""
    web.must_be_ours(visit)
    key: Headers = [(b"idempotency-key", visit.field("chiave").encode())]
    hers: Headers = [(b"accept-language", visit.language.code.encode())]  # in which letters are written to her
    told = await web.ask(visit, submissions.file, body={"sections": _seen(visit)}, headers=[*key, *hers])
    return web.sent_on(registered.PATH if "entry" in told.json else "/domanda/ricevuta")


def _seen(visit: Visit) -> dict[str, int]:
    """Return the revisions the page showed. Errors: Refusal bad-request."""
    try:
        pairs = (pair.split(":") for pair in visit.field("revisioni").split())
        seen = {name: int(revision) for name, revision in pairs}
    except ValueError:
        raise Refusal("bad-request") from None
    if not seen.keys() <= BY_NAME.keys():
        raise Refusal("bad-request")
    return seen
