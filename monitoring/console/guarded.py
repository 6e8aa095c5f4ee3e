"""What stands around the operators' port: loopback callers only, and the headers of every answer."""

import re
from ipaddress import ip_address

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from monitoring.console import problems

HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
_our_name = re.compile(rb"(?:localhost|127\.0\.0\.1|\[::1\])(?::[0-9]{1,5})?", re.IGNORECASE).fullmatch
_RAW = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Guarded:
    """Pure ASGI. With `loopback_only`, others are refused, and so is a page elsewhere that has its name point here."""

    def __init__(self, app: ASGIApp, *, loopback_only: bool = True) -> None:
        """Take what is guarded."""
        self._app = app
        self._loopback_only = loopback_only

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(one for one in _RAW if one[0] not in said)]
            await send(message)

        if self._loopback_only and not (_is_near(scope) and _is_meant(scope)):
            refusal = problems.answer(403, "loopback-only", "The operators' port answers this machine only.")
            await refusal(scope, receive, with_headers)
        elif b"%00" in scope["query_string"]:  # PostgreSQL takes none, and no page of ours asks for one
            await problems.answer(400, "unreadable", "This address cannot be read.")(scope, receive, with_headers)
        else:
            await self._app(scope, receive, with_headers)


def _is_near(scope: Scope) -> bool:
    caller = scope.get("client")
    try:
        return caller is not None and ip_address(caller[0]).is_loopback
    except ValueError:
        return False


def _is_meant(scope: Scope) -> bool:
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and _our_name(hosts[0]) is not None
