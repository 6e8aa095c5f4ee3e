"""Receipts as she fetches them: of her application, of one save, of an attempt that was refused."""

from collections.abc import Mapping
from datetime import datetime

from core.domain.receipt import Kind
from ingest import attempts, sections, submissions
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web.standing import standing
from ingest.web.visit import Visit
from ingest.web.web import Web
from ingest.web.writing import step_of

_WITHOUT_ADDRESS: Mapping[str, str] = {Kind.COMPLAINT: "reclamo", Kind.DELETION: "cancellazione"}  # by name of file
FORMS: Mapping[str, bytes] = {"pagina": b"text/html", "pdf": b"application/pdf", "testo": b"application/json"}


async def receipt_form(web: Web, visit: Visit) -> Reply:
    """GET /domanda/ricevuta/{forma}: the signed receipt as a page to print, a PDF with its code, or its text."""
    accept = _form_of(visit)
    number = (await standing(web, visit))["number"]
    told = await web.ask(visit, submissions.receipt, path={"number": number}, headers=[(b"accept", accept)])
    return Reply(told.status, told.body, told.headers, told.media)


async def section_receipt(web: Web, visit: Visit) -> Reply:
    """GET /domanda/{passo}/ricevuta: the receipt of one save, the newest unless `versione` names another."""
    step = step_of(visit)
    told = (await web.ask(visit, sections.revisions, path={"section": step.name})).json
    wanted = visit.asked("versione")
    found = [one for one in told["revisions"] if not wanted or str(one["revision"]) == wanted]
    if not found:
        raise Refusal("not-found")
    accept = FORMS.get(visit.asked("forma"), b"text/html")
    return await web.counter.receipt_forms.of(f"{step.slug}-{found[-1]['revision']}", found[-1]["receipt"], accept)


def _form_of(visit: Visit) -> bytes:
    accept = FORMS.get(visit.call.path["forma"])
    if accept is None:
        raise Refusal("not-found")
    return accept


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
    """POST /attestato: a certificate, or a receipt no address has, as a PDF; made without the store, which may be away.

    Errors: Refusal not-found.
    """
    text = visit.field("attestato")
    checked = web.counter.receipts.check(text)
    claims = checked.claims if checked.valid else None
    kind = str(claims.get("kind")) if claims else ""
    forms, pdf = web.counter.receipt_forms, b"application/pdf"
    if claims and kind == Kind.ATTEMPT:
        told = await forms.of_attempt(str(claims["attempted_at"]), text, pdf)
    elif kind in _WITHOUT_ADDRESS:
        told = await forms.of(_WITHOUT_ADDRESS[kind], text, pdf)
    else:
        raise Refusal("not-found")
    return told._replace(headers=[_put_away(header) for header in told.headers])


def _put_away(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Have a file saved rather than shown: the page it is asked from holds what she sent, and must stay."""
    name, value = header
    return (name, value.replace(b"inline", b"attachment")) if name == b"content-disposition" else header
