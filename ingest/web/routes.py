"""Routes: every address of the pages."""

from typing import NamedTuple

from ingest.refusal import Refusal
from ingest.reply import Reply
from ingest.web import filling, start, versions
from ingest.web.desk import View
from ingest.web.visit import Visit
from ingest.web.web import Web


class Route(NamedTuple):
    """One address. `name` is its name in series and lines."""

    method: str
    path: str
    name: str
    view: View


async def asset(web: Web, visit: Visit) -> Reply:
    """GET /statico/{nome}: one file, kept by browsers for ever, for its name tells its content."""
    found = web.assets.served(visit.call.path["nome"])
    if found is None:
        raise Refusal("not-found")
    headers = [(b"cache-control", b"public, max-age=31536000, immutable"), (b"vary", b"accept-encoding")]
    if found.packed is not None and b"gzip" in (visit.call.header(b"accept-encoding") or b""):
        return Reply(200, found.packed, [*headers, (b"content-encoding", b"gzip")], found.media)
    return Reply(200, found.plain, headers, found.media)


STEP = "/domanda/{passo}"

ROUTES = (
    Route("GET", "/", "page.home", start.home),
    Route("POST", "/inizia", "page.begin", start.begin),
    Route("GET", "/riprendi", "page.resume", start.resume),
    Route("POST", "/riprendi", "page.resumed", start.resumed),
    Route("POST", "/esci", "page.leave", start.leave),
    Route("GET", "/lingua/{lingua}", "page.language", start.language),
    Route("GET", "/domanda", "page.overview", filling.overview),
    Route("GET", "/domanda/mesi", "page.months", filling.months),
    Route("GET", "/domanda/accesso", "page.access", filling.access),
    Route("GET", STEP, "page.section", filling.section),
    Route("POST", STEP, "page.save", filling.save),
    Route("GET", STEP + "/storia", "page.history", versions.history),
    Route("POST", STEP + "/storia", "page.restore", versions.restored),
    Route("POST", STEP + "/scelta", "page.choose", versions.chosen),
    Route("GET", "/statico/{nome}", "page.asset", asset),
)
