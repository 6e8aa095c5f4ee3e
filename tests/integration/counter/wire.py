"""The bare wire: bytes sent as they are, and what comes back, read to the end."""

import json
import socket
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

PATIENCE = 60.0


@dataclass(frozen=True)
class Answer:
    """One answer, and whether the connection was closed behind it."""

    status: int
    headers: dict[str, str]
    body: bytes
    closed: bool

    @property
    def problem(self) -> dict[str, Any]:
        """Its body, where it is a problem."""
        assert self.headers["content-type"] == "application/problem+json", self
        return dict(json.loads(self.body))


def exchange(port: int, *pieces: bytes, until_closed: bool = False) -> Answer:
    """Send the pieces on a connection of their own and return the first answer.

    With `until_closed` the connection must be closed by the other side before patience ends.
    """
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        with suppress(ConnectionError):  # an answer may come, and the connection go, before all is sent
            for piece in pieces:
                wire.sendall(piece)
        received, closed = _received(wire, until_closed=until_closed)
    return answers(received, closed=closed)[0]


def abandoned(port: int, sent: bytes) -> bytes:
    """Send, close the sending side at once, and return all that comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        wire.sendall(sent)
        wire.shutdown(socket.SHUT_WR)
        return _received(wire, until_closed=True)[0]


def fuzzed(port: int, sent: bytes, seconds: float = 0.25) -> list[Answer]:
    """Send anything and return the answers that come within a moment; none, where it waits for more."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire, suppress(TimeoutError):
        received = b""
        with suppress(ConnectionError, TimeoutError):
            wire.sendall(sent)
            wire.settimeout(seconds)
            while piece := wire.recv(65_536):
                received += piece
                wire.settimeout(seconds / 10)
    return answers(received, closed=False)


def conversation(port: int, *pieces: bytes) -> list[Answer]:
    """Send the pieces and return every answer until the other side closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as wire:
        for piece in pieces:
            wire.sendall(piece)
        received, closed = _received(wire, until_closed=True)
    return answers(received, closed=closed)


def _received(wire: socket.socket, *, until_closed: bool) -> tuple[bytes, bool]:
    received = b""
    try:
        while until_closed or not _whole(received):
            piece = wire.recv(65_536)
            if not piece:
                return received, True
            received += piece
    except ConnectionError:
        return received, True
    return received, False


def _whole(received: bytes) -> bool:
    head, ended, body = received.partition(b"\r\n\r\n")
    return bool(ended) and len(body) >= int(_headers(head).get("content-length", "0"))


def answers(received: bytes, *, closed: bool) -> list[Answer]:
    """Take apart what was received."""
    found = []
    while received:
        head, ended, rest = received.partition(b"\r\n\r\n")
        assert ended, received
        headers = _headers(head)
        length = int(headers.get("content-length", "0"))
        found.append(Answer(int(head.split()[1]), headers, rest[:length], closed))
        received = rest[length:]
    return found


def _headers(head: bytes) -> dict[str, str]:
    lines = head.decode("latin-1").split("\r\n")[1:]
    return {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
