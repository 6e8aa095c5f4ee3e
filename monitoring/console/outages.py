"""The incident editor: what the public is told, and by hand opened, told again and closed, also without PostgreSQL."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Response
from fastapi import Request as Asked
from pydantic import ValidationError
from starlette.responses import RedirectResponse

from core.domain.book import Book
from core.domain.incident import Cause, Function, Incident
from core.pages.languages import NAMES
from monitoring.console import forms
from monitoring.console.forms import Form
from monitoring.console.pages import Pages
from monitoring.console.problems import Problem
from monitoring.console.roster import Role
from monitoring.public.desk import Request
from monitoring.public.texts import CAUSE, FUNCTION, said

LONGEST = 1_440  # minutes: until the next word, and back to when it began or ended
SHOWN = 20  # past incidents on the page; the public page and the ledger have them all
BY: Mapping[str, str] = {"probe": "our own look", "alert": "an alert", "hand": "somebody's hand"}


@dataclass(frozen=True, slots=True)
class Bulletin:
    """What the public is told: the book as it stands, what is done to it by hand, and the counter's public address."""

    book: Callable[[], Book]
    do: Callable[[Request], None]
    counter: Callable[[], str]


def routes(pages: Pages, bulletin: Bulletin) -> APIRouter:
    """Return the page `/incidents`; each act is also a command of `python -m monitoring.incidents`."""
    router = APIRouter(prefix="/incidents")

    @router.get("")
    async def shown(request: Asked, done: str = "") -> Response:
        book = bulletin.book()
        past = [one for one in book.incidents if not one.is_open][:SHOWN]
        known = book.find(done)
        return pages.page(
            request,
            "incidents.html",
            opened=book.open,
            past=past,
            said=said,
            held_by=_held_by,
            functions={str(one): FUNCTION[one] for one in Function},
            causes={str(one): CAUSE[one] for one in Cause},
            languages=NAMES,
            counter=bulletin.counter().rstrip("/"),
            done=known.incident_id if known else "",
        )

    @router.post("/open")
    async def opened(request: Asked) -> Response:
        form = await forms.posted(request, Role.OPERATOR)
        named = {"function": form.one("function"), "cause": form.one("cause")}
        bulletin.do(_request(form, does="open", at=_ago(form), next_word_minutes=_minutes(form, "minutes"), **named))
        newest = max(bulletin.book().open, key=lambda one: one.said_at)
        return RedirectResponse(f"/incidents?done={newest.incident_id}", 303)

    @router.post("/{incident_id}/word")
    async def told(request: Asked, incident_id: str) -> Response:
        form = await forms.posted(request, Role.OPERATOR)
        minutes = _minutes(form, "minutes")
        if minutes is None:
            raise Problem(422, "not-a-time", f"Minutes: a whole number from 1 to {LONGEST}.")
        one = _still_open(bulletin.book(), incident_id)
        bulletin.do(_request(form, does="word", incident_id=one.incident_id, next_word_minutes=minutes))
        return RedirectResponse(f"/incidents?done={one.incident_id}", 303)

    @router.post("/{incident_id}/close")
    async def closed(request: Asked, incident_id: str) -> Response:
        form = await forms.posted(request, Role.OPERATOR)
        one = _still_open(bulletin.book(), incident_id)
        bulletin.do(_request(form, does="close", incident_id=one.incident_id, at=_ago(form)))
        return RedirectResponse(f"/incidents?done={one.incident_id}", 303)

    return router


def _still_open(book: Book, incident_id: str) -> Incident:
    one = book.find(incident_id)
    if one is None or not one.is_open:
        raise Problem(409, "not-open", "That incident is not open any more. Nothing was changed.")
    return one


def _request(form: Form, **told: Any) -> Request:
    try:
        return Request(who=form.who, why=form.why, via="console", **told)
    except ValidationError:
        raise Problem(422, "unknown", "There is no such function or cause.") from None


def _minutes(form: Form, name: str) -> int | None:
    text = form.one(name)
    if not text:
        return None
    minutes = int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0
    if not 0 < minutes <= LONGEST:
        raise Problem(422, "not-a-time", f"Minutes: a whole number from 1 to {LONGEST}, or nothing.")
    return minutes


def _ago(form: Form) -> datetime | None:
    minutes = _minutes(form, "ago")
    return None if minutes is None else datetime.now(UTC) - timedelta(minutes=minutes)


def _held_by(one: Incident) -> list[str]:
    """Say what keeps an incident open: it is over a minute after nothing does."""
    return sorted({BY[key.partition(":")[0]] for key in one.alarms})
