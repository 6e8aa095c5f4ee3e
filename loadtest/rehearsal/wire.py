"""wire: lines to the counter, as a balancer keeps them: one request at a time each, nothing repeated behind our back.

Plain sockets, so that a break is seen as what it is. Under Locust they are gevent's, and only their greenlet waits.
"""

import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

PIECE = 65_536  # bytes read at once
IDLE = 60.0  # seconds a line is kept; the counter hangs up after 75
CONNECTS = 3.0  # seconds

Headers = Mapping[str, str]


class NoAnswer(Exception):
    """No whole answer came; `why` in a word: unreachable, broken, timed-out, hung-up (we did)."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; the head is kept as it came."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: bytes) -> bytes | None:
        """Return a header by its name in small letters."""
        head = self.head.lower()
        start = head.find(b"\r\n" + name + b": ")
        if start < 0:
            return None
        start += len(name) + 4
        end = head.find(b"\r\n", start)
        return self.head[start : end if end >= 0 else None]


class Lines:
    """Lines to one host, opened when they are needed and kept for the next request."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host, self._tls = parts.hostname or "", parts.scheme == "https"
        self._port = parts.port or (443 if self._tls else 80)
        self._idle: list[tuple[float, socket.socket]] = []
        self._named = f"host: {parts.netloc}\r\n"
        self._context = ssl.create_default_context() if self._tls else None

    def ask(
        self, method: str, path: str, headers: Headers, body: bytes | None, patience: float, *, hang_up: bool = False
    ) -> Answer:
        """Send a request once and return its whole answer; `hang_up`: leave as soon as it is sent. Errors: NoAnswer.

        `patience`: seconds after which it is given up if the whole answer is not there.
        """
        give_up_at = time.monotonic() + patience
        line = self._line()
        try:
            line.settimeout(patience)
            line.sendall(self._request(method, path, headers, body))
            if hang_up:
                raise NoAnswer("hung-up")
            answer = _receive(line, give_up_at)
        except TimeoutError:
            line.close()
            raise NoAnswer("timed-out") from None
        except (OSError, ValueError):
            line.close()
            self._drop_idle()  # what broke one has most likely broken all
            raise NoAnswer("broken") from None
        except BaseException:
            line.close()
            raise
        if b"connection: close" in answer.head.lower():
            line.close()
        else:
            self._idle.append((time.monotonic(), line))
        return answer

    def close(self) -> None:
        """Hang up every line that is not in use."""
        self._drop_idle()

    def _request(self, method: str, path: str, headers: Headers, body: bytes | None) -> bytes:
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        if body is None:
            return f"{method} {path} HTTP/1.1\r\n{self._named}{lines}\r\n".encode()
        about = f"content-type: application/json\r\ncontent-length: {len(body)}\r\n"
        return f"{method} {path} HTTP/1.1\r\n{self._named}{about}{lines}\r\n".encode() + body

    def _line(self) -> socket.socket:
        while self._idle:
            since, line = self._idle.pop()
            if time.monotonic() - since < IDLE:
                return line
            line.close()
        try:
            line = socket.create_connection((self._host, self._port), timeout=CONNECTS)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return self._context.wrap_socket(line, server_hostname=self._host) if self._context else line
        except OSError:
            raise NoAnswer("unreachable") from None

    def _drop_idle(self) -> None:
        for _, line in self._idle:
            line.close()
        self._idle.clear()


def _receive(line: socket.socket, give_up_at: float) -> Answer:
    """Return an answer whose length its head tells. Errors: OSError, ValueError."""
    got = b""
    while (end := got.find(b"\r\n\r\n")) < 0:
        got += _piece(line, give_up_at)
    head, body = got[:end], got[end + 4 :]
    length = _length(head)
    while len(body) < length:
        body += _piece(line, give_up_at)
    return Answer(int(head[9:12]), head, body)


def _piece(line: socket.socket, give_up_at: float) -> bytes:
    line.settimeout(max(0.001, give_up_at - time.monotonic()))
    piece = line.recv(PIECE)
    if not piece:
        raise ConnectionResetError
    return piece


def _length(head: bytes) -> int:
    if head[9:12] in (b"204", b"304"):
        return 0
    return int(Answer(0, head, b"").header(b"content-length") or b"none")
