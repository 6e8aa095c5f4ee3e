"""The protocol: a head has so many bytes and seconds, and whoever cannot be read is told so."""

import json
from functools import partial

import pytest
import uvicorn
from uvicorn.server import ServerState

from ingest.door import Desk
from ingest.http.problems import Problems
from ingest.http.refusal import Refusal
from ingest.http.reply import json as answered
from ingest.protocol import speaking_for
from ingest.reading import HEAD_SECONDS, LEAVES_SECONDS, LINGER_SECONDS, MOST_HEAD_BYTES, MOST_UNREAD_BYTES

KEEP_ALIVE = uvicorn.Config("x").timeout_keep_alive
WHOLE = b"GET /livez HTTP/1.1\r\nhost: a\r\n\r\n"


class Timer:
    """A call that is due after some seconds."""

    def __init__(self, seconds, call):
        self.seconds, self.call, self.cancelled = seconds, call, False

    def cancel(self):
        self.cancelled = True


class Loop:
    """A loop whose time passes when it is told to."""

    def __init__(self):
        self.timers, self.tasks, self.soon, self.now = [], [], [], 0.0

    def time(self):
        return self.now

    def call_later(self, seconds, call, *about):
        self.timers.append(Timer(seconds, partial(call, *about)))
        return self.timers[-1]

    def call_soon(self, call, *about):
        self.soon.append(partial(call, *about))

    def turn(self):
        """Let what is due in the next turn happen."""
        due, self.soon = self.soon, []
        for call in due:
            call()

    def create_task(self, work):
        self.tasks.append(work)
        return self

    def add_done_callback(self, _):
        return None

    def pass_time(self):
        """Let what is due next come due."""
        timer = next(timer for timer in self.timers if not timer.cancelled)
        timer.cancelled = True
        self.now += timer.seconds
        timer.call()
        return timer.seconds

    def waits(self):
        """What is still due, in seconds."""
        return [timer.seconds for timer in self.timers if not timer.cancelled]


class Wire:
    """A transport that keeps what is written."""

    def __init__(self):
        self.written, self.closed, self.ended = b"", False, False

    def get_extra_info(self, _name, default=None):
        return default

    def write(self, data):
        self.written += data

    def write_eof(self):
        self.ended = True

    def close(self):
        self.closed = True

    def is_closing(self):
        return self.closed

    def pause_reading(self):
        return None

    resume_reading = pause_reading


class Connection:
    """One connection, and both its ends."""

    def __init__(self, italian, app=None, admit=None, hold=lambda: 0.0):
        self.facts = []
        desk = Desk(_Counter(self), Problems(italian))
        kind = speaking_for(desk, admit(desk), hold) if admit else speaking_for(desk)
        config = uvicorn.Config(
            app or _app, http=kind, ws="none", interface="asgi3", log_config=None, proxy_headers=False
        )
        self.loop, self.wire = Loop(), Wire()
        self.protocol = kind(config, ServerState(), {}, _loop=self.loop)
        self.protocol.connection_made(self.wire)

    def receive(self, *pieces):
        for piece in pieces:
            self.protocol.data_received(piece)

    def answer(self):
        """Let the request under way be answered."""
        with pytest.raises(StopIteration):
            self.loop.tasks.pop(0).send(None)

    def codes(self):
        """The codes of all problems written."""
        return [json.loads(part.split(b"\r\n\r\n", 1)[1].split(b"HTTP/1.1")[0])["code"] for part in self._problems()]

    def codes_of_facts(self):
        """The codes of all refusals that were noted."""
        return [fields["code"] for fact, fields in self.facts if fact == "request.refused"]

    def bodies(self):
        """What the answers hold, as JSON."""
        parts = self.wire.written.split(b"HTTP/1.1 ")[1:]
        return [json.loads(part.split(b"\r\n\r\n", 1)[1]) for part in parts]

    def _problems(self):
        parts = self.wire.written.split(b"HTTP/1.1 ")[1:]
        return [part for part in parts if b"application/problem+json" in part]


class _Counter:
    def __init__(self, connection):
        self.observe = lambda fact, **fields: connection.facts.append((fact, fields))


