"""A glance: who is turned away after it, and who is let in, is answered as if nobody had looked."""

import pytest

from ingest.glance import Glance
from ingest.http.refusal import Refusal
from ingest.reading import LEAVES_SECONDS, MOST_HEAD_BYTES
from tests.unit.ingest.test_protocol import KEEP_ALIVE, WHOLE, WITH_BODY, Connection, _echo, nobody_but_health

ASKED = b"GET /v1/drafts/7?a=b HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\n\r\n"
POSTED = WITH_BODY + b"123456789"
PLAIN = {
    "asked": ASKED,
    "posted": POSTED,
    "escaped": b"GET /x%2fy%20z?q=%20 HTTP/1.1\r\nhost: [::1]:80\r\n\r\n",
    "empty line before it": b"\r\n" + ASKED,
    "empty line behind it": ASKED + b"\r\n",
}
ODD = {
    "half a head": b"GET /x HTTP/1.1\r\nhost: a\r\n",
    "half a body": WITH_BODY + b"1234",
    "one letter": b"G",
    "two": ASKED + POSTED,
    "one and a half": ASKED + b"GET /x HT",
    "head": b"HEAD /x HTTP/1.1\r\nhost: a\r\n\r\n",
    "last": b"GET /x HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n",
    "of 1.0": b"GET /x HTTP/1.0\r\nhost: a\r\n\r\n",
    "of 1.0 that stays": b"GET /x HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\n\r\n",
    "no host": b"GET /x HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /x HTTP/1.1\r\nhost: a\r\nhost: a\r\n\r\n",
    "no host that is one": b"GET /x HTTP/1.1\r\nhost: a b\r\n\r\n",
    "in chunks": b"POST /x HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\nb: c\r\n\r\n",
    "waits for leave": b"POST /x HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 1\r\n\r\na",
    "another protocol": b"GET /x HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
    "through us": b"CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n",
    "absolute": b"GET http://a/x HTTP/1.1\r\nhost: a\r\n\r\n",
    "of all": b"OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n",
    "two lengths": b"POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\na",
    "letters of no alphabet": b"GET /\xff HTTP/1.1\r\nhost: a\r\n\r\n",
    "unknown": b"BREW /x HTTP/1.1\r\nhost: a\r\n\r\n",
    "noise": b"\x16\x03\x01\x02\x00\x01",
}
ALL = PLAIN | ODD


class Seat:
    """A place that knows how often it was given back."""

    def __init__(self):
        self.left = 0

    def leave(self):
        self.left += 1


@pytest.fixture
def opened(italian, monkeypatch):
    """Opens lines to a full house; in a crowd each request is looked at first. Nobody is held, unless it is said."""
    lines = []

    def _opened(*, crowd, app=None, admit=nobody_but_health, most_held=0):
        monkeypatch.setattr("ingest.held.MOST_HELD", most_held)
        lines.append(Connection(italian, app, admit, lambda: 1.0 if crowd else 0.0))
        return lines[-1]

    yield _opened
    for line in lines:
        for task in line.loop.tasks:
            task.close()


def come_of(line, pieces):
    """What becomes of a line on which these pieces come."""
    for piece in pieces:
        if not line.wire.closed:
            line.receive(piece)
        while line.loop.tasks:
            line.answer()
    waits = [timer.seconds for timer in line.loop.timers if not timer.cancelled]
    return line.wire.written, line.wire.ended, line.wire.closed, line.codes_of_facts(), sorted(waits)


@pytest.mark.parametrize("name", PLAIN)
def test_a_plain_request_is_seen_and_the_next_one_too(name):
    """The eye is where it was before."""
    glance = Glance()
    seen = [glance.at(PLAIN[name]), glance.at(POSTED)]

    assert "/" == seen[0].scope["path"][0]
    assert ("POST", "/x", b"123456789") == (seen[1].scope["method"], seen[1].scope["path"], seen[1].look())


