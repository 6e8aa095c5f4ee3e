"""Statements: what the service says about itself."""

from dataclasses import asdict

from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web.visit import Visit
from ingest.web.web import PROGRAMME, Web


async def privacy(web: Web, visit: Visit) -> Reply:
    """GET /privacy: the privacy notice, with its version."""
    version = web.counter.programmes[PROGRAMME].privacy_notice
    return web.pages.page(visit, "privacy.html", version=version)


async def accessibility(web: Web, visit: Visit) -> Reply:
    """GET /accessibilita: the accessibility statement."""
    return web.pages.page(visit, "accessibility.html")


async def help_(web: Web, visit: Visit) -> Reply:
    """GET /aiuto: how to get help."""
    return web.pages.page(visit, "help.html")


async def problem(web: Web, visit: Visit) -> Reply:
    """GET /problemi/{codice}: what a problem means, by its code or by the reference read to the contact centre."""
    asked = visit.call.path["codice"]
    known = visit.language.texts.problems.values()
    found = next((one for one in known if asked in (one.code, one.reference, one.reference.lower())), None)
    if found is None:
        raise Refusal("not-found")
    return web.pages.page(visit, "refused.html", problem=asdict(found), wait=0, again=False, resent=[])


async def verifier(web: Web, visit: Visit) -> Reply:
    """GET /verifica-ricevuta: where a receipt is shown to be checked."""
    return web.pages.page(visit, "verifier.html", shown="", said="", valid=None)


async def verified(web: Web, visit: Visit) -> Reply:
    """POST /verifica-ricevuta: say whether a text is a receipt of ours, unaltered."""
    shown = "".join(visit.field("ricevuta").split())[:20_000]
    checked = web.counter.receipts.check(shown)
    said = visit.language.texts.words["receipt_check"][checked.reason]
    return web.pages.page(visit, "verifier.html", shown=shown, said=said, valid=checked.valid)
