"""A reply: what the counter answers, with the headers every answer carries."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

import orjson

Send = Callable[[Mapping[str, Any]], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

JSON = b"application/json"
# Personal pages served from a cache showed other people's data in April 2020 (Garante, 17 July 2024, n. 475).
ALWAYS: Headers = [
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
]


class Reply(NamedTuple):
    """Status, body, further headers, and media type. `code` is the problem's, where the answer is one.

    `lines`: all of its head but status, date and length, where they were written before (ingest/http/full_house.py).
    """

    status: int
    body: bytes
    headers: Headers = []  # noqa: RUF012  never changed in place
    media: bytes = JSON
    code: str = ""
    lines: bytes = b""

    async def send(self, send: Send, rate: Headers) -> None:
        """Send the answer with the headers of every answer and the caller's rate limit."""
        await send({"type": "http.response.start", "status": self.status, "headers": self.head(rate)})
        await send({"type": "http.response.body", "body": self.body})

    def head(self, rate: Headers) -> Headers:
        """Return all headers of the answer."""
        length = (b"content-length", b"%d" % len(self.body))
        return [(b"content-type", self.media), length, *self.headers, *rate, *_always(self.headers)]


def _always(own: Headers) -> Headers:
    """An answer's own header wins over the one of every answer."""
    if not own:
        return ALWAYS
    names = {name for name, _ in own}
    return [header for header in ALWAYS if header[0] not in names]


def json(value: object, status: int = 200, headers: Headers | None = None) -> Reply:
    """Return a JSON answer."""
    return Reply(status, orjson.dumps(value), headers or [])
