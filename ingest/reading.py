"""Reading: HTTP/1.1 as uvicorn reads it, bounded in bytes and time, with answers of ours where it cannot be read."""

import re
import socket
import struct
from asyncio import TimerHandle, Transport

import httptools
from uvicorn._types import ASGI3Application
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from ingest.door import MOST_PATH_BYTES, Desk
from ingest.glance import is_host
from ingest.http.call import BODY_SECONDS
from ingest.http.refusal import Refusal

HEAD_SECONDS = 8.0  # for a request line and its headers, and for a connection's first word
MOST_HEAD_BYTES = 65_536  # of a head that has not ended; one that has is measured at the door
SLOW_SECONDS = BODY_SECONDS / 2  # after its head, who is answered before the body has come is slow
QUEUE_SECONDS = 20.0  # for the answers to whole requests that stand before one that cannot be read
LEAVES_SECONDS = 0.5  # for what is on its way to a counter that was told to stop: more than any line takes
LINGER_SECONDS = 2.0  # after a refusal: closing at once would take the answer away from who is still sending
MOST_UNREAD_BYTES = 1_048_576  # of what still comes after its answer, or beside a body: marks of chunks, trailers
WAITS_SECONDS = 1.0  # to be accepted; who closes its side after a shorter wait may only have said all it has to say
_TCP_INFO = struct.Struct("=B51xI")  # of Linux's struct tcp_info: the state, and how long ago data came
_CLOSED_BY_THE_OTHER = 8  # TCP_CLOSE_WAIT
ALLOW = b"DELETE, GET, HEAD, OPTIONS, POST, PUT"

_request_line = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^\s]+ HTTP/1\.[01]\r?\n").match


class _Unsound(Exception):
    """A head the parser reads all the same: without the one host it is for, or with a coding that nobody here takes
    off a body (RFC 9112, sections 3.2 and 6.1)."""


