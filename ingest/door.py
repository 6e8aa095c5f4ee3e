"""The door: every request comes in and every answer goes out here, whatever becomes of it in between."""

import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from itertools import chain
from typing import Any, Protocol

from core.domain.errors import ApprodoError
from core.trace import tell
from ingest import sections
from ingest.admission.classes import Class, Kind
from ingest.admission.entrance import Entrance, Here
from ingest.counter import Counter
from ingest.http import exchange
from ingest.http.call import Call, ClientGone, came_at
from ingest.http.full_house import CODE as FULL
from ingest.http.full_house import FullHouse
from ingest.http.problems import Problems, foreseen, refusal_of
from ingest.http.rate_limits import PER_DRAFT, unspent
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers, Reply, Send

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
App = Callable[[Scope, Any, Any], Awaitable[None]]
Endpoint = Callable[[Counter, Call], Awaitable[Reply]]
Answered = tuple[Reply, Headers]  # and the rate-limit headers of its caller


class Calm(Protocol):
    """Writes the page of whoever is not let in (ingest/web/calm.py)."""

    def page(self, refusal: Refusal, scope: Scope) -> Reply | None:
        """Return it; None for a script, which is answered with a problem."""


MOST_PATH_BYTES = 8_000  # what every recipient should take (RFC 9112, section 3)
MOST_HEADER_BYTES = 16_384
SAVE = Kind("section.save", Class.KEEPING)
_UNSPENT = unspent(PER_DRAFT).headers()


class Desk:
    """Where endpoints are called: errors become problems, and each answer is noted once."""

    def __init__(self, counter: Counter, problems: Problems) -> None:
        self.counter, self.problems = counter, problems
        self._full_house = FullHouse(problems, _UNSPENT)

    async def answer(
        self, operation: str, endpoint: Endpoint, scope: Scope, receive: Receive, path: Mapping[str, str]
    ) -> Answered | None:
        """Answer one request: the reply, and the rate-limit headers of its caller; None where the client has gone.

        `operation` is its name in series and lines; `path` its parameters.
        """
        counter = self.counter
        began = counter.clock.monotonic()
        call = Call(scope, receive, counter.clock, path)
        try:
            reply = await endpoint(counter, call)
        except ClientGone:
            counter.observe("request.left", operation=operation)
            return None
        except Exception as error:  # noqa: BLE001  whatever it is, she gets an answer that says what is safe
            reply = self._refused(operation, error, call) if foreseen(error) else self._failed(operation, error, call)
        seconds = counter.clock.monotonic() - began
        counter.observe("request.answered", operation=operation, status=reply.status, seconds=seconds)
        if call.span is not None:
            tell(call.span, "request", operation, reply.status, seconds, counter.observe)
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

    def tell(self, operation: str, reply: Reply) -> Answered:
        """Give an answer that asks nothing of an endpoint."""
        self.counter.observe("request.answered", operation=operation, status=reply.status, seconds=0.0)
        return reply, _UNSPENT

    def refuse(self, operation: str, refusal: ApprodoError) -> Answered:
        """Answer a request that never reached an endpoint."""
        return self._refused(operation, refusal), _UNSPENT

    def turn_away(self, operation: str, refusal: Refusal, scope: Scope, receive: Receive) -> Answered:
        """Answer a request that was not let in: nothing of it was read but its head."""
        path = scope.get("saved") or _draft_path(scope["path"])
        retry_after = refusal.members.get("retry_after")
        if refusal.code == FULL and isinstance(retry_after, int):
            return self._full(operation, retry_after, scope, path)
        reply = self._refused(operation, refusal, Call(scope, receive, self.counter.clock, path))
        self.counter.observe("request.answered", operation=operation, status=reply.status, seconds=0.0)
        return reply, _UNSPENT

    def _full(self, operation: str, retry_after: int, scope: Scope, path: Mapping[str, str]) -> Answered:
        """As any other that is turned away, for a fraction of the cost: in a storm it is what the counter does most."""
        counter = self.counter
        at = came_at(counter.clock, scope)
        certificate = counter.certificates.of_token(scope["seat"].token, path.get("draft_id"), operation, FULL, at)
        reply = self._full_house.reply(retry_after, certificate)
        counter.admission.gathered.add("request.turned_away", operation, FULL, reply.status)
        return reply, _UNSPENT


