"""Visitors: how they ask again, what they write down before and after, and where latency counts from."""

import json
from random import Random

import pytest

from loadtest.ledger import Ledger, read
from loadtest.rehearsal.folder import rows
from loadtest.rehearsal.notes import Notes
from loadtest.rehearsal.plan import lay_out
from loadtest.rehearsal.profiles import PROFILES
from loadtest.rehearsal.visitor import Gone, Request, Visitor
from loadtest.rehearsal.wire import Answer, NoAnswer
from loadtest.rehearsal.world import World

SAVE = Request("save", "PUT", "/v1/drafts/D/sections/income", {}, b"{}", "D")
TAKES = 0.25  # seconds an answer takes


class Clock:
    """Goes on when somebody sleeps, or is answered."""

    def __init__(self):
        self.now = 100.0
        self.slept = []

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds


class Counter:
    """Gives the answers it was told to, one after the other."""

    def __init__(self, clock, *answers):
        self.clock, self.answers = clock, list(answers)
        self.asked = 0

    def ask(self, *_, hang_up):
        self.asked += 1
        self.clock.now += TAKES
        answer = self.answers.pop(0)
        if isinstance(answer, str):
            raise NoAnswer(answer)
        return answer


def said(status, body=None, retry_after=None):
    head = f"HTTP/1.1 {status} x" + (f"\r\nRetry-After: {retry_after}" if retry_after else "")
    return Answer(status, head.encode(), json.dumps(body or {}).encode())


@pytest.fixture
def visit(tmp_path):
    """Let somebody ask a counter that gives these answers; return her, the clock, and what was written down."""

    def visit(*answers, hurried=False, before=0.0):
        clock = Clock()
        counter = Counter(clock, *answers)
        plan = lay_out(PROFILES["steady"], 1)
        ledger, notes = Ledger(tmp_path / "ledger.jsonl"), Notes(tmp_path)
        world = World(plan, counter, ledger, notes, clock=clock, sleep=clock.sleep)
        who = Visitor(world, Random(1), "patronato", hurried=hurried)
        clock.now += before
        who.came_at(0.0)
        told = who.ask(SAVE, ledger.intend("save", draft_id="D", section="income", base=None, digest="d"))
        ledger.close()
        notes.close(10)
        return told, clock, read(tmp_path / "ledger.jsonl"), list(rows(tmp_path / "answers.csv"))

    return visit


def test_what_is_acknowledged_is_written_down(visit):
    """With what the receipt will be looked up by, and nothing she typed."""
    told, _, history, answers = visit(said(200, {"revision": 1, "receipt": "r", "problems": []}))

    assert told["revision"] == 1
    assert history.intents[1].acks[0].said == {"revision": 1, "receipt": "r"}
    assert [("200", "", "0")] == [(one["status"], one["code"], one["retry"]) for one in answers]


def test_latency_counts_from_the_instant_she_meant_to_ask(visit):
    """A generator that was late makes no server look fast."""
    _, _, _, (answer,) = visit(said(200), before=3.0)

    assert float(answer["intended_at"]) == 0.0
    assert float(answer["answered_at"]) == 3.0 + TAKES


def test_a_patient_page_waits_as_long_as_it_is_told(visit):
    """Retry-After wins over its own backoff, and nobody comes back in step."""
    _, clock, history, _ = visit(said(503, {"code": "overloaded"}, retry_after=8), said(200))

    assert 0.7 * 8 <= clock.slept[0] <= 8
    assert ["deferred", "acked"] == [one.outcome for one in history.intents[1].heard]


def test_each_time_it_is_sent_is_written_down_first(visit):
    """So that a word which was still on its way is not taken for one that never came."""
    _, _, history, answers = visit(said(503, {"code": "overloaded"}, retry_after=8), said(200))

    assert (2, False) == (history.intents[1].sent, history.intents[1].is_open)
    history.intents[1].heard.pop()
    assert history.intents[1].is_open
    assert [("8", "0", "1", "0"), ("", "0", "1", "0")] == [
        (one["retry_after"], one["certified"], one["waits"], one["gave_up"]) for one in answers
    ]


def test_a_patient_page_waits_longer_each_time(visit):
    """1, 2, 4 … 30 seconds at most, with jitter."""
    _, clock, _, _ = visit(*[said(503, {"code": "overloaded"})] * 7, said(200))

    expected = [1, 2, 4, 8, 16, 30, 30]
    assert all(0.7 * longest <= slept <= longest for slept, longest in zip(clock.slept, expected, strict=True))


def test_who_is_in_a_hurry_does_not_wait(visit):
    """Whatever Retry-After says."""
    _, clock, _, answers = visit(said(429, {"code": "slow-down"}, retry_after=30), said(200), hurried=True)

    assert clock.slept[0] < 0.5
    assert ["0", "1"] == [one["retry"] for one in answers]


def test_what_was_not_answered_is_asked_again_until_it_is(visit):
    """An unknown outcome is settled by the same request."""
    _, _, history, answers = visit("broken", "timed-out", said(500, {"code": "outcome-unknown"}), said(200))

    assert ["unknown", "unknown", "unknown", "acked"] == [one.outcome for one in history.intents[1].heard]
    assert ["broken", "timed-out", "outcome-unknown", ""] == [one["code"] for one in answers]


def test_a_final_no_is_taken(visit):
    """It is told why, and nothing is repeated."""
    told, _, history, _ = visit(said(412, {"code": "stale-revision"}))

    assert told["refused"] == "stale-revision"
    assert history.intents[1].last == "refused"


def test_whoever_thinks_leaves_when_the_load_is_over(tmp_path):
    """So that the end is no rush of its own."""
    clock, ledger, notes = Clock(), Ledger(tmp_path / "ledger.jsonl"), Notes(tmp_path)
    world = World(lay_out(PROFILES["steady"], 1), Counter(clock), ledger, notes, clock=clock)
    world.finish(10)

    with pytest.raises(Gone):
        Visitor(world, Random(1), "web").think(60)

    ledger.close()
    notes.close(1)
