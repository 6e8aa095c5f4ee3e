"""Turns: what one turn of the loop turns away is bounded, and nobody who waits for the next one is forgotten."""

from datetime import timedelta

import pytest
import uvicorn
from uvicorn.server import ServerState

from ingest import turns
from ingest.door import Desk
from ingest.http.call import Call
from ingest.http.problems import Problems
from ingest.http.refusal import Refusal
from ingest.protocol import speaking_for
from ingest.reading import HEAD_SECONDS, LEAVES_SECONDS, MOST_HEAD_BYTES
from ingest.turns import LATE_SECONDS, OLDEST
from tests.fakes.clock import FakeClock
from tests.unit.ingest.test_protocol import WHOLE, Loop, Wire, _Counter

MOST = 4


class House:
    """Lines of one loop, before a house that lets nobody in but those who ask for /livez."""

    def __init__(self, italian, hold=0.0):
        self.facts, self.scopes, self.loop = [], [], Loop()
        desk = Desk(_Counter(self), Problems(italian))

        def admit(scope, *_):
            self.scopes.append(scope)
            return None if scope["path"] == "/livez" else desk.refuse("x", Refusal("overloaded"))

        self._kind = speaking_for(desk, admit, lambda: hold)
        self._config = uvicorn.Config(_app, http=self._kind, ws="none", interface="asgi3", log_config=None)

    def line(self):
        """A new line: what it is told is on its wire."""
        protocol, protocol.wire = self._kind(self._config, ServerState(), {}, _loop=self.loop), Wire()
        protocol.connection_made(protocol.wire)
        return protocol

    def asking(self, many, path="/x"):
        """So many lines on which somebody asks, in one turn."""
        lines = [self.line() for _ in range(many)]
        for one in lines:
            one.data_received(asked(path))
        return lines


def asked(path="/x"):
    return b"GET %b HTTP/1.1\r\nhost: a\r\n\r\n" % path.encode()


def told(lines):
    return [one for one in lines if one.wire.written]


async def _app(_scope, _receive, _send):
    raise AssertionError


@pytest.fixture
def house(italian, monkeypatch):
    monkeypatch.setattr(turns, "MOST_A_TURN", MOST)
    made = House(italian)
    yield made
    for task in made.loop.tasks:
        task.close()


def test_a_turn_turns_away_so_many_and_the_next_one_goes_on(house):
    """What else is due in the loop has its turn in between; in the end everybody was told, once."""
    lines = house.asking(3 * MOST)
    seen = [len(told(lines))]
    while house.loop.soon:
        house.loop.turn()
        seen.append(len(told(lines)))

    assert [MOST, 2 * MOST, 3 * MOST] == seen[:3]
    assert all(1 == one.wire.written.count(b"HTTP/1.1 503 ") for one in lines)


def test_the_more_wait_the_more_a_turn_turns_away(house, monkeypatch):
    """A bound that stood still would let the queue grow until nobody has a line left to ask on."""
    monkeypatch.setattr(turns, "OF_THE_WAITING", 2)
    lines = house.asking(5 * MOST)
    house.loop.turn()

    assert MOST + 4 * MOST // 2 == len(told(lines))


def test_where_nobody_is_turned_away_nobody_waits(house):
    """However many come in one turn: the way of who is let in is the same as without a bound."""
    house.asking(10 * MOST, "/livez")

    assert 10 * MOST == len(house.loop.tasks)
    assert [] == house.loop.soon


def test_who_comes_behind_those_who_wait_waits_too(house):
    """Also who would be let in: else whoever comes last would always be first."""
    house.asking(MOST + 1)
    house.asking(1, "/livez")
    assert [] == house.loop.tasks

    house.loop.turn()

    assert 1 == len(house.loop.tasks)


def test_they_are_told_in_the_order_in_which_they_came(house):
    """As long as nobody waits for long."""
    lines = house.asking(3 * MOST)
    house.loop.turn()

    assert told(lines) == lines[: 2 * MOST]


def test_where_they_wait_for_long_the_newest_come_first_and_the_oldest_are_not_forgotten(house, monkeypatch):
    """Who is let in is answered in good time; one in so many is whoever has waited longest."""
    monkeypatch.setattr(turns, "MOST_A_TURN", OLDEST)
    lines = house.asking(5 * OLDEST)
    house.loop.now += LATE_SECONDS
    house.loop.turn()

    heard = told(lines[OLDEST:])
    assert lines[OLDEST] in heard
    assert lines[-(OLDEST - 1) :] == heard[1:]