@pytest.mark.parametrize("name", ODD)
def test_what_is_not_plain_or_not_whole_is_not_seen_and_nor_is_the_next_one_missed(name):
    """Nothing of one line is left in the eye when it looks at another."""
    glance = Glance()

    assert glance.at(ODD[name]) is None
    assert ("GET", "/livez", b"") == (
        (seen := glance.at(WHOLE)).scope["method"],
        seen.scope["path"],
        seen.look(),
    )


@pytest.mark.parametrize("asked", [b"%b", b"%b" + ASKED])
@pytest.mark.parametrize("name", ALL)
def test_in_a_crowd_each_is_answered_as_without_one(opened, name, asked):
    """Byte for byte; the line stays, ends and waits for as long; also what comes behind it in the same piece."""
    data = asked.replace(b"%b", ALL[name])
    calm, crowded = (come_of(opened(crowd=crowd), [data, WHOLE]) for crowd in (False, True))

    assert calm == crowded


@pytest.mark.parametrize("name", ALL)
def test_in_a_crowd_what_comes_in_two_pieces_is_answered_as_without_one(opened, name):
    """Wherever it was cut."""
    data = ALL[name]
    for cut in range(1, len(data)):
        pieces = [data[:cut], data[cut:], WHOLE]
        calm, crowded = (come_of(opened(crowd=crowd), pieces) for crowd in (False, True))
        assert calm == crowded, cut


def test_who_is_let_in_after_a_glance_is_served_once_with_what_the_door_decided(opened):
    """Nobody decides twice, and nobody but who serves her gives the place back."""
    seat, asked = Seat(), []

    def admit(_desk):
        def let_in(scope, *_):
            asked.append(scope["path"])
            scope["path"], scope["saved"], scope["seat"] = "/as/decided", None, seat

        return let_in

    served = []

    async def app(scope, receive, send):
        served.append((scope["path"], scope["seat"]))
        await _echo(scope, receive, send)

    line = opened(crowd=True, app=app, admit=admit)
    line.receive(POSTED)
    line.answer()

    assert (["/x"], [("/as/decided", seat)], 0) == (asked, served, seat.left)
    assert [("POST", "123456789")] == [(told["method"], told["body"]) for told in line.bodies()]


def test_a_place_is_given_back_where_the_lines_own_parser_makes_no_request_of_it(opened, monkeypatch):
    """It cannot be, as both are in the same state; a place that was lost would be lost for good."""
    seat = Seat()
    line = opened(crowd=True, admit=lambda _: lambda scope, *_: scope.update(saved=None, seat=seat))
    monkeypatch.setattr(line.protocol, "_read", lambda _: None)
    line.receive(POSTED)

    assert 1 == seat.left


def test_who_is_held_after_a_glance_is_told_when_she_is_due(opened):
    """Nothing of an answer is made before."""
    line = opened(crowd=True, most_held=10)
    line.receive(POSTED)
    assert (b"", [1.0], None) == (line.wire.written, line.loop.waits(), line.protocol.cycle)

    line.loop.pass_time()

    assert (["overloaded"], [KEEP_ALIVE]) == (line.codes(), line.loop.waits())


def test_what_is_sent_behind_who_is_held_waits_for_her_answer(opened):
    """And is then answered in its order."""
    line = opened(crowd=True, most_held=10)
    line.receive(ASKED, WHOLE[:9], WHOLE[9:])
    assert ([], True) == (line.loop.tasks, line.protocol.flow.read_paused)

    line.loop.pass_time()
    assert not line.protocol.flow.read_paused

    line.loop.turn()
    line.answer()

    statuses = [part[:3] for part in line.wire.written.split(b"HTTP/1.1 ")[1:]]
    assert [b"503", b"200"] == statuses


