"""The exchange: a whole body and a whole answer pass at once, and anything else goes ASGI's way."""

import asyncio
import logging
import weakref

import pytest
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle

from ingest.http.call import Call
from ingest.http.exchange import Exchange, of
from ingest.http.refusal import Refusal
from ingest.http.reply import json as answered
from tests.fakes.clock import FakeClock

DATE = [(b"date", b"Thu, 20 Nov 2025 08:00:00 GMT")]


class Wire:
    """A transport that keeps what is written, write by write."""

    def __init__(self):
        self.writes = []

    def write(self, data):
        self.writes.append(bytes(data))


def a_cycle(**state) -> RequestResponseCycle:
    """A request whose body is all there, on a connection that stays open."""
    wire, over = Wire(), []
    cycle = RequestResponseCycle(
        scope={"type": "http", "method": "PUT"},
        transport=wire,
        flow=FlowControl(wire),
        logger=logging.getLogger(__name__),
        access_logger=logging.getLogger(__name__),
        access_log=False,
        default_headers=DATE,
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=True,
        on_response=lambda: over.append("over"),
    )
    cycle.over, cycle.body, cycle.more_body = over, bytearray(b"{}"), False
    for name, value in state.items():
        setattr(cycle, name, value)
    return cycle


async def test_an_answer_is_one_write_of_the_bytes_asgi_would_have_sent():
    """Two writes are two system calls here and two wake-ups there; the cycle ends in the same state."""
    short, long = a_cycle(), a_cycle()
    reply, rate = answered({"ok": True}), [(b"x-ratelimit-limit", b"120")]

    assert Exchange(short).answer(reply.status, reply.head(rate), reply.body)
    await reply.send(long.send, rate)

    assert [b"".join(long.transport.writes)] == short.transport.writes
    for told in ("response_started", "response_complete", "waiting_for_100_continue", "keep_alive", "over"):
        assert getattr(long, told) == getattr(short, told), told
    assert short.message_event.is_set()


@pytest.mark.parametrize(
    "state",
    [{"disconnected": True}, {"keep_alive": False}, {"response_started": True}, {"flow": "paused"}],
    ids=lambda state: next(iter(state)),
)
async def test_an_answer_that_is_not_simple_is_left_to_asgi(state):
    """The client has gone, the connection ends with it, or its reader is slow: nothing is written here."""
    cycle = a_cycle(**({} if "flow" in state else state))
    if "flow" in state:
        cycle.flow.pause_writing()

    assert not Exchange(cycle).answer(200, [], b"")
    assert [] == cycle.transport.writes


async def test_a_request_has_an_exchange_and_leaves_nothing_to_the_collector():
    """Where nobody stands between it and the counter; and it is gone the moment nobody holds it."""
    cycle = a_cycle()
    del cycle.on_response
    gone = weakref.ref(cycle)

    assert of(cycle.receive).body() == b"{}"
    assert of(lambda: None) is None
    del cycle

    assert gone() is None


async def test_a_body_that_is_all_there_is_taken_once():
    """It is not held twice in memory."""
    cycle = a_cycle()

    assert b"{}" == Exchange(cycle).body()
    assert b"" == cycle.body


async def test_a_body_has_the_same_bound_whichever_way_it_comes():
    """413, though all of it is here and nothing more will be read of it."""
    cycle = a_cycle(body=bytearray(b"x" * 11))

    with pytest.raises(Refusal) as refused:
        await Call({"headers": []}, cycle.receive, FakeClock(), {}).body(10)

    assert "too-large" == refused.value.code


@pytest.mark.parametrize("state", [{"more_body": True}, {"disconnected": True}, {"waiting_for_100_continue": True}])
async def test_a_body_or_a_sender_that_must_be_waited_for_is_left_to_asgi(state):
    """There it has its deadline, is told to continue, or is known to have gone."""
    cycle = a_cycle(**state)

    assert Exchange(cycle).body() is None
    assert b"{}" == cycle.body
