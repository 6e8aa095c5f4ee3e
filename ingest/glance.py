"""A glance: what a whole request asks, told without anything that an answer to it would need.

In a crowd most are turned away, and most of what that cost was made for an answer which nobody was to write: a cycle,
its event, its scope, each in memory that no cache holds any more. The parser here is the one that reads requests
otherwise, in the state it has between two of them, so this is no second opinion on where one ends. Whatever is not here
as a whole, or not plain, is left to the line's own parser, as if nobody had looked.
"""

import re
from typing import Any
from urllib.parse import unquote

import httptools

is_host = re.compile(rb"(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z._~!$&'()*+,;=%-]*)(:[0-9]*)?[ \t]*").fullmatch
_ODD = (b"expect", b"transfer-encoding")  # what comes behind such a head, or when, is not told by its bytes alone
_is_plain_path = re.compile(rb"/[A-Za-z0-9/._-]*").fullmatch


class Seen:
    """One whole request: its scope, as far as it decides who is let in, and its body."""

    __slots__ = ("_body", "scope")

    is_whole = True

    def __init__(self, scope: dict[str, Any], body: bytes) -> None:
        self.scope, self._body = scope, body

    def look(self) -> bytes:
        """Return the body."""
        return self._body


class Glance:
    """The eye of one loop, for all its lines; what it saw last is in it until it looks again."""

    def __init__(self) -> None:
        self._parser = self._opened()
        self._url, self._body, self._method, self._version = b"", b"", b"", ""
        self._headers: list[tuple[bytes, bytes]] = []
        self._hosts: list[bytes] = []
        self._begun, self._ended = 0, 0
        self._stays, self._is_odd = True, False

    def at(self, data: bytes) -> Seen | None:
        """Return the request that all of these bytes are; None where they are more, or less, or not a plain one.

        The bytes are those that come next on a line, and nothing of a request was received on it before them.
        """
        self._url, self._body, self._headers, self._hosts = b"", b"", [], []
        self._begun, self._ended, self._is_odd = 0, 0, False
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._parser = self._opened()
            return None
        if (self._begun, self._ended) != (1, 1) or not self._stays:
            self._parser = self._opened()  # that one is in the middle of something, or at its end
            return None
        if self._is_odd or self._version != "1.1" or len(self._hosts) != 1 or not is_host(self._hosts[0]):
            return None
        return self._seen() if self._method != b"HEAD" and self._url.startswith(b"/") else None

    def _opened(self) -> httptools.HttpRequestParser:
        """Return a parser as uvicorn opens one for a line."""
        parser = httptools.HttpRequestParser(self)
        parser.set_dangerous_leniencies(lenient_data_after_close=True)
        return parser

    def _seen(self) -> Seen | None:
        raw_path, query = self._url, b""
        try:
            if not _is_plain_path(raw_path):
                parsed = httptools.parse_url(raw_path)
                raw_path, query = parsed.path, parsed.query or b""
            path = unquote(raw_path.decode("ascii"))
        except (httptools.HttpParserError, UnicodeError):
            return None
        scope = {
            "type": "http",
            "method": self._method.decode(),
            "path": path,
            "raw_path": raw_path,
            "query_string": query,
            "headers": self._headers,
        }
        return Seen(scope, self._body)

    def on_message_begin(self) -> None:
        """Called by the parser, as all that follows."""
        self._begun += 1

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name == b"host":
            self._hosts.append(value)
        elif name in _ODD:
            self._is_odd = True
        self._headers.append((name, value))

    def on_headers_complete(self) -> None:
        parser = self._parser
        self._method, self._version = parser.get_method(), parser.get_http_version()
        self._stays = parser.should_keep_alive()

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        self._ended += 1