def test_who_sends_more_than_a_head_behind_it_is_told_at_once(opened):
    """Nothing is kept for her without a bound."""
    line = opened(crowd=True, most_held=10)
    line.receive(ASKED, b"POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n" + b"x" * MOST_HEAD_BYTES)

    assert 2 * ["overloaded"] == line.codes()
    assert b"" == line.protocol._unread


def test_she_is_not_looked_at_while_somebody_before_her_is_served(opened):
    """Answers come in the order in which they were asked for."""
    line = opened(crowd=True)
    line.receive(WHOLE, ASKED)
    assert b"" == line.wire.written

    line.answer()

    statuses = [part[:3] for part in line.wire.written.split(b"HTTP/1.1 ")[1:]]
    assert [b"200"] == statuses[:1]


def test_nor_while_she_does_not_take_what_was_written_to_her(opened):
    """What is written then is waited for, as for anybody."""
    line = opened(crowd=True)
    line.protocol.pause_writing()
    line.receive(ASKED)

    assert (b"", 1) == (line.wire.written, len(line.loop.tasks))


def test_what_she_waited_to_be_read_is_known_to_the_door(opened, monkeypatch):
    """It decides when her request arrived; and who is turned away after a glance counts in her turn."""
    monkeypatch.setattr("ingest.turns.MOST_A_TURN", 1)
    waited = []

    def admit(desk):
        def refuse(scope, *_):
            waited.append(scope.get("waited"))
            return desk.refuse("x", Refusal("overloaded"))

        return refuse

    line = opened(crowd=True, admit=admit)
    line.receive(ASKED, ASKED)
    line.loop.now += 0.5
    line.loop.turn()

    assert [None, 0.5] == waited


def test_who_ends_her_side_while_she_is_held_is_told_at_once(opened):
    """With all that she asked behind it."""
    line = opened(crowd=True, most_held=10)
    line.receive(ASKED, POSTED)

    assert not line.protocol.eof_received()
    assert 2 * ["overloaded"] == line.codes()

    line.loop.pass_time()
    assert 2 == len(line.codes())


def test_who_leaves_while_she_is_held_is_told_nothing(opened):
    """Nor what she asked behind it."""
    line = opened(crowd=True, most_held=10)
    line.receive(ASKED, POSTED)
    line.wire.close()
    line.protocol.connection_lost(None)
    line.loop.pass_time()
    line.loop.turn()

    assert b"" == line.wire.written


def test_a_counter_that_is_told_to_stop_still_tells_who_is_held(opened):
    """It is the last answer of that line, and says so."""
    line = opened(crowd=True, most_held=10)
    line.receive(ASKED)
    line.protocol.shutdown()
    leaves = next(timer for timer in line.loop.timers if LEAVES_SECONDS == timer.seconds)
    leaves.call()
    assert not line.wire.closed

    line.loop.now += 1.0
    next(timer for timer in line.loop.timers if 1.0 == timer.seconds).call()

    assert ["overloaded"] == line.codes()
    assert b"\r\nconnection: close\r\n" in line.wire.written
    assert line.wire.closed


def test_and_whoever_comes_after_that(opened):
    """On a line that was open."""
    line = opened(crowd=True)
    line.protocol.shutdown()
    line.receive(ASKED)

    assert ["overloaded"] == line.codes()
    assert b"\r\nconnection: close\r\n" in line.wire.written
    assert line.wire.closed


def test_a_fault_at_the_door_leaves_the_request_to_its_task(opened):
    """Where it is noted, and answered."""
    line = opened(crowd=True, admit=lambda _: lambda *_: 1 / 0)
    line.receive(POSTED)
    line.answer()

    assert line.wire.written.startswith(b"HTTP/1.1 200 ")


def test_what_is_refused_for_another_reason_is_not_kept_back(opened):
    """A crowd is no reason."""
    line = opened(crowd=True, admit=lambda desk: lambda *_: desk.refuse("x", Refusal("unsound")), most_held=10)
    line.receive(POSTED)

    assert ["unsound"] == line.codes()
