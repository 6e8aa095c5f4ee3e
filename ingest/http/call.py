"""A call: one request at the counter, its body read within bounds, and the instant it was complete."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from core.clock import Clock
from core.trace import Span, follow
from ingest.http import body as bodies
from ingest.http import exchange
from ingest.http.rate_limits import Standing
from ingest.http.refusal import Refusal
from ingest.tokens import Token

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
BODY_SECONDS = 10.0  # a sender slower than this is told so; it keeps its text


class Seat(Protocol):
    """A place among the requests under way (ingest/admission/place.py)."""

    token: Token | None  # read at the entrance already, where it holds

    def is_of_session(self, draft_id: UUID | None) -> None:
        """Say whose session came with it; None for a visitor who has opened no draft."""

    def take(self) -> None:
        """Take it, once."""


class ClientGone(Exception):
    """The client closed before its request was complete; nothing of it is kept."""


def came_at(clock: Clock, scope: Scope) -> datetime:
    """Return the instant at which a request that is here came: earlier than now by what it waited for a turn of the
    loop (ingest/turns.py), where it did."""
    waited = scope.get("waited")
    return clock.now() - timedelta(seconds=waited) if waited else clock.now()


class Call:
    """One request. Headers are looked up as they came; the body is read once, when an endpoint wants it."""

    __slots__ = (
        "_clock",
        "_exchange",
        "_receive",
        "_scope",
        "arrived_at",
        "headers",
        "path",
        "query",
        "seat",
        "span",
        "standing",
    )

    def __init__(self, scope: Scope, receive: Receive, clock: Clock, path: Mapping[str, str]) -> None:
        self.headers: list[tuple[bytes, bytes]] = scope["headers"]
        self.path = path
        self.query: bytes = scope.get("query_string", b"")
        self._scope = scope
        self.arrived_at: datetime = came_at(clock, scope)
        self.span: Span | None = follow(self.header(b"traceparent"))  # ours, in the trace of whoever calls
        self.seat: Seat | None = scope.get("seat")  # taken when the request is whole
        self.standing: Standing | None = None  # where its caller stands against its rate, once it is known
        self._receive, self._clock, self._exchange = receive, clock, exchange.of(receive)

    def header(self, name: bytes) -> bytes | None:
        """Return the first value of a header, by its lower-case name."""
        for known, value in self.headers:
            if known == name:
                return value
        return None

    def only(self, name: bytes) -> bytes | None:
        """Return the value of a header that has one. Errors: Refusal bad-request (400) where it is said in two ways."""
        found = None
        for known, value in self.headers:
            if known == name:
                if found is not None and value != found:
                    raise Refusal("bad-request")
                found = value
        return found

    def admit(self, standing: Standing) -> None:
        """Note where the caller stands, for the answer's headers. Errors: Refusal too-many-requests (429)."""
        self.standing = standing
        if not standing.admitted:
            raise Refusal("too-many-requests", retry_after=standing.retry_after)

    async def json(self, most_bytes: int) -> object:
        """Return the body as a JSON value; from then on `arrived_at` is the instant at which it was complete.

        Errors: Refusal 413, 415, 400 (ingest/http/body.py; a part of a body, RFC 9110, section 14.5) or slow-request
        (408); ClientGone.
        """
        if self.header(b"content-range") is not None:  # a part, taken for the whole, is not what she means to save
            raise Refusal("bad-request")
        bodies.must_be_json(self.only(b"content-type"), self.only(b"content-encoding"))
        length = self.header(b"content-length")
        if length is not None and length.isdigit() and (len(length) > 12 or int(length) > most_bytes):
            raise Refusal("too-large")
        return bodies.read(await self.body(most_bytes), most_bytes)

    async def body(self, most_bytes: int) -> bytes:
        """Return the body's bytes, the request's place taken.

        Errors: Refusal too-large (413), slow-request (408), overloaded (503); ClientGone.
        """
        body = await self.whole(most_bytes)
        if self.seat is not None:
            self.seat.take()
        return body

    async def whole(self, most_bytes: int) -> bytes:
        """Return the body's bytes and leave the place to who asks. Errors: as `body`, without overloaded."""
        here = self._exchange.body() if self._exchange else None
        if here is not None:
            self.arrived_at = came_at(self._clock, self._scope)
            if len(here) > most_bytes:
                raise Refusal("too-large")
            return here
        try:
            async with asyncio.timeout(BODY_SECONDS):
                return await self._pieces(most_bytes)
        except TimeoutError:
            raise Refusal("slow-request") from None
        finally:
            self.arrived_at = self._clock.now()

    async def _pieces(self, most_bytes: int) -> bytes:
        pieces, size = [], 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise ClientGone
            pieces.append(message["body"])
            size += len(pieces[-1])
            if size > most_bytes:
                raise Refusal("too-large")
            if not message.get("more_body"):
                return b"".join(pieces)
