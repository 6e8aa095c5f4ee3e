"""The walk: what a page wants done is asked of the counter's own endpoints, in her name."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from ingest.counter import Counter
from ingest.door import Endpoint
from ingest.http.call import Call
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers
from ingest.web.session import Session


class Told(NamedTuple):
    """What an endpoint answered."""

    status: int
    body: bytes
    media: bytes
    headers: Headers

    @property
    def json(self) -> Any:
        """The answer's JSON."""
        return orjson.loads(self.body)


class NoSession(Refusal):
    """Nothing is open: she has to show her code first."""

    def __init__(self) -> None:
        super().__init__("token-missing")


async def ask(
    counter: Counter,
    call: Call,
    session: Session,
    endpoint: Endpoint,
    *,
    path: Mapping[str, str] | None = None,
    body: object = None,
    headers: Headers | None = None,
) -> Told:
    """Call an endpoint as the API would, with the token of the session in place of the caller's.

    The page's own call tells where she stands against her rate. Errors: whatever the endpoint refuses; NoSession.
    """
    if session.token is None:
        raise NoSession
    told = [(b"authorization", b"Bearer " + session.token.encode()), *(headers or [])]
    return await _asked(counter, call, endpoint, {"draft_id": str(session.draft_id), **(path or {})}, body, told)


async def ask_as_nobody(counter: Counter, call: Call, endpoint: Endpoint, body: object, headers: Headers) -> Told:
    """Call an endpoint that needs no draft."""
    return await _asked(counter, call, endpoint, {}, body, headers)


async def _asked(
    counter: Counter, call: Call, endpoint: Endpoint, path: Mapping[str, str], body: object, headers: Headers
) -> Told:
    sent = orjson.dumps(body) if body is not None else b""
    typed: Headers = [(b"content-type", b"application/json")] if body is not None else []

    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": sent, "more_body": False}

    own = Call({"headers": [*headers, *typed]}, receive, counter.clock, path)
    try:
        reply = await endpoint(counter, own)
    finally:
        call.standing = own.standing or call.standing
    return Told(reply.status, reply.body, reply.media, reply.headers)
