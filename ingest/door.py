"""The door: every request comes in and every answer goes out here, whatever becomes of it in between."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from core.domain.errors import ApprodoError
from ingest import sections
from ingest.counter import Counter
from ingest.http import exchange
from ingest.http.call import Call, ClientGone
from ingest.http.problems import Problems, foreseen, refusal_of
from ingest.http.rate_limits import PER_DRAFT, unspent
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply, Send

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
App = Callable[[Scope, Any, Any], Awaitable[None]]
Endpoint = Callable[[Counter, Call], Awaitable[Reply]]

MOST_PATH_BYTES = 8_000  # what every recipient should take (RFC 9112, section 3)
MOST_HEADER_BYTES = 16_384
SAFE = ("GET", "HEAD")  # what is refused for no full house
_UNSPENT = unspent(PER_DRAFT).headers()


class Desk:
    """Where endpoints are called: errors become problems, and each answer is noted once."""

    def __init__(self, counter: Counter, problems: Problems) -> None:
        self.counter, self.problems = counter, problems

    async def answer(
        self, operation: str, endpoint: Endpoint, scope: Scope, receive: Receive, path: Mapping[str, str]
    ) -> tuple[Reply, Headers] | None:
        """Answer one request: the reply, and the rate-limit headers of its caller; None where the client has gone.

        `operation` is its name in series and lines; `path` its parameters.
        """
        counter = self.counter
        began = counter.clock.monotonic()
        call = Call(scope, receive, counter.clock, path)
        try:
            if scope["method"] not in SAFE:
                counter.admission.must_be_open()
            reply = await endpoint(counter, call)
        except ClientGone:
            counter.observe("request.left", operation=operation)
            return None
        except Exception as error:  # noqa: BLE001  whatever it is, she gets an answer that says what is safe
            reply = self._refused(operation, error, call) if foreseen(error) else self._failed(operation, error, call)
        seconds = counter.clock.monotonic() - began
        counter.observe("request.answered", operation=operation, status=reply.status, seconds=seconds)
        return reply, call.standing.headers() if call.standing else _UNSPENT

    def _refused(self, operation: str, error: ApprodoError, call: Call | None = None) -> Reply:
        refusal = refusal_of(error)
        certificate = self.counter.certificates.of_call(call, operation, refusal.code) if call else None
        reply = self.problems.reply(refusal, certificate)
        self.counter.observe("request.refused", operation=operation, code=reply.code, status=reply.status)
        return reply

    def _failed(self, operation: str, error: Exception, call: Call) -> Reply:
        incident = secrets.token_hex(4)
        self.counter.observe("request.crashed", operation=operation, incident=incident, exc_info=error)
        certificate = self.counter.certificates.of_call(call, operation, "internal-error", incident)
        return self.problems.unforeseen(incident, certificate)

    def tell(self, operation: str, reply: Reply) -> tuple[Reply, Headers]:
        """Give an answer that asks nothing of an endpoint."""
        self.counter.observe("request.answered", operation=operation, status=reply.status, seconds=0.0)
        return reply, _UNSPENT

    def refuse(self, operation: str, refusal: ApprodoError) -> tuple[Reply, Headers]:
        """Answer a request that never reached an endpoint."""
        return self._refused(operation, refusal), _UNSPENT


class Door:
    """The outermost application. Section saves go straight to their endpoint; all else through FastAPI's routes.

    The routes know the section save too (they document it); the short way only leaves their cost out.
    """

    def __init__(self, desk: Desk, routes: App) -> None:
        self.desk, self._routes = desk, routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event, as ASGI asks."""
        if scope["type"] != "http":
            await self._routes(scope, receive, send)
        elif (oversized := _oversized(scope)) is not None:
            reply, rate = self.desk.refuse("oversized", oversized)
            await reply.send(send, rate)
        elif scope["method"] == "PUT" and (path := _section_path(scope["path"])) is not None:
            await self._save(scope, receive, send, path)
        else:
            await self._routes(scope, receive, send)

    async def _save(self, scope: Scope, receive: Receive, send: Send, path: Mapping[str, str]) -> None:
        answered = await self.desk.answer("section.save", sections.save, scope, receive, path)
        if answered is not None:
            reply, rate = answered
            short = exchange.of(receive)
            if short is None or not short.answer(reply.status, reply.head(rate), reply.body):
                await reply.send(send, rate)


def _oversized(scope: Scope) -> Refusal | None:
    if len(scope["raw_path"]) + len(scope["query_string"]) > MOST_PATH_BYTES:
        return Refusal("uri-too-long")
    if sum([len(name) + len(value) for name, value in scope["headers"]]) > MOST_HEADER_BYTES:
        return Refusal("headers-too-large")
    return None


def _section_path(path: str) -> dict[str, str] | None:
    """Return the parameters of `/v1/drafts/{draft_id}/sections/{section}`, or None for any other path."""
    parts = path.split("/")
    if len(parts) == 6 and parts[1] == "v1" and parts[2] == "drafts" and parts[4] == "sections" and parts[5]:
        return {"draft_id": parts[3], "section": parts[5]}
    return None