class Door:
    """The outermost application. Section saves go straight to their endpoint; all else through FastAPI's routes.

    The routes know the section save too (they document it); the short way only leaves their cost out. Who is not let
    in is told before a route is looked for: by the protocol itself (`ingest/protocol.py`), without a task, or here.
    """

    def __init__(self, desk: Desk, routes: App, entrance: Entrance, calm: Calm) -> None:
        self.desk, self._routes, self._entrance, self._calm = desk, routes, entrance, calm

    def admit(self, scope: Scope, receive: Receive, here: Here | None) -> Answered | None:
        """Give a request its seat and let it in; or return what is answered to who is not let in."""
        if (oversized := _oversized(scope)) is not None:
            return self.desk.refuse("oversized", oversized)
        if b"%2f" in scope["raw_path"].lower():
            scope["path"] = scope["raw_path"].decode("latin-1")  # part of a name, it never stands between two
        scope["saved"] = saved = _section_path(scope["path"]) if scope["method"] == "PUT" else None
        kind = SAVE if saved is not None else self._entrance.kind(scope)
        scope["seat"] = seat = self._entrance.place(kind, scope, here)
        if seat is None:
            return None
        refusal = self._entrance.let_in(seat, scope, here)
        return None if refusal is None else self._turned_away(seat.kind, refusal, scope, receive)

    def hold(self) -> float:
        """Return the seconds for which who finds a full house may be kept waiting to be told so."""
        return self._entrance.hold()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event, as ASGI asks; a request that the protocol has let in comes with its seat."""
        if scope["type"] != "http":
            await self._routes(scope, receive, send)
            return
        refused = self.admit(scope, receive, exchange.of(receive)) if "seat" not in scope else None
        if refused is not None:
            await pass_on(refused, scope, receive, send)
        else:
            await self._serve(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        seat, saved = scope["seat"], scope["saved"]
        try:
            if saved is not None:
                answered = await self.desk.answer("section.save", sections.save, scope, receive, saved)
                if answered is not None:
                    await pass_on(answered, scope, receive, send)
            else:
                await self._routes(scope, receive, send)
        finally:
            if seat is not None:
                seat.leave()

    def _turned_away(self, kind: Kind, refusal: Refusal, scope: Scope, receive: Receive) -> Answered:
        page = self._calm.page(refusal, scope) if kind.by_page else None
        if page is not None:
            return self.desk.tell(kind.name, page)
        return self.desk.turn_away(kind.name, refusal, scope, receive)


async def pass_on(answered: Answered, scope: Scope, receive: Receive, send: Send) -> None:
    """Send an answer the short way where there is one; to HEAD without its body (RFC 9110, section 9.3.2)."""
    reply, rate = answered
    if scope["method"] == "HEAD":
        await send({"type": "http.response.start", "status": reply.status, "headers": reply.head(rate)})
        await send({"type": "http.response.body", "body": b""})
    elif not pass_at_once(answered, receive):
        await reply.send(send, rate)


def pass_at_once(answered: Answered, receive: Receive) -> bool:
    """Send an answer the short way, not to HEAD; False, and nothing is sent, where there is none."""
    (reply, rate), short = answered, exchange.of(receive)
    if short is None:
        return False
    if reply.lines:
        return short.pass_on(reply.status, b"%bcontent-length: %d\r\n" % (reply.lines, len(reply.body)), reply.body)
    return short.answer(reply.status, reply.head(rate), reply.body)


def _oversized(scope: Scope) -> Refusal | None:
    if len(scope["raw_path"]) + len(scope["query_string"]) > MOST_PATH_BYTES:
        return Refusal("uri-too-long")
    if sum(map(len, chain.from_iterable(scope["headers"]))) > MOST_HEADER_BYTES:
        return Refusal("headers-too-large")
    return None


def _draft_path(path: str) -> dict[str, str]:
    """Return the parameter of `/v1/drafts/{draft_id}/…`, or none for any other path."""
    parts = path.split("/", 4)
    return {"draft_id": parts[3]} if len(parts) > 3 and parts[2] == "drafts" else {}


def _section_path(path: str) -> dict[str, str] | None:
    """Return the parameters of `/v1/drafts/{draft_id}/sections/{section}`, or None for any other path."""
    parts = path.split("/")
    if len(parts) == 6 and parts[1] == "v1" and parts[2] == "drafts" and parts[4] == "sections" and parts[5]:
        return {"draft_id": parts[3], "section": parts[5]}
    return None
