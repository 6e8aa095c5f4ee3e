"""Receipts as she fetches them: of her application, of one save, of an attempt that was refused."""

from datetime import datetime

from core.domain.receipt import Kind
from ingest import attempts, sections, submissions
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web.receipt_files import FILES, FORMS, TEXT, in_form
from ingest.web.standing import standing
from ingest.web.visit import Visit
from ingest.web.web import Web
from ingest.web.writing import step_of


async def receipt_form(web: Web, visit: Visit) -> Reply:
    """GET /domanda/ricevuta/{forma}: the signed receipt as a page to print, a PDF with its code, or its text."""
    form = visit.call.path["forma"]
    if form not in FORMS and form != TEXT:
        raise Refusal("not-found")
    number = (await standing(web, visit))["number"]
    told = (await web.ask(visit, submissions.receipt, path={"number": number})).json
    return await in_form(web, number, told["receipt"], form)


async def section_receipt(web: Web, visit: Visit) -> Reply:
    """GET /domanda/{passo}/ricevuta: the receipt of one save, the newest unless `versione` names another."""
    step = step_of(visit)
    told = (await web.ask(visit, sections.revisions, path={"section": step.name})).json
    wanted = visit.asked("versione")
    found = [one for one in told["revisions"] if not wanted or str(one["revision"]) == wanted]
    if not found:
        raise Refusal("not-found")
    name = f"{step.slug}-{found[-1]['revision']}"
    return await in_form(web, name, found[-1]["receipt"], visit.asked("forma"))


async def attempted(web: Web, visit: Visit) -> Reply:
    """GET /domanda/tentativi: what we could not take, each with its certificate."""
    told = (await web.ask(visit, attempts.read)).json
    texts = visit.language.texts
    listed = [
        {
            **one,
            "when": datetime.fromisoformat(one["attempted_at"]),
            "title": texts.problems[one["code"]].title if one["code"] in texts.problems else one["code"],
            "what": texts.words["operation"].get(one["operation"], one["operation"]),
        }
        for one in told["attempts"]
    ]
    return web.pages.page(visit, "attempts.html", attempts=listed)


async def certificate(web: Web, visit: Visit) -> Reply:
    """POST /attestato: a certificate, or the receipt of what is gone, as a PDF or its text; made without the store.

    Errors: Refusal not-found.
    """
    text = visit.field("attestato")
    checked = web.counter.receipts.check(text)
    claims = checked.claims if checked.valid else None
    kind = str(claims.get("kind")) if claims else ""
    if claims and kind == Kind.ATTEMPT:
        told = await web.counter.receipt_forms.of_attempt(str(claims["attempted_at"]), text, FORMS["pdf"])
    elif kind == Kind.DELETION:
        told = await in_form(web, FILES[Kind.DELETION], text, visit.field("forma") or "pdf")
    else:
        raise Refusal("not-found")
    return told._replace(headers=[_put_away(header) for header in told.headers])


def _put_away(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Have a file saved rather than shown: the page it is asked from holds what she sent, and must stay."""
    name, value = header
    return (name, value.replace(b"inline", b"attachment")) if name == b"content-disposition" else header
