"""The switchboard: what is held back, by whom and why, and the way to turn it."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse

from core.domain.errors import StoreUnavailable
from core.domain.switch import LONGEST, SWITCHES, Pause, Turn
from core.storage.audit import Line, Trail
from core.storage.switches import Switches
from monitoring.console import forms
from monitoring.console.forms import Form
from monitoring.console.pages import Pages
from monitoring.console.problems import Problem
from monitoring.console.roster import Role

TurnIt = Callable[[Turn], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Shown:
    """One switch: what pausing it does, and the pause under way."""

    name: str
    does: str
    pause: Pause | None


def routes(pages: Pages, switches: Switches, turn: TurnIt, trail: Trail) -> APIRouter:
    """Return the page `/switches`."""
    router = APIRouter(prefix="/switches")

    @router.get("")
    async def shown(request: Request, turned: str = "") -> Response:
        history = await _history()
        listed = [Shown(name, does, switches.paused(name)) for name, does in SWITCHES.items()]
        done = turned if turned in SWITCHES else ""
        return pages.page(request, "switches.html", switches=listed, history=history, turned=done)

    @router.post("/turn")
    async def turned(request: Request) -> Response:
        form = await forms.posted(request, Role.OPERATOR)
        wanted = _wanted(form)
        await turn(wanted)
        await switches.look()
        return RedirectResponse(f"/switches?turned={wanted.switch}", 303)

    async def _history() -> list[Line] | None:
        try:
            return await trail.turns()
        except StoreUnavailable:
            return None

    return router


def _wanted(form: Form) -> Turn:
    name, way = form.one("switch"), form.one("way")
    if name not in SWITCHES or way not in ("pause", "resume"):
        raise Problem(422, "no-such-switch", "There is no such switch.")
    return Turn(name, way == "pause", form.who, form.why, _lasting(form) if way == "pause" else None)


def _lasting(form: Form) -> timedelta | None:
    said = form.one("minutes")
    if not said:
        return None
    minutes = int(said) if said.isascii() and said.isdigit() and len(said) <= 5 else 0
    if not timedelta() < timedelta(minutes=minutes) <= LONGEST:
        raise Problem(422, "not-a-time", "Minutes: a whole number from 1 to 10080, or nothing for no end.")
    return timedelta(minutes=minutes)
