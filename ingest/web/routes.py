"""Routes: every address of the pages."""

from typing import NamedTuple

from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web import (
    acts,
    again,
    checker,
    comparing,
    filling,
    given,
    held,
    letters,
    receipts,
    registered,
    revisions,
    sending,
    standing,
    start,
    statements,
)
from ingest.web.desk import View
from ingest.web.visit import Visit
from ingest.web.web import Web


class Route(NamedTuple):
    """One address. `name` is its name in series and lines; `stores`: it writes, so a full house refuses it early."""

    method: str
    path: str
    name: str
    view: View
    stores: bool = False


async def asset(web: Web, visit: Visit) -> Reply:
    """GET /statico/{nome}: one file, kept by browsers for ever, for its name tells its content."""
    found = web.assets.served(visit.call.path["nome"])
    if found is None:
        raise Refusal("not-found")
    headers = [(b"cache-control", b"public, max-age=31536000, immutable"), (b"vary", b"accept-encoding")]
    if found.packed is not None and b"gzip" in (visit.call.header(b"accept-encoding") or b""):
        return Reply(200, found.packed, [*headers, (b"content-encoding", b"gzip")], found.media)
    return Reply(200, found.plain, headers, found.media)


async def no_page(_: Web, __: Visit) -> Reply:
    """No address of ours."""
    raise Refusal("not-found")


STEP = "/domanda/{passo}"

ROUTES = (
    Route("GET", "/", "page.home", start.home),
    Route("GET", "/controlla", "page.checker", checker.ask),
    Route("POST", "/controlla", "page.checked", checker.answer),
    Route("POST", "/inizia", "page.begin", start.begin, stores=True),
    Route("GET", "/riprendi", "page.resume", start.resume),
    Route("POST", "/riprendi", "page.resumed", start.resumed),
    Route("POST", "/esci", "page.leave", start.leave),
    Route("GET", "/domande", "page.held", held.choice),
    Route("POST", "/domande", "page.chosen", held.chosen),
    Route("POST", "/domande/chiudi", "page.closed", held.closed),
    Route("GET", "/lingua/{lingua}", "page.language", start.language),
    Route("GET", "/privacy", "page.privacy", statements.privacy),
    Route("GET", "/accessibilita", "page.accessibility", statements.accessibility),
    Route("GET", "/aiuto", "page.help", statements.help_),
    Route("GET", "/problemi/{codice}", "page.problem", statements.problem),
    Route("GET", "/reclamo", "page.complaint", letters.complaint),
    Route("POST", "/reclamo", "page.complained", letters.complained, stores=True),
    Route("GET", "/verifica-ricevuta", "page.verifier", statements.verifier),
    Route("POST", "/verifica-ricevuta", "page.verified", statements.verified),
    Route("POST", "/attestato", "page.certificate", receipts.certificate),
    Route("GET", "/domanda", "page.overview", filling.overview),
    Route("GET", "/domanda/mesi", "page.months", filling.months),
    Route("GET", "/domanda/accesso", "page.access", filling.access),
    Route("GET", "/domanda/riepilogo", "page.review", sending.review),
    Route("POST", "/domanda/invio", "page.send", sending.send, stores=True),
    Route("GET", "/domanda/ricevuta", "page.receipt", standing.receipt),
    Route("GET", "/domanda/ricevuta/{forma}", "page.receipt_form", receipts.receipt_form),
    Route("GET", "/domanda/ricevute", "page.given", given.listed),
    Route("GET", "/domanda/ricevute/{voce}", "page.given_receipt", given.one),
    Route("GET", "/domanda/stato", "page.status", standing.status),
    Route("GET", "/domanda/tentativi", "page.attempts", receipts.attempted),
    Route("GET", "/domanda/registro", "page.registered", registered.listed),
    Route("GET", "/domanda/registro/{voce}", "page.registered_receipt", registered.receipt),
    Route("GET", "/domanda/dati", "page.export", acts.export),
    Route("GET", "/domanda/elimina", "page.delete", acts.delete),
    Route("POST", "/domanda/elimina", "page.deleted", acts.deleted, stores=True),
    Route("POST", "/domanda/di-nuovo", "page.again", again.again, stores=True),
    Route("POST", "/domanda/avvisi", "page.notices", letters.switch, stores=True),
    Route("GET", "/domanda/chiedi/{atto}", "page.confirm", acts.confirm),
    Route("POST", "/domanda/chiedi/{atto}", "page.act", acts.do, stores=True),
    Route("GET", STEP, "page.section", filling.section),
    Route("POST", STEP, "page.save", filling.save, stores=True),
    Route("GET", STEP + "/storia", "page.history", revisions.history),
    Route("POST", STEP + "/storia", "page.restore", revisions.restored, stores=True),
    Route("POST", STEP + "/scelta", "page.choose", comparing.chosen, stores=True),
    Route("GET", STEP + "/ricevuta", "page.section_receipt", receipts.section_receipt),
    Route("GET", STEP + "/correggi", "page.correct", acts.integrate),
    Route("POST", STEP + "/correggi", "page.corrected", acts.integrated, stores=True),
    Route("GET", "/statico/{nome}", "page.asset", asset),
)
