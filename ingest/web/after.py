"""After: the receipt at once, where the application stands, and everything she may still do."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from core.domain.submission import DECIDED, NOT_LIVE, State, may_move
from ingest import attempts, drafts, sections, submissions
from ingest.door import Endpoint
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply
from ingest.web import filling, start
from ingest.web.fields import BY_NAME, DECLARATIONS, Section
from ingest.web.filled import identity
from ingest.web.hers import Hers, Json, hers, in_euro, reasons
from ingest.web.languages import Language
from ingest.web.posted import content_of
from ingest.web.resume_code import new_code
from ingest.web.session import visitor
from ingest.web.versions import spoken_of
from ingest.web.visit import Visit
from ingest.web.web import Web

FORMS: Mapping[str, bytes] = {"pagina": b"text/html", "pdf": b"application/pdf", "testo": b"application/json"}


async def receipt(web: Web, visit: Visit) -> Reply:
    """GET /domanda/ricevuta: the number, both instants, and what happens next."""
    told = await _standing(web, visit)
    return web.pages.page(visit, "receipt.html", code=visit.session.code, **_shown(told))


async def receipt_form(web: Web, visit: Visit) -> Reply:
    """GET /domanda/ricevuta/{forma}: the signed receipt as a page to print, a PDF with its code, or its text."""
    accept = _form_of(visit)
    number = (await _standing(web, visit))["number"]
    told = await web.ask(visit, submissions.receipt, path={"number": number}, headers=[(b"accept", accept)])
    return Reply(told.status, told.body, told.headers, told.media)


async def section_receipt(web: Web, visit: Visit) -> Reply:
    """GET /domanda/{passo}/ricevuta: the receipt of one save, the newest unless `versione` names another."""
    step = filling.step_of(visit)
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


async def status(web: Web, visit: Visit) -> Reply:
    """GET /domanda/stato: the timeline in words, the outcome month by month, and what she can do now."""
    told = await _standing(web, visit)
    return web.pages.page(
        visit,
        "status.html",
        can=_possible(told["state"]),
        outcome=_outcome(told, visit),
        waits=_waits(told, visit),
        rest=_not_asked(told) if visit.civil.now >= _late_from(web, told) else [],
        **_shown(told),
    )


async def _standing(web: Web, visit: Visit) -> dict[str, Any]:
    """Return the submission as the API tells it, with its outcome once there is one. Errors: Refusal not-found."""
    draft = await hers(web, visit)
    if draft.number is None:
        raise Refusal("not-found")
    told: dict[str, Any] = (await web.ask(visit, submissions.read, path={"number": draft.number})).json
    return told


def _shown(told: Json) -> dict[str, Any]:
    estimate = told.get("estimate")
    return {
        "told": told,
        "state": told["state"],
        "number": told["number"],
        "arrived_at": datetime.fromisoformat(told["arrived_at"]),
        "filed_at": datetime.fromisoformat(told["filed_at"]),
        "timeline": [{**line, "when": datetime.fromisoformat(line["at"])} for line in told["timeline"]],
        "range": (_minutes(estimate["from"]), _minutes(estimate["to"])) if estimate else None,
        "next_check": datetime.fromisoformat(told["next_check_at"]) if told["next_check_at"] else None,
    }


def _minutes(duration: str) -> int:
    """Return the minutes of a duration such as PT93S, rounded up."""
    return -(-int(duration[2:-1]) // 60)


def _possible(state: str) -> dict[str, bool]:
    here = State(state)
    return {
        "withdraw": may_move(here, State.WITHDRAWN),
        "review": may_move(here, State.REOPENED),
        "integrate": here is State.NEEDS_APPLICANT,
        "pay": here is State.PAYMENT_FAILED,
        "again": here in NOT_LIVE,
    }


def _outcome(told: Json, visit: Visit) -> dict[str, Any] | None:
    if State(told["state"]) not in DECIDED:
        return None
    months = [{**one, "reasons": reasons(one["reasons"], visit.language)} for one in told["months"]]
    return {
        "euro": in_euro(told["amount"]["amount"]),
        "months": months,
        "at": datetime.fromisoformat(told["decided_at"]),
    }


def _waits(told: Json, visit: Visit) -> list[dict[str, str]]:
    """Return why it waits, as the newest line of the timeline says, each with where to put it right."""
    newest = told["timeline"][-1]["reasons"] if told["timeline"] else []
    return [_located(one, visit.language) for one in reasons(newest, visit.language)]


def _located(reason: dict[str, str], language: Language) -> dict[str, str]:
    spoken = spoken_of(reason["place"], language)
    if spoken is None:
        return reason | {"link": ""}
    step, name, label = spoken
    return reason | {"about": label, "link": f"/domanda/{step.slug}/correggi#{identity(name)}"}


def _not_asked(told: Json) -> list[int]:
    """Return the months a supplementary application can still ask for."""
    if State(told["state"]) in NOT_LIVE or "months" not in told:
        return []
    return [one["month"] for one in told["months"] if any(why["code"] == "not-requested" for why in one["reasons"])]


def _late_from(web: Web, told: Json) -> datetime:
    return web.counter.programmes[told["programme"]].ordinary_until


ACTS: Mapping[str, tuple[Endpoint, str]] = {
    "annulla": (submissions.withdraw, "withdraw"),
    "riesame": (submissions.reopen, "review"),
}


async def confirm(web: Web, visit: Visit) -> Reply:
    """GET /domanda/annulla and /domanda/riesame: what it means, before it is done."""
    told = await _standing(web, visit)
    return web.pages.page(visit, "confirm.html", act=_act(visit), number=told["number"])


async def do(web: Web, visit: Visit) -> Reply:
    """POST /domanda/annulla and /domanda/riesame."""
    web.must_be_ours(visit)
    told = await _standing(web, visit)
    await web.ask(visit, ACTS[_act(visit)][0], path={"number": told["number"]})
    return web.sent_on("/domanda/stato")


def _act(visit: Visit) -> str:
    act = visit.call.path["atto"]
    if act not in ACTS:
        raise Refusal("not-found")
    return act


async def integrate(web: Web, visit: Visit) -> Reply:
    """GET /domanda/{passo}/correggi: a step of a filed application, to be corrected."""
    step, draft = filling.step_of(visit), await hers(web, visit)
    return _correction(web, visit, step, draft)


def _correction(web: Web, visit: Visit, step: Section, draft: Hers, content: Json | None = None) -> Reply:
    filled = draft.filled(step, content)
    return web.pages.page(visit, "integrate.html", step=step, here=draft.step(step), filled=filled, key=uuid4())


async def integrated(web: Web, visit: Visit) -> Reply:
    """POST /domanda/{passo}/correggi: send the corrected step; the date of the application stays."""
    step = filling.step_of(visit)
    web.must_be_ours(visit)
    action = visit.field("azione")
    content = filling.changed(content_of(step, visit.form), action)
    if action:
        return _correction(web, visit, step, await hers(web, visit), content)
    number = (await _standing(web, visit))["number"]
    new = {"base_revision": filling.revision_of(visit.field("revisione")), "content": content}
    key: Headers = [(b"idempotency-key", visit.field("chiave").encode())]
    body = {"sections": {step.name: new}}
    await web.ask(visit, submissions.integrate, path={"number": number}, body=body, headers=key)
    return web.sent_on("/domanda/stato")


async def again(web: Web, visit: Visit) -> Reply:
    """POST /domanda/di-nuovo: another draft with what this one held, declarations to be given anew."""
    web.must_be_ours(visit)
    draft = await hers(web, visit)
    if not draft.is_sealed:
        return web.sent_on("/domanda")
    told = await _standing(web, visit)
    known, session = visit.session, await start.started(web, visit, new_code())
    visit.session = session
    try:
        await _copied(web, visit, draft, _not_asked(told))
    except Exception:
        visit.session = known  # whatever stopped it: she asks again for the application that she has
        raise
    return web.opened(visit, session, "/domanda")


async def _copied(web: Web, visit: Visit, draft: Hers, months: list[int]) -> None:
    for name in draft.revisions():
        content = dict(draft.content(BY_NAME[name]))
        if name == DECLARATIONS.name:
            content = {"requested_months": months or content.get("requested_months")}
        await filling.written(web, visit, BY_NAME[name], content, 0)


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
    forgotten = web.sessions.forgotten(visit.call)
    visit.session = visitor(visit.session.seen_at)
    at = datetime.fromisoformat(told["at"])
    return web.pages.page(visit, "deleted.html", 200, forgotten, at=at, receipt=told["receipt"])


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
    """POST /attestato: a certificate she was given, as a PDF; made without the store, which may be away."""
    text = visit.field("attestato")
    checked = web.counter.receipts.check(text)
    if not checked.valid or not checked.claims or checked.claims.get("kind") != "attempt":
        raise Refusal("not-found")
    told = await web.counter.receipt_forms.of_attempt(str(checked.claims["attempted_at"]), text, b"application/pdf")
    return told._replace(headers=[_put_away(header) for header in told.headers])


def _put_away(header: tuple[bytes, bytes]) -> tuple[bytes, bytes]:
    """Have a file saved rather than shown: the page it is asked from holds what she sent, and must stay."""
    name, value = header
    return (name, value.replace(b"inline", b"attachment")) if name == b"content-disposition" else header
