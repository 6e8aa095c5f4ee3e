"""A line: one kept-alive HTTP/1.1 connection that carries one request at a time, with nothing in between."""

import socket
from typing import NamedTuple

PIECE = 65_536  # bytes read at once
_LENGTH = b"content-length: "


class Answer(NamedTuple):
    """What came back."""

    status: int
    body: bytes


class LineBroken(Exception):
    """The server closed the connection, or sent what is not an answer with a length."""


class Line:
    """One connection to a server on this machine. `about` and `since` belong to whoever sends."""

    __slots__ = ("_got", "_socket", "about", "since")

    def __init__(self, port: int) -> None:
        self._socket = self._connected(("127.0.0.1", port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(0)
        self._got = b""
        self.about: object = None
        self.since = 0.0

    def _connected(self, where: tuple[str, int]) -> socket.socket:
        return socket.create_connection(where, timeout=5)

    def fileno(self) -> int:
        """Return the descriptor, for polling."""
        return self._socket.fileno()

    def send(self, request: bytes) -> None:
        """Send one whole request; the one before has been answered. Errors: LineBroken."""
        try:
            sent = self._socket.send(request)
        except OSError as error:
            raise LineBroken(str(error)) from None
        if sent != len(request):  # loopback takes far more than one request at once
            raise LineBroken("the server does not read")

    def receive(self) -> Answer | None:
        """Return the answer once all of it is there. Errors: LineBroken."""
        try:
            piece = self._socket.recv(PIECE)
        except BlockingIOError:
            return None
        except OSError as error:
            raise LineBroken(str(error)) from None
        if not piece:
            raise LineBroken("the server closed the connection")
        self._got = self._got + piece if self._got else piece
        return self._whole()

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def _whole(self) -> Answer | None:
        got = self._got
        end = got.find(b"\r\n\r\n")
        if end < 0:
            return None
        start = got.find(_LENGTH, 0, end)
        if start < 0:
            raise LineBroken("an answer without its length")
        length = int(got[start + len(_LENGTH) : got.find(b"\r", start)])
        if len(got) < end + 4 + length:
            return None
        self._got = b""
        return Answer(int(got[9:12]), got[end + 4 :])