class Reading(HttpToolsProtocol):
    """One connection, as it is read.

    The parser answers nothing but text, sets no bound to a head and no time: here a head is bounded in both, every
    refusal is problem+json, and after it the connection is closed. A request that is whole and under way is never
    disturbed by what comes behind it.
    """

    desk: Desk

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._idle_bytes = 0  # received since the last request was whole
        self._beside_body = 0  # bytes received since the head ended that were no body
        self._timed: object = None  # the request the timer is for
        self._timer: TimerHandle | None = None
        self._refused, self._leaving = False, False
        self._head_at = 0.0  # when the latest head had been read
        self._under_way: RequestResponseCycle | None = None  # behind it, `cycle` may be one that waits its turn
        self._reading, self._turned_away = False, False  # now, and in what was read last
        self._at_the_door: tuple[RequestResponseCycle, ASGI3Application] | None = None  # its head is here
        self._start_timer(HEAD_SECONDS)
        if _left_while_waiting(transport):
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_timer()
        super().connection_lost(exc)
        if self._under_way is not None and not self._under_way.response_complete:
            self._under_way.disconnected = True
            self._under_way.message_event.set()

    def _start_asgi_task(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        self._under_way = cycle
        if self._reading:  # its body may be in the same piece
            self._at_the_door = cycle, app
        else:
            super()._start_asgi_task(cycle, app)

    def on_headers_complete(self) -> None:
        if not (self._has_one_host() and self._is_only_chunked()):
            raise _Unsound  # the parser hands it on as an error of its own
        self._head_at = self.loop.time()
        self._beside_body = 0
        super().on_headers_complete()
        self.headers = []  # what comes behind a body is nobody's header (RFC 9110, section 6.5.1)
        if self._leaving:
            self.cycle.keep_alive = False

    def _has_one_host(self) -> bool:
        hosts = [value for name, value in self.headers if name == b"host"]
        if not hosts:
            return bool(self.parser.get_http_version() != "1.1")
        return len(hosts) == 1 and is_host(hosts[0]) is not None

    def _is_only_chunked(self) -> bool:
        """Say whether the body is sent as it is, or in chunks, which HTTP/1.0 does not know. Behind any other coding
        (`gzip, chunked`) is not what the endpoints would take it for, whatever somebody before us made of it."""
        codings = [value for name, value in self.headers if name == b"transfer-encoding"]
        if not codings:
            return True
        return [one.strip().lower() for one in codings] == [b"chunked"] and self.parser.get_http_version() == "1.1"

    def on_body(self, body: bytes) -> None:
        self._beside_body -= len(body)
        super().on_body(body)

    def shutdown(self) -> None:
        """Told to stop: the next answer is the line's last one. One on which nothing is under way stays open for a
        moment, as closing it would throw away, unanswered, the request that is on its way."""
        self._leaving = True
        if self._is_idle():
            self.loop.call_later(LEAVES_SECONDS, self._leave)
        else:
            self.cycle.keep_alive = False

    def _leave(self) -> None:
        """Close, unless a request has come meanwhile: then its answer does, or the bound of its head."""
        if self._is_idle() and not self._in_head() and not self.transport.is_closing():
            self.transport.close()

    def _is_idle(self) -> bool:
        return self.cycle is None or bool(self.cycle.response_complete)

    def eof_received(self) -> bool:  # type: ignore[override]
        """Say whether the line stays open: who has sent all there is to send still hears the answer, and no more."""
        last = self.pipeline[0][0] if self.pipeline else self._under_way
        if last is None or last.response_complete or last.more_body:
            return False
        last.keep_alive = False
        return True

    def _hear(self, data: bytes) -> None:
        self._unset_keepalive_if_required()
        if self._refused:
            self._count_unread(len(data))
            return
        try:
            self._read(data)
        except httptools.HttpParserUpgrade:  # CONNECT: what comes behind it would be no HTTP
            self.cycle.keep_alive = False
            if self.cycle.response_complete:
                self.transport.close()
        except httptools.HttpParserError as error:
            line = b"" if self._turned_away else data  # of one before it, where that was answered already
            self._refuse(_unread(error, line, self.url if self.scope else b""))
        else:
            if self._is_waited_for():
                self._wait(len(data))
                return
            if self._timer is not None:
                self._stop_timer()
            if self.cycle.more_body:
                self._bound_what_is_no_body(len(data))

    def _let_in(self, cycle: RequestResponseCycle, app: ASGI3Application) -> None:
        """Serve a request whose head is here, and of its body what came with it."""
        super()._start_asgi_task(cycle, app)

    def _bound_what_is_no_body(self, size: int) -> None:
        """The parser keeps a trailer until it ends, and reads over a mark of any length: no reader bounds those."""
        self._beside_body += size
        if self._beside_body > MOST_UNREAD_BYTES:
            self._refuse(Refusal("too-large"))

    def _is_waited_for(self) -> bool:
        """Say whether a head, or a body behind its answer, is still coming."""
        if self.scope is None or "path" not in self.scope:
            return True
        return self.cycle.response_complete and (self.cycle.more_body or not self._turned_away)

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if not (self.cycle.response_complete and self.cycle.more_body):
            return
        was_slow = self.loop.time() - self._head_at > SLOW_SECONDS
        if self.expect_100_continue or was_slow:
            self._end_unread()
        else:
            self._start_timer(HEAD_SECONDS)

    def _end_unread(self) -> None:
        """Answered before a body that waited for leave to come (RFC 9110, section 10.1.1), who sent it may send it all
        the same, or the next request: as nobody can tell them apart, nothing more is read. Nor of whoever was too slow:
        the line would stay taken for as long as one that is idle."""
        if not self.transport.is_closing():
            self.transport.write_eof()
            self._hear_no_more(LINGER_SECONDS)

    def _read(self, data: bytes | memoryview) -> None:
        """Feed the parser. At a wish for another protocol it stops behind the head; the wish is left out (RFC 9110,
        section 7.8) and the request, with its body, is read again in this one."""
        self._reading, self._turned_away = True, False
        try:
            self._feed(data)
        finally:
            self._reading = False
            if self._at_the_door is not None:
                (cycle, app), self._at_the_door = self._at_the_door, None
                self._let_in(cycle, app)

    def _feed(self, data: bytes | memoryview) -> None:
        while True:
            try:
                self.parser.feed_data(data)
            except httptools.HttpParserUpgrade as asked:
                if not self._should_upgrade():
                    raise
                data = memoryview(data)[asked.args[0] :]
                head = self._head_without_upgrade()
                self.parser = httptools.HttpRequestParser(self)
                self.parser.feed_data(head)
            else:
                return

    def _should_upgrade(self) -> bool:
        """Asked of every request that wishes for another protocol: True keeps it from being served as it stands."""
        return self.parser.get_method() != b"CONNECT"

    def _head_without_upgrade(self) -> bytes:
        headers: list[tuple[bytes, bytes]] = self.scope["headers"]  # type: ignore[assignment]
        line = b"%b %b HTTP/%b\r\n" % (self.parser.get_method(), self.url, self.parser.get_http_version().encode())
        return line + b"".join([b"%b: %b\r\n" % header for header in headers if header[0] != b"upgrade"]) + b"\r\n"

    def _wait(self, size: int) -> None:
        """No request has begun, its head has not ended, or its body comes behind its answer: bound it."""
        if self._timer is None or self._timed is not self.scope:
            self._start_timer(HEAD_SECONDS)
        self._count_unread(size)
        if self._in_head() and self._idle_bytes > MOST_HEAD_BYTES:
            self._refuse(Refusal("uri-too-long" if len(self.url) > MOST_PATH_BYTES else "headers-too-large"))

    def _count_unread(self, size: int) -> None:
        self._idle_bytes += size
        if self._idle_bytes > MOST_UNREAD_BYTES:
            self.transport.close()

    def _in_head(self) -> bool:
        return self.scope is not None and "path" not in self.scope

    def _start_timer(self, seconds: float) -> None:
        self._stop_timer()
        self._timed = self.scope
        self._timer = self.loop.call_later(seconds, self._time_is_up)

    def _stop_timer(self) -> None:
        self._idle_bytes = 0
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _time_is_up(self) -> None:
        self._timer = None
        if self._in_head() and not self._refused:
            self._refuse(Refusal("slow-request"))
        elif not self.transport.is_closing():
            self.transport.close()

    def _refuse(self, refusal: Refusal) -> None:
        """Answer for a request that cannot be read, and close; one that is whole gets its own answer first."""
        cycle = self.cycle
        if cycle is not None and not cycle.response_complete:
            cycle.keep_alive = False
            if not cycle.more_body:
                return
            cycle.disconnected = True  # its body cannot be read to the end: nothing of it is kept
            cycle.message_event.set()
        if self.pipeline:
            self._hear_no_more(QUEUE_SECONDS)
        elif not self.transport.is_closing():
            reply, rate = self.desk.refuse("unread", refusal)
            headers = [*self.server_state.default_headers, *reply.head(rate), (b"connection", b"close")]
            lines = b"".join(b"%b: %b\r\n" % header for header in headers)
            self.transport.write(STATUS_LINE[reply.status] + lines + b"\r\n" + reply.body)
            self.transport.write_eof()
            self._hear_no_more(LINGER_SECONDS)

    def _hear_no_more(self, seconds: float) -> None:
        self._refused = True
        self._start_timer(seconds)


def _left_while_waiting(transport: Transport) -> bool:
    """Say whether who connected has closed since, after waiting long to be let in.

    Where more come than a slow machine can even accept, most of those who are next have given up: an answer to them
    would take the place of one to somebody who still waits.
    """
    line = transport.get_extra_info("socket")
    if line is None or line.family not in (socket.AF_INET, socket.AF_INET6):
        return False
    told = line.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _TCP_INFO.size)
    if len(told) < _TCP_INFO.size:
        return False
    state, milliseconds = _TCP_INFO.unpack(told)
    return bool(state == _CLOSED_BY_THE_OTHER and milliseconds > 1000 * WAITS_SECONDS)


def _unread(error: httptools.HttpParserError, data: bytes, url: bytes) -> Refusal:
    """Say why the parser gave up."""
    if len(url) > MOST_PATH_BYTES:
        return Refusal("uri-too-long")
    if isinstance(error, httptools.HttpParserInvalidMethodError) and _request_line(data):
        return Refusal("method-not-allowed", headers=[(b"allow", ALLOW)])
    return Refusal("bad-request")
