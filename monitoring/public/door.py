"""The public door: what was printed, to anybody, without login; everything else is left to what stands behind it."""

import hmac
from collections.abc import Callable
from http import HTTPStatus

from starlette.types import ASGIApp, Receive, Scope, Send

from core.pages.languages import preferred
from monitoring.console import problems
from monitoring.public.alerts import NotAlerts, Sent, read
from monitoring.public.press import HTML, Press, Sheet

ALERTS = "/v1/alerts"
MOST_BYTES = 262_144  # of a notification
_POLICY = (
    b"default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    b"frame-ancestors 'none'"
)
_HEADERS = [
    (b"content-security-policy", _POLICY),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
]
_BRIEFLY = b"public, max-age=10, stale-if-error=86400"  # a cache before us may tell the last word while we cannot
_FOR_EVER = b"public, max-age=31536000, immutable"

Headers = list[tuple[bytes, bytes]]


class PublicDoor:
    """Pure ASGI: a look into a dictionary and a send, so that it answers while everything else is slow."""

    def __init__(self, press: Press, behind: ASGIApp | None = None) -> None:
        """Take the press, and what answers all other addresses; without it nothing does."""
        self._press, self._behind = press, behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            return
        path = scope["path"]
        if self._behind is None and path == "/":
            await _send(send, 303, [(b"location", b"/stato")], b"", head=False)
            return
        if path in ("/stato", "/stato/"):
            path = f"/stato/{preferred(_header(scope, b'accept-language'))}"
        sheet = self._press.sheets.get(path)
        if sheet is None and self._behind is not None:
            await self._behind(scope, receive, send)
        elif sheet is None:
            await problems.answer(404, "not-found", "Not Found.")(scope, receive, send)
        elif scope["method"] not in ("GET", "HEAD"):
            refused = problems.answer(405, "method-not-allowed", f"{HTTPStatus(405).phrase}.")
            refused.headers["allow"] = "GET, HEAD"
            await refused(scope, receive, send)
        else:
            await _answer(scope, send, sheet)


async def _answer(scope: Scope, send: Send, sheet: Sheet) -> None:
    headers = [*_HEADERS, (b"etag", sheet.etag.encode())]
    headers.append((b"cache-control", _FOR_EVER if sheet.lasts else _BRIEFLY))
    headers.append((b"vary", b"accept-encoding, accept-language" if sheet.media == HTML else b"accept-encoding"))
    if sheet.language:
        headers.append((b"content-language", sheet.language.encode()))
    if sheet.status == 503:
        headers.append((b"retry-after", b"60"))
    if sheet.status == 200 and _header(scope, b"if-none-match") == sheet.etag.encode():
        await _send(send, 304, headers, b"", head=True)
        return
    headers.append((b"content-type", sheet.media.encode()))
    body = sheet.body
    if sheet.packed is not None and b"gzip" in (_header(scope, b"accept-encoding") or b""):
        body = sheet.packed
        headers.append((b"content-encoding", b"gzip"))
    await _send(send, sheet.status, headers, body, head=scope["method"] == "HEAD")


async def _send(send: Send, status: int, headers: Headers, body: bytes, *, head: bool) -> None:
    length = [] if status == 304 else [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*headers, *length]})
    await send({"type": "http.response.body", "body": b"" if head else body})


def _header(scope: Scope, name: bytes) -> bytes | None:
    return next((value for known, value in scope["headers"] if known == name), None)


class AlertsDoor:
    """`POST /v1/alerts`: Alertmanager's webhook, for whoever holds the key; all else is left to what is behind."""

    def __init__(self, key: str, hear: Callable[[Sent], None], behind: ASGIApp) -> None:
        """Take the key (`Authorization: Bearer`), who hears what was sent, and what answers all other addresses."""
        self._wanted, self._hear, self._behind = f"Bearer {key}".encode(), hear, behind

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["path"] != ALERTS or scope["method"] != "POST":
            await self._behind(scope, receive, send)
            return
        if not hmac.compare_digest(_header(scope, b"authorization") or b"", self._wanted):
            refused = problems.answer(401, "key-missing", "Send the key of the alerts as a bearer token.")
            refused.headers["www-authenticate"] = "Bearer"
            await refused(scope, receive, send)
            return
        try:
            self._hear(read(await _body(receive)))
        except NotAlerts:
            await problems.answer(422, "not-alerts", "Send what Alertmanager's webhook sends.")(scope, receive, send)
        else:
            await _send(send, 204, [], b"", head=True)


async def _body(receive: Receive) -> bytes:
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES or message["type"] == "http.disconnect":
            raise NotAlerts
    return body
