"""An asker: what is asked next, and what its answer meant. Every server under load has one."""

from collections.abc import Sequence
from itertools import cycle
from typing import Protocol

from loadtest.bench.line import Answer

# What a browser sends with every request, in the order of most to least constant.
_ALWAYS = (
    b"host: 127.0.0.1\r\nuser-agent: approdo-bench/1\r\naccept: application/json\r\ncontent-type: application/json\r\n"
)


class Refused(Exception):
    """A server answered otherwise than it has to; a figure measured so would mean nothing."""


class Asker(Protocol):
    """A source of requests. Each is handed out with what it is about, and its answer comes back with the same."""

    def ask(self) -> tuple[object, bytes] | None:
        """Return what the next request is about and its bytes; None when there is nothing more to ask."""

    def answered(self, about: object, answer: Answer) -> None:
        """Take an answer in. Errors: Refused."""


class SameBodies:
    """Asks the same requests over and over, in their order: for servers that remember nothing."""

    def __init__(self, requests: Sequence[bytes]) -> None:
        self._requests = cycle(requests)

    def ask(self) -> tuple[object, bytes]:
        """Return the next request."""
        return None, next(self._requests)

    def answered(self, about: object, answer: Answer) -> None:  # noqa: ARG002 (nothing is remembered)
        """Want 200."""
        expect(answer, 200)


def expect(answer: Answer, status: int) -> None:
    """Want an answer of this status. Errors: Refused, with the beginning of what came instead."""
    if answer.status != status:
        raise Refused(f"{answer.status} instead of {status}: {answer.body[:300]!r}")


def head(method: str, path: str, token: str = "") -> bytes:
    """Return the part of a request's head that stays the same, open for further header lines."""
    authorization = f"authorization: Bearer {token}\r\n" if token else ""
    return f"{method} {path} HTTP/1.1\r\n".encode() + _ALWAYS + authorization.encode()


def whole(beginning: bytes, line: bytes, body: bytes) -> bytes:
    """Return a request: its head, one further header line without its end, and its body."""
    return b"%b%b\r\ncontent-length: %d\r\n\r\n%b" % (beginning, line, len(body), body)
