"""Given: the receipts she was given, all on one page, and each in the form she wants it in."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from core.domain.receipt import Kind
from ingest import attempts, given_receipts
from ingest.emergency import entries
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web.receipt_files import FILES, in_form
from ingest.web.visit import Visit
from ingest.web.web import Web

_NAME = 12  # characters of a receipt's digest that name it in an address


@dataclass(frozen=True, slots=True)
class Given:
    """One receipt as pages show it."""

    kind: str
    label: str
    when: datetime
    name: str  # in its address
    receipt: str


async def listed(web: Web, visit: Visit) -> Reply:
    """GET /domanda/ricevute: every receipt, latest first, and what else proves something where there is any."""
    tried = (await web.ask(visit, attempts.read)).json["attempts"]
    registered = (await web.ask(visit, entries.read)).json["entries"]
    all_given = await given(web, visit)
    return web.pages.page(visit, "given.html", given=all_given, tried=len(tried), registered=len(registered))


async def one(web: Web, visit: Visit) -> Reply:
    """GET /domanda/ricevute/{voce}: one of them, as a page to print; `?forma=pdf` as a PDF, `testo` as signed."""
    wanted = visit.call.path["voce"]
    for found in await given(web, visit):
        if found.name == wanted:
            return await in_form(web, FILES[Kind(found.kind)], found.receipt, visit.asked("forma"))
    raise Refusal("not-found")


async def given(web: Web, visit: Visit) -> list[Given]:
    """Return the receipts of her draft, latest first."""
    told = (await web.ask(visit, given_receipts.read)).json["receipts"]
    words = visit.language.texts.words["receipt_kind"]
    return [
        Given(
            kind=each["kind"],
            label=words[each["kind"]],
            when=datetime.fromisoformat(each["at"]),
            name=name_of(each["receipt"]),
            receipt=each["receipt"],
        )
        for each in reversed(told)
    ]


def name_of(receipt: str) -> str:
    """Return what names a receipt in its address."""
    return sha256(receipt.encode()).hexdigest()[:_NAME]
