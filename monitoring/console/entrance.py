"""The entrance: who may come in. Everything behind it is for who has logged in, but for what machines read."""

import asyncio
import secrets
import time
from collections.abc import Callable
from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from core.hooks import Observe
from monitoring.console import forms, problems
from monitoring.console.pages import Pages
from monitoring.console.problems import Problem
from monitoring.console.roster import OF_NOBODY, Operator, Role, Roster
from monitoring.console.sessions import LONGEST, Sessions, Visitor
from monitoring.console.throttle import Throttle

COOKIE = "approdo_console"
# For machines; none of it says anything about a person, and none of it changes anything. The public page and the
# webhook of Alertmanager are answered before anybody comes here (monitoring/public/door.py).
OPEN = ("/login", "/livez", "/metrics", "/targets", "/v1/preflight")
OPEN_BELOW = ("/static/",)
ALL = frozenset(Role)
BY_ITSELF = ("/v1/snapshot",)  # asked for by a page that stands open


class Entrance:
    """Pure ASGI: tells the application who asks, and sends who is nobody to the login.

    In development, as long as nobody was ever added to the roster, everybody on this machine may do everything.
    """

    def __init__(self, app: ASGIApp, sessions: Sessions, roster: Roster, *, development: bool) -> None:
        self._app, self._sessions, self._roster, self._development = app, sessions, roster, development
        self._anybody = Visitor("", ALL, secrets.token_urlsafe(32))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        visitor = self._visitor(scope)
        scope.setdefault("state", {})["visitor"] = visitor
        if visitor is None and not _is_open(scope["path"]):
            await self._to_login(scope)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _visitor(self, scope: Scope) -> Visitor | None:
        if self._development and not self._roster.exists:
            return self._anybody
        by_hand = scope["path"] not in BY_ITSELF
        return self._sessions.visitor(_cookie(scope), by_hand=by_hand)

    def _to_login(self, scope: Scope) -> Response:
        if scope["method"] in ("GET", "HEAD") and not scope["path"].startswith("/v1/"):
            return RedirectResponse(f"/login?to={quote(scope['path'])}", 303)
        return problems.answer(401, "login-needed", "Log in first.")


def _is_open(path: str) -> bool:
    return path in OPEN or path.startswith(OPEN_BELOW)


def _cookie(scope: Scope) -> str:
    """Return the key of a session, empty where there is none.

    Cookies of one machine are of all its ports, so that others' may be of any form; ours is a plain word.
    """
    for name, value in scope["headers"]:
        if name == b"cookie":
            pairs = (pair.strip().partition("=") for pair in value.decode("latin-1").split(";"))
            return next((key for known, _, key in pairs if known == COOKIE), "")
    return ""


def routes(
    pages: Pages,
    roster: Roster,
    sessions: Sessions,
    observe: Observe,
    *,
    secure: bool,
    monotonic: Callable[[], float] = time.monotonic,
) -> APIRouter:
    """Return the login and its end; with `secure` the cookie goes over TLS alone."""
    router, throttle, one_at_a_time = APIRouter(), Throttle(), asyncio.Lock()
    nobody = Operator("", frozenset(), OF_NOBODY)

    @router.get("/login")
    async def asked(request: Request) -> Response:
        return pages.page(request, "login.html", to=_place(request.query_params.get("to", "")), wrong="", name="")

    @router.post("/login")
    async def login(request: Request) -> Response:
        fields = await forms.read(request)
        name, password = fields.get("name", [""])[0].strip()[:40], fields.get("password", [""])[0]
        to = _place(fields.get("to", [""])[0])
        if wait := throttle.wait(name, monotonic()):
            raise Problem(429, "too-many-tries", "Too many wrong passwords: wait a little.", int(wait) + 1)
        async with one_at_a_time:
            operator = roster.people().get(name, nobody)
            knows = await asyncio.to_thread(operator.knows, password)
        if not knows or operator is nobody:
            throttle.wrong(name, monotonic())
            observe("login.refused")
            wrong = "No such name and password. Names are added with python -m monitoring.operators."
            return pages.page(request, "login.html", status=401, to=to, wrong=wrong, name=name)
        throttle.right(name)
        observe("login.opened")
        return _with_cookie(RedirectResponse(to, 303), sessions.open(operator), secure=secure)

    @router.post("/logout")
    async def logout(request: Request) -> Response:
        await forms.posted(request, Role.VIEWER)
        sessions.close(_cookie(request.scope))
        return _with_cookie(RedirectResponse("/login", 303), "", secure=secure)

    return router


def _with_cookie(response: Response, key: str, *, secure: bool) -> Response:
    age = int(LONGEST.total_seconds()) if key else 0
    response.set_cookie(COOKIE, key, max_age=age, httponly=True, samesite="strict", secure=secure, path="/")
    return response


def _place(asked: str) -> str:
    """Return a page of ours, and never an address of somebody else."""
    plain = asked.startswith("/") and not asked.startswith("//") and "\\" not in asked and asked.isprintable()
    return asked if plain and asked.isascii() else "/"
