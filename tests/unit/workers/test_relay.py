"""One round of the relay, and what it does about a bell that is not there."""

import asyncio
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from dramatiq.errors import ConnectionClosed

from core.domain.errors import StoreUnavailable
from core.domain.work import Kind, WorkKey
from tests.fakes.clock import FakeClock
from tests.unit.workers.fakes import Facts, FakeRows
from workers.broker import message
from workers.offers import batches
from workers.relay import Relay, Round
from workers.run_relay import keep_relaying


class FakeBell:
    """Takes messages while it is there."""

    def __init__(self):
        self.is_lost = False
        self.is_away = False
        self.messages = []
        self.pings = 0

    def ring(self, messages):
        self._reach()
        self.messages.extend((each.actor_name, each.args[0]) for each in messages)

    def ping(self):
        self.pings += 1
        self._reach()

    def _reach(self):
        self.is_lost = self.is_away
        if self.is_away:
            raise ConnectionClosed(TimeoutError())


class Bench:
    """A relay on fakes."""

    def __init__(self, most=400, batch=100):
        self.rows, self.bell, self.facts = FakeRows(), FakeBell(), Facts()
        self.relay = Relay(self.rows, self.bell, FakeClock(), most, batch, self.facts)


def an_offer(draft_id: UUID | None = None, kind=Kind.DECISION) -> WorkKey:
    return WorkKey(draft_id or uuid4(), kind, "filing-1")


@pytest.fixture
def bench():
    return Bench()


async def test_due_work_is_sent_in_messages_of_many_ids(bench):
    """250 rows in three messages, and nothing but ids in them."""
    bench.rows.offers = [an_offer() for _ in range(250)]
    expected = [str(offer.draft_id) for offer in bench.rows.offers]

    done = await bench.relay.run_once()

    assert Round(offered=250, sent=3) == done
    assert ["advance"] * 3 == [actor for actor, _ in bench.bell.messages]
    assert [100, 100, 50] == [len(ids) for _, ids in bench.bell.messages]
    assert expected == [draft_id for _, ids in bench.bell.messages for draft_id in ids]


async def test_the_bell_stays_small(bench):
    """No more is offered than there is room for beside what nobody has claimed yet."""
    bench.rows.outstanding_rows = 380
    bench.rows.offers = [an_offer() for _ in range(50)]

    done = await bench.relay.run_once()

    assert [20] == bench.rows.room_asked_for
    assert (20, True) == (done.offered, done.full)


async def test_where_there_is_no_room_nothing_is_asked_for(bench):
    """Workers are busy enough."""
    bench.rows.outstanding_rows = 400

    assert Round() == await bench.relay.run_once()
    assert [] == bench.rows.room_asked_for


async def test_a_failed_send_is_a_counted_fact_and_no_more(bench):
    """What was offered comes round again after the re-offer time."""
    bench.rows.offers = [an_offer()]
    bench.bell.is_away = True

    done = await bench.relay.run_once()

    assert (1, 0, "TimeoutError") == (done.offered, done.sent, done.failure)
    assert [{"failure": "TimeoutError"}] == bench.facts.named("relay.failed")


async def test_while_the_bell_is_lost_nothing_is_offered(bench):
    """Workers look for themselves, and find what no relay has taken away from them."""
    bench.rows.offers = [an_offer(), an_offer()]
    bench.bell.is_away = bench.bell.is_lost = True

    assert Round(failure="TimeoutError") == await bench.relay.run_once()
    assert [] == bench.rows.room_asked_for

    bench.bell.is_away = False
    assert 2 == (await bench.relay.run_once()).offered
    assert 2 == bench.bell.pings


def test_one_draft_is_named_once():
    """Two rows of one draft are one id: its claim takes both."""
    draft_id = uuid4()

    assert [[draft_id]] == batches([an_offer(draft_id), an_offer(draft_id, Kind.PAYMENT)], 100)


def test_a_message_holds_ids_and_nothing_else():
    """What another party depends on: Redis holds nothing personal."""
    draft_id = "01931f3e-7c1a-7c3e-9f39-0d2f4a5b6c7d"
    sent = json.loads(message([draft_id]).encode())

    assert {"message_id", "message_timestamp"} <= sent.keys()
    del sent["message_id"], sent["message_timestamp"]
    assert {"queue_name": "work", "actor_name": "advance", "args": [[draft_id]], "kwargs": {}, "options": {}} == sent


class Rounds:
    """Rounds that end as they are told; the last one asks to stop."""

    def __init__(self, *ends):
        self.ends = list(ends)
        self.asked = asyncio.Event()
        self.run = 0

    async def run_once(self):
        self.run += 1
        end = self.ends.pop(0)
        if not self.ends:
            self.asked.set()
        if isinstance(end, Exception):
            raise end
        return end


@pytest.mark.parametrize("fault", [StoreUnavailable(), RuntimeError("ours")])
async def test_nothing_that_fails_ends_the_loop(fault, monkeypatch):
    """The next round begins, and the failure is told."""
    rounds, facts = Rounds(fault, Round()), Facts()
    monkeypatch.setattr("workers.run_relay.FAILED_PAUSE", timedelta())

    await keep_relaying(rounds.run_once, rounds.asked, timedelta(), facts)

    assert 2 == rounds.run
    assert [{"failure": type(fault).__name__}] == facts.named("relay.failed")
