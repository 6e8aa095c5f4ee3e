"""Registered: what was taken into the emergency register for her, each with its receipt; read without the store too."""

from datetime import datetime
from typing import Any

from core.domain.register import Outcome
from ingest.emergency import entries
from ingest.http.refusal import Refusal
from ingest.http.reply import Reply
from ingest.web.form import BY_NAME
from ingest.web.languages import Language
from ingest.web.visit import Visit
from ingest.web.web import Web

PATH = "/domanda/registro"


async def listed(web: Web, visit: Visit) -> Reply:
    """GET /domanda/registro: every entry, latest first, and what became of it."""
    told = await _told(web, visit)
    shown = [_shown(one, visit.language) for one in reversed(told["entries"])]
    number = next((one["number"] for one in shown if "number" in one), None)
    return web.pages.page(visit, "registered.html", entries=shown, number=number)


async def receipt(web: Web, visit: Visit) -> Reply:
    """GET /domanda/registro/{voce}: the signed receipt of one entry, as a page to print; `?forma=pdf` as a PDF."""
    wanted = visit.call.path["voce"]
    for one in (await _told(web, visit))["entries"]:
        if one["entry"] == wanted and "receipt" in one:
            accept = b"application/pdf" if visit.asked("forma") == "pdf" else b"text/html"
            return await web.counter.receipt_forms.of(wanted, one["receipt"], accept)
    raise Refusal("not-found")


async def _told(web: Web, visit: Visit) -> dict[str, Any]:
    told: dict[str, Any] = (await web.ask(visit, entries.read)).json
    return told


def _shown(one: dict[str, Any], language: Language) -> dict[str, Any]:
    section = BY_NAME.get(one.get("section", ""))
    what = language.gettext(section.title) if section else language.texts.words["operation"]["submission"]
    reason = one.get("reason", {}).get("code")
    words = language.texts.words["register_reason"]
    return {
        **one,
        "what": what,
        "when": datetime.fromisoformat(one["registered_at"]),
        "waits": one["outcome"] == Outcome.WAITING,
        "why": words.get(reason, words["otherwise"]) if reason else None,
    }