def test_what_comes_in_pieces_is_read_in_its_order(house):
    """The end of a head never goes before its begin."""
    house.asking(MOST)
    line = house.line()
    for byte in asked():
        line.data_received(bytes([byte]))
    assert b"" == line.wire.written

    house.loop.turn()

    assert line.wire.written.startswith(b"HTTP/1.1 503 ")


def test_the_body_of_who_was_let_in_does_not_wait(house):
    """Nor does what is sent behind it: only who begins can be turned away."""
    line = house.line()
    line.data_received(b"POST /livez HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\n")
    house.asking(MOST + 1)

    line.data_received(b"{}")

    assert not line.cycle.more_body


def test_who_sends_more_than_a_head_while_she_waits_is_read_at_once(house):
    """Nothing is kept for her without a bound."""
    house.asking(MOST)
    line = house.line()
    line.data_received(b"POST /x HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n" + b"x" * MOST_HEAD_BYTES)

    assert line.wire.written.startswith(b"HTTP/1.1 503 ")


def test_who_has_left_is_told_nothing(house):
    """And what she sent is not read."""
    house.asking(MOST)
    line = house.line()
    line.data_received(asked())
    line.connection_lost(None)
    house.loop.turn()

    assert (b"", MOST) == (line.wire.written, len(house.scopes))


def test_who_has_said_all_there_is_to_say_is_read_at_once(house):
    """Else her line would be closed as one on which nothing was asked."""
    house.asking(MOST)
    line = house.line()
    line.data_received(asked())
    line.eof_received()

    assert line.wire.written.startswith(b"HTTP/1.1 503 ")


def test_a_wait_is_never_taken_for_a_slow_head(house):
    """What was sent in time is read, though the line's first word was due."""
    house.asking(MOST)
    line = house.line()
    line.data_received(asked("/livez"))
    due = [timer for timer in house.loop.timers if HEAD_SECONDS == timer.seconds and not timer.cancelled]
    due[-1].call()

    assert 1 == len(house.loop.tasks)
    assert (b"", False) == (line.wire.written, line.wire.closed)


def test_a_counter_that_is_told_to_stop_still_answers_who_waits(house):
    """It was here before the counter left."""
    house.asking(MOST)
    line = house.line()
    line.data_received(asked())
    line.shutdown()
    leaves = next(timer for timer in house.loop.timers if LEAVES_SECONDS == timer.seconds)
    leaves.call()
    assert not line.wire.closed

    house.loop.turn()
    house.loop.tasks.pop().close()  # its last answer goes the ordinary way
    assert not line.cycle.keep_alive


def test_a_request_arrived_when_it_came_and_not_when_it_was_read(house):
    """It decides deadlines."""
    house.asking(MOST)
    line, clock = house.line(), FakeClock()
    line.data_received(WHOLE)
    house.loop.now += 1.5
    house.loop.turn()

    call = Call(house.scopes[-1], None, clock, {})

    assert clock.now() - timedelta(seconds=1.5) == call.arrived_at


def test_who_waited_to_be_read_is_held_for_so_much_less(italian, monkeypatch):
    """Nobody is kept waiting twice for the same crowd."""
    monkeypatch.setattr(turns, "MOST_A_TURN", 0)
    house = House(italian, hold=1.0)
    (line,) = house.asking(1)
    house.loop.now += 0.4
    monkeypatch.setattr(turns, "MOST_A_TURN", MOST)
    house.loop.turn()

    assert pytest.approx(0.6) == house.loop.waits()[-1]
    assert b"" == line.wire.written


def test_a_fault_while_somebody_is_read_keeps_nobody_else_waiting(house, monkeypatch):
    """The next turn comes all the same."""
    lines = house.asking(MOST + 2)
    monkeypatch.setattr(lines[MOST], "read_on", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        house.loop.turn()

    house.loop.turn()

    assert lines[-1] in told(lines)


def test_nor_does_it_change_the_order_of_what_anybody_sent(house, monkeypatch):
    """What is left of a turn is for others: her own beginning still waits."""
    lines = house.asking(MOST + 1)
    line = house.line()
    line.data_received(asked()[:9])
    monkeypatch.setattr(lines[MOST], "read_on", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        house.loop.turn()

    line.data_received(asked()[9:])
    house.loop.turn()

    assert line.wire.written.startswith(b"HTTP/1.1 503 ")
