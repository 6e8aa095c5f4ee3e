"""Turning away: what who finds a full house is told, and what it costs to tell her."""

import asyncio
import json
import time
from datetime import timedelta
from uuid import UUID

import uvicorn
from uvicorn.server import ServerState

from core.domain.draft import Channel
from core.hooks import nobody
from ingest import health
from ingest.admission.admission import Admission
from ingest.app import build
from ingest.counter import Counter
from ingest.proof.certificates import Certificates
from ingest.protocol import speaking_for
from ingest.tokens import Tokens
from tests.fakes.clock import FakeClock
from tests.unit.ingest.test_door import hollow
from tests.unit.ingest.test_protocol import Wire

BODY = b'{"employment": "28000.00", "self_employment": "0.00"}'
MANY, MOST_SECONDS = 400, 0.001  # of CPU for one refusal: issue 4.5; it takes some thirty microseconds


class Log:
    """Attempts that are only counted."""

    def __init__(self):
        self.noted, self.facts = 0, []

    def note(self, _):
        self.noted += 1


def full_house(italian, receipts, keys):
    """The whole application behind the protocol, with no room for anybody; its log, and who can be refused."""
    clock, log, tokens = FakeClock(), Log(), Tokens(keys.tokens)
    admission = Admission(lambda: False, clock, observe=lambda fact, **more: log.facts.append((fact, more)))
    admission.standing = admission.standing._replace(limit=0.0)
    admission.has_room = lambda _: False
    known = {"texts": italian, "clock": clock, "body_bytes": 65_536, "draft_secret": b"drafts", "tokens": tokens}
    certificates = Certificates(receipts, tokens, italian, log, nobody)
    counter = hollow(
        Counter, admission=admission, certificates=certificates, receipts=receipts, observe=nobody, **known
    )
    door = build(counter, hollow(health.Readiness))
    drafts = [UUID(int=number + 1) for number in range(50)]
    until = clock.now() + timedelta(days=3)
    return door, log, [save(draft, tokens.issue(draft, until, Channel.WEB)) for draft in drafts]


def save(draft, token):
    """A section save as a browser sends it."""
    head = (
        f"PUT /v1/drafts/{draft}/sections/income HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\nif-none-match: *\r\ncontent-length: {len(BODY)}\r\n\r\n"
    )
    return head.encode() + BODY


def connected(door, admit):
    """A connection to it that keeps what is written, and its far end."""
    kind = speaking_for(door.desk, admit)
    config = uvicorn.Config(door, http=kind, ws="none", interface="asgi3", log_config=None, proxy_headers=False)
    wire, protocol = Wire(), kind(config, ServerState(), {}, _loop=asyncio.get_running_loop())
    protocol.connection_made(wire)
    return protocol, wire


async def test_she_is_told_when_to_come_again_and_given_a_certificate_without_a_task(italian, receipts, keys):
    """All of the answer is there as soon as her request was read."""
    door, log, (request, *_) = full_house(italian, receipts, keys)
    protocol, wire = connected(door, door.admit)

    protocol.data_received(request)

    head, _, body = wire.written.partition(b"\r\n\r\n")
    told = json.loads(body)
    assert head.startswith(b"HTTP/1.1 503 ")
    assert f"retry-after: {told['retry_after']}".encode() in head
    assert b"x-ratelimit-limit: " in head
    assert ("overloaded", "no") == (told["code"], told["saved"])
    assert 2 == told["attempt_certificate"].count(".")
    assert 1 == log.noted
    assert not protocol.tasks
    protocol.connection_lost(None)


async def test_nobody_gets_a_certificate_for_a_draft_that_is_not_theirs(italian, receipts, keys):
    """Told to come again all the same; nothing is noted."""
    door, log, (request, *_) = full_house(italian, receipts, keys)
    protocol, wire = connected(door, door.admit)
    protocol.data_received(request.replace(str(UUID(int=1)).encode(), str(UUID(int=2)).encode()))

    told = json.loads(wire.written.partition(b"\r\n\r\n")[2])
    assert ("overloaded", False, 0) == (told["code"], "attempt_certificate" in told, log.noted)
    protocol.connection_lost(None)


async def test_what_is_turned_away_is_counted_and_stated_with_the_next_window(italian, receipts, keys):
    """As answered, refused and shed: how often, and not each time."""
    door, log, requests = full_house(italian, receipts, keys)
    protocol, _ = connected(door, door.admit)
    for request in requests[:3]:
        protocol.data_received(request)
    log.facts.clear()
    door.desk.counter.clock.forward(1.0)
    door.desk.counter.admission.lagged(0.0)

    stated = dict(log.facts)
    refused = {"operation": "section.save", "code": "overloaded", "status": 503}
    assert refused | {"count": 3} == stated["request.turned_away"]
    assert {"kind": "keeping", "channel": "web", "count": 3} == stated["request.shed"]
    protocol.connection_lost(None)


async def test_the_door_says_the_same_where_no_protocol_stands_before_it(italian, receipts, keys):
    """But for when she is to come again, which is drawn."""
    door, _, (request, *_) = full_house(italian, receipts, keys)
    told = []
    for admit in (door.admit, lambda *_: None):
        protocol, wire = connected(door, admit)
        protocol.data_received(request)
        await asyncio.sleep(0.01)
        head, _, body = wire.written.partition(b"\r\n\r\n")
        names = [line.partition(b":")[0] for line in head.split(b"\r\n")]
        told.append((names, json.loads(body) | {"retry_after": 1}))
        protocol.connection_lost(None)

    assert told[0] == told[1]


async def test_a_refusal_costs_less_than_a_millisecond_of_cpu(italian, receipts, keys):
    """Read, decided, certified and written; the best of a few stretches, for others may have the machine."""
    door, _, requests = full_house(italian, receipts, keys)
    protocol, wire = connected(door, door.admit)

    def stretch():
        wire.written = b""
        began = time.process_time()
        for number in range(MANY):
            protocol.data_received(requests[number % len(requests)])
            wire.written = wire.written[-12:]
        return (time.process_time() - began) / MANY

    best = min(stretch() for _ in range(5))
    protocol.connection_lost(None)

    assert best < MOST_SECONDS
