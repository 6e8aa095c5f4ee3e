"""The exchange: the short way between uvicorn's protocol and the counter, for a whole body and a whole answer.

ASGI hands a body over through an event and takes an answer in two messages, which are written apart: two system calls
here, two wake-ups there. A save's body mostly comes in one piece and its answer is small, so both are passed at once.
Whatever is not so simple goes ASGI's way, and both ways leave uvicorn's cycle in the same state.
"""

from collections.abc import Callable

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

from ingest.http.reply import Headers, Reply


class Exchange:
    """One request and its answer, on a connection of uvicorn's."""

    __slots__ = ("_cycle",)

    def __init__(self, cycle: RequestResponseCycle) -> None:
        self._cycle = cycle

    @property
    def is_whole(self) -> bool:
        """Whether all of the body is here, and neither it nor the sender is to be waited for."""
        cycle = self._cycle
        return not (cycle.more_body or cycle.disconnected or cycle.waiting_for_100_continue)

    def look(self) -> bytes | None:
        """Return the body as `body` does, and leave it where it is."""
        return bytes(self._cycle.body) if self.is_whole else None

    def body(self) -> bytes | None:
        """Return the body where all of it is here; None where it, or the sender, is to be waited for."""
        cycle = self._cycle
        if cycle.more_body or cycle.disconnected or cycle.waiting_for_100_continue:  # as `is_whole`, which costs a call
            return None
        body, cycle.body = cycle.body, bytearray()
        return bytes(body)

    def answer(self, status: int, headers: Headers, body: bytes) -> bool:
        """Send an answer in one write; False, and nothing is sent, where it is to go ASGI's way.

        The request is not a HEAD and the headers state the body's length; nothing in them comes from the caller.
        """
        return self.pass_on(status, b"".join([b"%b: %b\r\n" % header for header in headers]), body)

    def pass_on(self, status: int, lines: bytes, body: bytes) -> bool:
        """Send an answer as `answer` does, whose header lines are written already."""
        cycle = self._cycle
        if cycle.response_started or cycle.disconnected or cycle.flow.write_paused or not cycle.keep_alive:
            return False
        ours = [b"%b: %b\r\n" % header for header in cycle.default_headers]
        cycle.transport.write(b"".join((STATUS_LINE[status], *ours, lines, b"\r\n", body)))
        cycle.response_started = cycle.response_complete = True
        cycle.waiting_for_100_continue = False
        cycle.message_event.set()
        cycle.on_response()
        return True


def written(reply: Reply, rate: Headers, ours: Headers) -> bytes:
    """Return an answer as it is sent, with headers of the server's own in front of it."""
    status, first = STATUS_LINE[reply.status], b"".join([b"%b: %b\r\n" % header for header in ours])
    if reply.lines:
        return b"%b%b%bcontent-length: %d\r\n\r\n%b" % (status, first, reply.lines, len(reply.body), reply.body)
    lines = b"".join([b"%b: %b\r\n" % header for header in reply.head(rate)])
    return b"%b%b%b\r\n%b" % (status, first, lines, reply.body)


def of(receive: Callable[..., object]) -> Exchange | None:
    """Return the exchange behind an ASGI `receive`, where that is uvicorn's own and nobody stands in between.

    Asked for, never kept in the scope: a request that knows itself is left to the collector.
    """
    cycle = getattr(receive, "__self__", None)
    return Exchange(cycle) if isinstance(cycle, RequestResponseCycle) else None