async def _app(_scope, _receive, send):
    await answered({"ok": True}).send(send, [])


async def _echo(scope, receive, send):
    body, more = b"", True
    while more:
        message = await receive()
        body, more = body + message["body"], message["more_body"]
    headers = [name.decode() for name, _ in scope["headers"]]
    told = {"method": scope["method"], "body": body.decode(), "headers": headers}
    await answered(told).send(send, [])


@pytest.fixture
def echoing(italian):
    """A connection to an application that says what it was sent."""
    made = Connection(italian, _echo)
    yield made
    for task in made.loop.tasks:
        task.close()


@pytest.fixture
def connection(italian):
    """A connection on which nothing was said yet."""
    made = Connection(italian)
    yield made
    for task in made.loop.tasks:
        task.close()


def test_a_connection_that_says_nothing_is_closed_without_a_word(connection):
    """Idle sockets hold nothing for long."""
    assert HEAD_SECONDS == connection.loop.pass_time()

    assert connection.wire.closed
    assert b"" == connection.wire.written


def test_a_head_that_does_not_end_in_time_is_told_so(connection):
    """408, however steadily it trickles."""
    connection.receive(*(bytes([byte]) for byte in WHOLE[:-2]))

    assert HEAD_SECONDS == connection.loop.pass_time()

    assert ["slow-request"] == connection.codes()
    assert connection.wire.ended
    assert connection.wire.written.startswith(b"HTTP/1.1 408 ")


def test_a_head_has_its_time_from_its_own_first_byte(connection):
    """A request on a connection kept open is not hurried by the one before it."""
    connection.receive(WHOLE)
    connection.answer()
    connection.receive(WHOLE[:9])
    first = [timer for timer in connection.loop.timers if not timer.cancelled]
    connection.receive(WHOLE[9:])

    assert [HEAD_SECONDS] == [timer.seconds for timer in first]
    assert [] == connection.loop.waits()


def test_what_was_on_its_way_to_a_counter_that_was_told_to_stop_is_answered_and_is_the_last(connection):
    """Closing at once would throw it away: nobody would know whether it was served."""
    connection.receive(WHOLE)
    connection.answer()
    connection.protocol.shutdown()
    assert not connection.wire.closed

    connection.receive(WHOLE)
    connection.answer()

    last = connection.wire.written.rpartition(b"HTTP/1.1")[2]
    assert b" 200 " in last
    assert b"connection: close" in last
    assert connection.wire.closed


def test_a_line_on_which_nothing_comes_is_left_soon(connection):
    """Nothing was ever asked on it, or all was answered."""
    connection.protocol.shutdown()

    while LEAVES_SECONDS != connection.loop.pass_time():
        pass

    assert connection.wire.closed


def test_a_head_that_has_begun_is_waited_for(connection):
    """Within the bound of every head; what it asks is answered."""
    connection.receive(WHOLE[:12])
    connection.protocol.shutdown()
    connection.loop.timers[-1].call()
    assert not connection.wire.closed

    connection.receive(WHOLE[12:])
    connection.answer()

    assert b"connection: close" in connection.wire.written
    assert connection.wire.closed


def test_a_request_that_comes_whole_costs_no_timer(connection):
    """Only the first word of a connection is waited for."""
    connection.receive(WHOLE)

    assert [] == connection.loop.waits()
    assert 1 == len(connection.loop.timers)


