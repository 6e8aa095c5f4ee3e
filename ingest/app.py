"""The application: FastAPI's routes, each served at the desk, behind the door."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Match, Route

from ingest import contract, health
from ingest.admission.classes import Kinds
from ingest.admission.entrance import Entrance
from ingest.contract import Operation
from ingest.counter import Counter
from ingest.door import Desk, Door, Scope
from ingest.health import Readiness
from ingest.http.call import Call
from ingest.http.problems import Problems
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply
from ingest.web.calm import Calm
from ingest.web.desk import PagesDesk
from ingest.web.routes import ROUTES, no_page
from ingest.web.routes import Route as PageRoute
from ingest.web.web import put_together

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def build(
    counter: Counter,
    readiness: Readiness,
    lifespan: Lifespan | None = None,
    *,
    production: bool = False,
    public_url: str | None = None,
    status_page: str | None = None,
) -> Door:
    """Return the counter's ASGI application; in production the pages hand out no cookie but over TLS.

    `public_url` is where callers reach it, for the contract; `status_page` is where the public reads how it stands.
    """
    problems = Problems(counter.texts)
    desk = Desk(counter, problems)
    operations = _operations(counter, readiness, problems, public_url)
    app = FastAPI(openapi_url=None, redirect_slashes=False, lifespan=lifespan or _nothing)
    for operation in operations:
        _add(app, desk, operation)
    web = put_together(counter, status_page, production=production)
    pages = PagesDesk(web)
    for route in ROUTES:
        _add_page(app, pages, route)
    app.add_exception_handler(HTTPException, _unrouted(desk, pages, app.routes))
    return Door(desk, app, Entrance(counter.admission, _kinds(operations), counter.tokens), Calm(web))


def _kinds(operations: Sequence[Operation]) -> Kinds:
    return Kinds(
        ((one.method, one.path, one.name) for one in operations), ((one.method, one.path, one.name) for one in ROUTES)
    )


@asynccontextmanager
async def _nothing(_: FastAPI) -> AsyncIterator[None]:
    yield


def _operations(
    counter: Counter, readiness: Readiness, problems: Problems, public_url: str | None
) -> tuple[Operation, ...]:
    async def ready(_: Counter, __: Call) -> Reply:
        return health.ready(readiness, problems)

    async def status(_: Counter, __: Call) -> Reply:
        return health.status(readiness, problems)

    return contract.operations(ready, status, counter.texts, public_url)


def _add(app: FastAPI, desk: Desk, operation: Operation) -> None:
    async def handle(request: Request) -> Response:
        answered = await desk.answer(
            operation.name, operation.endpoint, request.scope, request.receive, request.path_params
        )
        return _Answer(*answered) if answered is not None else Response(status_code=499)

    app.add_api_route(operation.path, handle, methods=_methods(operation.method))


def _add_page(app: FastAPI, desk: PagesDesk, route: PageRoute) -> None:
    async def handle(request: Request) -> Response:
        answered = await desk.answer(
            route.name, route.view, request.scope, request.receive, request.path_params, stores=route.stores
        )
        return _Answer(*answered) if answered is not None else Response(status_code=499)

    app.add_api_route(route.path, handle, methods=_methods(route.method))


def _methods(method: str) -> list[str]:
    """Where GET is answered HEAD is too (RFC 9110, section 9.1)."""
    return ["GET", "HEAD"] if method == "GET" else [method]


def _unrouted(
    desk: Desk, pages: PagesDesk, routes: Sequence[BaseRoute]
) -> Callable[[Request, Exception], Awaitable[Response]]:
    """No route, or not with this method: answered like everything else; OPTIONS is told which methods there are.

    Who looks for a page gets one that says so.
    """

    async def handle(request: Request, _: Exception) -> Response:
        methods = _allowed(routes, request.scope)
        if not methods and "text/html" in request.headers.get("accept", ""):
            answered = await pages.answer("unrouted", no_page, request.scope, request.receive, {})
            return _Answer(*answered) if answered is not None else Response(status_code=499)
        if methods and request.method == "OPTIONS":
            return _Answer(*desk.tell("unrouted", Reply(204, b"", [(b"allow", methods)])))
        refusal = Refusal("method-not-allowed", headers=[(b"allow", methods)]) if methods else Refusal("not-found")
        return _Answer(*desk.refuse("unrouted", refusal))

    return handle


def _allowed(routes: Sequence[BaseRoute], scope: Scope) -> bytes:
    """Return the methods that this address takes, for `Allow`; nothing where it leads nowhere.

    `*` stands for the server as a whole (RFC 9110, section 9.3.7).
    """
    everywhere = scope["path"] == "*"
    known = [route for route in routes if isinstance(route, Route)]
    found = [route for route in known if everywhere or route.matches(scope)[0] is not Match.NONE]
    methods = {method for route in found for method in route.methods or ()}
    return ", ".join(sorted({*methods, "OPTIONS"})).encode() if methods else b""


class _Answer(Response):
    """A reply of the desk, sent as it is; to HEAD without its body (RFC 9110, section 9.3.2)."""

    def __init__(self, reply: Reply, rate: Headers) -> None:
        super().__init__(status_code=reply.status)
        self._reply, self._rate = reply, rate

    async def __call__(self, scope: Mapping[str, Any], _: Any, send: Any) -> None:
        if self._reply.status == 204 or scope["method"] == "HEAD":
            await self._send_head(send)
        else:
            await self._reply.send(send, self._rate)

    async def _send_head(self, send: Any) -> None:
        of_a_body = (b"content-type", b"content-length") if self._reply.status == 204 else ()
        headers = [header for header in self._reply.head(self._rate) if header[0] not in of_a_body]
        await send({"type": "http.response.start", "status": self._reply.status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