@pytest.mark.parametrize(
    ("head", "code"),
    [(b"GET /livez HTTP/1.1\r\nx: ", "headers-too-large"), (b"GET /", "uri-too-long")],
    ids=["headers", "path"],
)
def test_a_head_that_does_not_end_has_a_greatest_size(connection, head, code):
    """Nothing of it is kept beyond the bound."""
    connection.receive(head, *[b"a" * 8_192] * (MOST_HEAD_BYTES // 8_192 + 1))

    assert [code] == connection.codes()
    assert connection.wire.ended


def test_who_is_refused_may_finish_speaking_but_not_for_ever(connection):
    """The answer is not taken away by a reset; what still comes is counted and thrown away."""
    connection.receive(b"noise\r\n\r\n", b"more noise")
    assert not connection.wire.closed

    connection.receive(b"x" * MOST_UNREAD_BYTES)

    assert connection.wire.closed
    assert ["bad-request"] == connection.codes()


def test_who_is_refused_and_says_no_more_is_closed_soon(connection):
    """Two seconds to read the answer."""
    connection.receive(b"noise\r\n\r\n")

    assert LINGER_SECONDS == connection.loop.pass_time()
    assert connection.wire.closed


def test_a_body_behind_its_answer_is_bounded(connection):
    """An answer given early does not let the rest of the body in for ever."""
    connection.receive(b"POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 100000000\r\n\r\n")
    connection.answer()

    connection.receive(*[b"a" * 65_536] * (MOST_UNREAD_BYTES // 65_536 + 1))

    assert connection.wire.closed
    assert [] == connection.codes()


CHUNKED = b"POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n"


@pytest.mark.parametrize("beside", [b"0\r\nx: ", b"0\r\nx", b"2;a="], ids=["trailer", "its name", "mark of a chunk"])
def test_what_comes_beside_a_body_is_bounded(connection, beside):
    """The parser would keep a trailer until it ends, and that costs the square of its length."""
    connection.receive(CHUNKED + beside, *[b"a" * 65_536] * (MOST_UNREAD_BYTES // 65_536 + 1))
    connection.answer()

    assert ["too-large"] == connection.codes()
    assert 1 == connection.wire.written.count(b"HTTP/1.1 ")
    assert connection.wire.ended


def test_a_body_in_pieces_of_one_byte_is_a_body(echoing):
    """Six bytes on the line for each of its own are no reason to refuse it."""
    echoing.receive(CHUNKED, *[b"1\r\na\r\n" * 6_000] * 10, b"0\r\n\r\n")
    echoing.answer()

    assert 60_002 == len(echoing.bodies()[0]["body"])


@pytest.mark.parametrize("cut", [60, 75, None])
def test_a_trailer_is_nobodys_header(echoing, cut):
    """Who stands before us looks at the headers: what is said behind the body went past it."""
    sent = CHUNKED + b"0\r\nauthorization: Bearer other\r\nx-forwarded-proto: https\r\n\r\n"

    echoing.receive(*([sent] if cut is None else [sent[:cut], sent[cut:]]), WHOLE)
    echoing.answer()
    echoing.answer()

    assert [["host", "transfer-encoding"], ["host"]] == [told["headers"] for told in echoing.bodies()]


def test_a_body_that_cannot_be_read_on_is_refused_and_nothing_else_is_answered(connection):
    """The application hears that the client has gone; one request, one answer."""
    connection.receive(b"POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n", b"ZZ\r\n")
    connection.answer()

    assert ["bad-request"] == connection.codes()
    assert 1 == connection.wire.written.count(b"HTTP/1.1 ")


def test_a_whole_request_is_answered_before_the_noise_behind_it_ends_the_connection(connection):
    """What is under way is never disturbed."""
    connection.receive(WHOLE + b"noise\r\n\r\n")
    assert b"" == connection.wire.written

    connection.answer()

    assert connection.wire.written.startswith(b"HTTP/1.1 200 ")
    assert b"connection: close" in connection.wire.written
    assert connection.wire.closed


def test_a_queue_of_requests_is_answered_in_order_though_the_last_cannot_be_read(connection):
    """The refusal of the last would be taken for the answer to the first: it is left out."""
    chunked = b"POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\nZZ\r\n"

    connection.receive(WHOLE + chunked)
    connection.answer()

    assert connection.wire.written.startswith(b"HTTP/1.1 200 ")
    assert [] == connection.codes()


def test_a_refusal_is_noted_like_any_other(connection):
    """In lines and series, by its code."""
    connection.receive(b"noise\r\n\r\n")

    assert [("request.refused", {"operation": "unread", "code": "bad-request", "status": 400})] == connection.facts


WISH = b"connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n"
LENGTH = b"POST /x HTTP/1.1\r\nhost: a\r\n" + WISH + b"content-length: 9\r\n\r\n" + b'{"a": 12}'
CHUNKS = (
    b"POST /x HTTP/1.1\r\nhost: a\r\n"
    + WISH
    + b'transfer-encoding: chunked\r\n\r\n4\r\n{"a"\r\n5\r\n: 12}\r\n0\r\n\r\n'
)


@pytest.mark.parametrize("sent", [LENGTH, CHUNKS], ids=["length", "chunks"])
@pytest.mark.parametrize("cut", [1, 60, 110, 150, 170, None])
def test_a_wish_for_another_protocol_is_left_out(echoing, sent, cut):
    """The request is served in this one with its body, wherever the network cut it, and the connection goes on."""
    echoing.receive(*([sent] if cut is None else [sent[:cut], sent[cut:]]), WHOLE)
    echoing.answer()
    echoing.answer()

    first, second = echoing.bodies()
    assert (first["method"], first["body"]) == ("POST", '{"a": 12}')
    assert "upgrade" not in first["headers"]
    assert (second["method"], second["body"]) == ("GET", "")
    assert not echoing.wire.closed


def test_many_wishes_in_one_piece_are_many_requests(echoing):
    """As many as fit: each is read once more and no deeper."""
    echoing.receive(LENGTH * 1_200)
    for _ in range(3):
        echoing.answer()

    assert ['{"a": 12}'] * 3 == [body["body"] for body in echoing.bodies()]


def test_a_websocket_is_not_opened(connection):
    """No page of ours asks for one."""
    connection.receive(b"GET /livez HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n")
    connection.answer()

    assert connection.wire.written.startswith(b"HTTP/1.1 200 ")


def test_what_follows_an_answer_to_who_waited_with_the_body_is_no_request(connection):
    """Body or next request, nobody can tell: were it read as a body, what stands behind it would be a request."""
    connection.receive(b"POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 21\r\n\r\n")
    connection.answer()
    connection.receive(WHOLE, WHOLE)

    assert connection.wire.ended
    assert [] == connection.loop.tasks, "nothing is under way"
    assert LINGER_SECONDS in connection.loop.waits()
    assert 1 == connection.wire.written.count(b"HTTP/1.1 ")


def test_who_waited_with_the_body_and_was_told_to_go_on_keeps_the_connection(echoing):
    """The body came and was read: the next request is one."""
    echoing.receive(b"POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\n", b"{}", WHOLE)
    echoing.answer()
    echoing.answer()

    assert 1 == echoing.wire.written.count(b"HTTP/1.1 100 ")
    assert 2 == echoing.wire.written.count(b"HTTP/1.1 200 ")
    assert not echoing.wire.ended


@pytest.mark.parametrize("why", [None, ConnectionResetError()], ids=["closed", "reset"])
def test_nothing_is_written_to_who_has_gone_while_another_request_of_hers_waited(connection, why):
    """A write to a connection that is no more is an error in the log, and anybody could fill it with them."""
    connection.receive(WHOLE * 2)
    connection.protocol.connection_lost(why)
    connection.answer()

    assert b"" == connection.wire.written
    assert [] == connection.loop.tasks


def test_a_tunnel_is_no_request_of_ours(connection):
    """CONNECT is answered, and the connection ends."""
    connection.receive(b"CONNECT /livez HTTP/1.1\r\nhost: a\r\n\r\n")
    connection.answer()

    assert connection.wire.closed


WITH_BODY = b"POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\n\r\n"


def nobody_but_health(desk):
    """A house so full that only /livez is let in."""
    refused = Refusal("overloaded", retry_after=7)
    return lambda scope, *_: None if scope["path"] == "/livez" else desk.refuse("x", refused)


@pytest.fixture(params=[0.0, 1.0], ids=["calm", "crowded"])
def full(italian, monkeypatch, request):
    """A connection to a full house; in a crowd requests are looked at first, and nobody more is held."""
    monkeypatch.setattr("ingest.held.MOST_HELD", 0)
    made = Connection(italian, admit=nobody_but_health, hold=lambda: request.param)
    yield made
    for task in made.loop.tasks:
        task.close()


def test_who_is_not_let_in_is_answered_where_she_was_read(full):
    """No task is made; the line stays open, has its usual time, and carries the next request."""
    full.receive(WITH_BODY + b"123456789")

    assert ["overloaded"] == full.codes()
    assert [] == full.loop.tasks
    assert [KEEP_ALIVE] == full.loop.waits()

    full.receive(WHOLE)
    full.answer()

    assert 2 == full.wire.written.count(b"HTTP/1.1 ")
    assert not full.wire.closed


def test_a_body_behind_its_refusal_is_bounded_in_time_and_size(full):
    """As behind every answer that was given early."""
    full.receive(b"POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 100000000\r\n\r\n")

    assert ["overloaded"] == full.codes()
    assert HEAD_SECONDS in full.loop.waits()

    full.receive(*[b"a" * 65_536] * (MOST_UNREAD_BYTES // 65_536 + 1))
    assert full.wire.closed


def test_a_refusal_waits_for_the_answers_before_it(full):
    """Requests sent behind each other are answered in their order: one that waited its turn is let in by the door."""
    full.receive(WHOLE + WITH_BODY + b"123456789")

    assert b"" == full.wire.written
    assert 1 == len(full.loop.tasks)

    full.answer()
    assert 1 == len(full.loop.tasks)


@pytest.fixture
def crowded(italian):
    """A connection to a house so full that refusals are kept back for a second."""
    made = Connection(italian, admit=lambda desk: lambda *_: desk.refuse("x", Refusal("overloaded")), hold=lambda: 1.0)
    yield made
    for task in made.loop.tasks:
        task.close()


def test_in_a_crowd_a_refusal_is_kept_back_for_a_moment(crowded):
    """One timer, no task; what is sent behind it waits its turn, and then the line is as after any answer."""
    crowded.receive(WITH_BODY + b"123456789")

    assert (b"", [1.0], 1) == (crowded.wire.written, crowded.loop.waits(), len(crowded.protocol.held))

    crowded.loop.pass_time()

    assert ["overloaded"] == crowded.codes()
    assert ([], [KEEP_ALIVE], 0) == (crowded.loop.tasks, crowded.loop.waits(), len(crowded.protocol.held))


def test_who_leaves_meanwhile_is_told_nothing(crowded):
    """And keeps no place among those who are held."""
    crowded.receive(WHOLE)
    crowded.protocol.connection_lost(None)
    crowded.loop.pass_time()

    assert (b"", 0) == (crowded.wire.written, len(crowded.protocol.held))


def test_only_so_many_are_kept_back_at_once(crowded, monkeypatch):
    """The next is told at once."""
    monkeypatch.setattr("ingest.held.MOST_HELD", 0)
    crowded.receive(WHOLE)

    assert ["overloaded"] == crowded.codes()


def test_what_is_refused_for_another_reason_is_told_at_once(italian):
    """A crowd is no reason to keep anybody else waiting."""
    made = Connection(italian, admit=lambda desk: lambda *_: desk.refuse("x", Refusal("unsound")), hold=lambda: 1.0)
    made.receive(WHOLE)

    assert ["unsound"] == made.codes()


def test_head_is_refused_without_a_body(full):
    """RFC 9110, section 9.3.2."""
    full.receive(b"HEAD /x HTTP/1.1\r\nhost: a\r\n\r\n")
    full.answer()

    assert full.wire.written.startswith(b"HTTP/1.1 503 ")
    assert full.wire.written.endswith(b"\r\n\r\n")


def test_a_line_that_ends_with_its_answer_ends_with_its_refusal(full):
    """As the sender asked."""
    full.receive(b"GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
    full.answer()

    assert ["overloaded"] == full.codes()
    assert b"connection: close" in full.wire.written
    assert full.wire.closed


def test_a_refusal_that_cannot_be_made_leaves_the_request_to_its_task(italian):
    """A fault of ours at the entrance is noted and answered like any other."""
    made = Connection(italian, admit=lambda _: lambda *_: 1 / 0)
    made.receive(WHOLE)
    made.answer()

    assert made.wire.written.startswith(b"HTTP/1.1 200 ")


def test_noise_behind_a_refusal_is_refused_after_it(full):
    """Each gets its answer, and the line ends."""
    full.receive(WITH_BODY + b"123456789" + b"noise\r\n\r\n")

    assert ["overloaded", "bad-request"] == full.codes()
    assert full.wire.ended
