"""The fault matrix: every row has somebody, what people heard is told rightly, and the report says what was."""

import json
import re
import threading
import time
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from random import Random
from types import SimpleNamespace

import pytest

from loadtest.faults import acts, others, report
from loadtest.faults.attempt import Attempt
from loadtest.faults.heard import Stretch, dishonest, taken_back
from loadtest.faults.matrix import ELSEWHERE, NOT_BUILT, ROWS
from loadtest.faults.run import Outcome, run
from loadtest.faults.scenario import ALONE, EMBEDDED, SCENARIOS, WIRED, Scenario
from loadtest.faults.schedule import drawn, written
from loadtest.faults.standstill import witnessed
from loadtest.ledger import ACKED, DEFERRED, LOOK, REFUSED, REGISTERED, SHOWN, UNKNOWN, Ledger, Reader, read
from loadtest.rehearsal import sampling
from loadtest.rehearsal.timeline import parse

BY_ROW = sorted(SCENARIOS, key=lambda one: one.rows or (99,))
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "faults.md"


def test_every_row_of_the_matrix_has_somebody():
    """It is done here, or elsewhere, or is not built: never silently left out."""
    done = {row for one in SCENARIOS for row in one.rows}

    assert done | set(ELSEWHERE) | NOT_BUILT == ROWS.keys()
    assert not (done & NOT_BUILT)


def test_every_scenario_says_what_happens_and_is_called_once():
    """Its name is how it is asked for, its first line is what the report says."""
    names = [one.name for one in SCENARIOS]

    assert len(names) == len(set(names))
    assert [] == [one.name for one in SCENARIOS if not one.title.endswith(".")]
    assert {one.on for one in SCENARIOS} <= set(acts.ORDER)


def test_the_document_tells_every_row():
    """docs/faults.md lists the scenarios that there are, row by row."""
    text = DOCUMENT.read_text("utf-8").partition("<!-- scenarios:")[2].partition("<!-- end of scenarios")[0]
    told = [tuple(cells) for cells in re.findall(r"^\| ([0-9, –]+) \| `([a-z_]+)` \| (.+) \|$", text, re.MULTILINE)]

    assert [(", ".join(map(str, one.rows)) or "–", one.name, one.title) for one in BY_ROW] == told


@pytest.fixture
def log(tmp_path, monkeypatch):
    """A log in which a save was refused at 11 and acknowledged at 14, and another at 20 broken off and acknowledged."""
    at = iter([10.0, 11.0, 14.0, 20.0, 21.0, 26.0])
    monkeypatch.setattr("loadtest.ledger.time.time", lambda: next(at))
    ledger = Ledger(tmp_path / "log.jsonl")
    for outcome, code in ((DEFERRED, "store-unavailable"), (UNKNOWN, "internal-error")):
        intent = ledger.intend("draft", key="k")
        ledger.heard(intent, outcome, status=503, code=code, retry_after=code != "internal-error", took=1.0)
        ledger.heard(intent, ACKED, draft_id="d", took=0.5)
    ledger.close()
    return tmp_path / "log.jsonl"


@pytest.fixture
def history(log):
    """What it holds."""
    return read(log)


def test_what_people_heard_in_a_stretch(history):
    """First acknowledgement of what was asked in it, longest silence, longest answer, what was said instead."""
    whole, second = Stretch(history, 9.0), Stretch(history, 15.0)

    assert (14.0, 26.0) == (whole.first_ack, second.first_ack)
    assert (12.0, 11.0) == (whole.longest_silence, second.longest_silence)
    assert (2, 1.0, 0.5) == (whole.acks, whole.longest_answer, whole.within(0.99))
    assert {"store-unavailable": 1, "internal-error": 1} == dict(whole.codes)
    assert Stretch(history, 27.0).first_ack is None


def test_an_acknowledgement_that_was_under_way_already_is_none_of_what_was_sent(history):
    """It came at 14 and took half a second: whoever looks from 13.8 on has not sent it."""
    assert [(2, 2), (2, 1), (1, 1), (1, 0)] == [
        (stretch.acks, stretch.acks_of_what_was_sent)
        for stretch in (Stretch(history, since) for since in (13.4, 13.8, 25.0, 25.8))
    ]


def test_what_is_heard_later_is_no_part_of_a_stretch_that_was_looked_at(history):
    """The history goes on growing."""
    looked_at = Stretch(history, 9.0, seen_at=21.0)

    assert (1, 14.0, 5.0) == (looked_at.acks, looked_at.first_ack, looked_at.longest_silence)
    assert Stretch(history, 15.0, seen_at=21.0).first_ack is None


def test_a_log_that_grows_is_read_on_from_where_it_was_read_to(log):
    """Half a line is none until it is whole; whoever reads it to the end counts what was never ended as damaged."""
    reader = Reader(log)
    whole = log.read_bytes()
    first, half = whole.splitlines(keepends=True)[0], len(whole) - 9
    log.write_bytes(first)
    assert [[]] == [one.heard for one in reader.read().intents.values()]
    log.write_bytes(whole[:half])
    assert [2, 1] == [len(one.heard) for one in reader.read().intents.values()]
    assert 0 == reader.history.damaged
    log.write_bytes(whole)
    assert [2, 2] == [len(one.heard) for one in reader.read().intents.values()]

    assert read(log) == reader.history
    log.write_bytes(whole[:half])
    assert 1 == read(log).damaged


@pytest.fixture
def looks(tmp_path, monkeypatch):
    """Two look at what is theirs: one is refused at 11, shown at 14, and told at 16 that it is not there."""
    at = iter([10.0, 11.0, 12.0, 14.0, 15.0, 16.0, 17.0, 18.0])
    monkeypatch.setattr("loadtest.ledger.time.time", lambda: next(at))
    ledger = Ledger(tmp_path / "log.jsonl")
    for draft_id, outcome, said in (
        ("d", DEFERRED, {"status": 503, "code": "store-unavailable", "retry_after": True, "took": 1.0}),
        ("d", SHOWN, {"took": 2.0}),
        ("d", REFUSED, {"status": 404, "code": "not-found", "took": 0.5}),
        ("e", UNKNOWN, {"why": "ReadTimeout", "took": 0.5}),
    ):
        ledger.heard(ledger.intend(LOOK, draft_id=draft_id), outcome, **said)
    ledger.close()
    return read(tmp_path / "log.jsonl")


def test_looks_are_told_by_themselves(looks):
    """They are no promises: who keeps something is answered in another way, and for longer."""
    whole = Stretch(looks, 9.0)

    assert {"store-unavailable": 1, "not-found": 1, "ReadTimeout": 1} == dict(whole.codes_of_looks)
    assert ({"d"}, set()) == (whole.shown, Stretch(looks, 12.5).shown)
    assert 2.0 == whole.longest_look
    assert (0, 0.0, {}) == (whole.acks, whole.longest_answer, dict(whole.codes))


def test_who_looks_at_her_own_is_never_told_that_it_is_not_there(looks):
    """Not now is honest; not there is not."""
    assert {"not-found to who looks at her own"} == dishonest(Stretch(looks, 9.0))
    assert set() == dishonest(Stretch(looks, 9.0, 15.0))


def test_a_5xx_that_does_not_say_what_is_so_is_dishonest(history):
    """And one that does not say when to come again; a refusal that says both is honest."""
    assert {"internal-error", "internal-error without Retry-After"} == dishonest(Stretch(history, 9.0))
    assert set() == dishonest(Stretch(history, 9.0, 15.0))


def test_what_the_machine_stood_still_is_seen(tmp_path, monkeypatch):
    """A flush that takes long is a standstill; one that ended before the stretch is no part of it."""
    began, flushed, slow = time.time(), threading.Event(), iter([0.5])

    def flush(_: int) -> None:
        time.sleep(next(slow, 0.0))
        flushed.set()

    monkeypatch.setattr("loadtest.faults.standstill.os.fdatasync", flush)
    with witnessed(tmp_path) as witness:
        flushed.wait(10)
        while not witness.longest(began):
            time.sleep(0.01)
        seen_at = time.time()

    assert 0.4 < witness.longest(began)
    assert 0.0 == witness.longest(seen_at + 1)


def test_an_act_that_breaks_down_is_red_and_the_next_one_is_done(tmp_path):
    """It ends neither the matrix nor its report, and says what broke and where."""

    def breaks_down(_: Attempt) -> None:
        """Planted."""
        raise TimeoutError("planted")

    def goes_well(_: Attempt) -> None:
        """Planted."""

    two = [Scenario((), ALONE, act, 1, 1.0) for act in (breaks_down, goes_well)]

    first, second = run(two, tmp_path, 7, lambda _: None)

    assert ("red", "green") == (first.result, second.result)
    assert ["TimeoutError: planted (test_faults.py:" in why for why in first.why] == [True]


@pytest.mark.parametrize(("keep", "stays"), [(False, ["02-wired"]), (True, ["01-embedded", "02-wired", "03-wired"])])
def test_the_data_of_a_system_goes_unless_something_on_it_was_red(tmp_path, monkeypatch, keep, stays):
    """One run of all else leaves gigabytes; of what was red it is evidence, and what is asked for is kept."""

    @contextmanager
    def house(folder, _):
        folder.mkdir()
        yield SimpleNamespace(folder=folder)

    def breaks_down(_: Attempt) -> None:
        """Planted."""
        raise TimeoutError("planted")

    def goes_well(_: Attempt) -> None:
        """Planted."""

    monkeypatch.setattr("loadtest.faults.run.house", house)
    monkeypatch.setattr(Attempt, "on", lambda attempt, _, act: act(attempt))
    planted = [(EMBEDDED, goes_well), (WIRED, goes_well), (WIRED, breaks_down), (WIRED, goes_well)]

    outcomes = list(run([Scenario((), *one, 1, 1.0) for one in planted], tmp_path, 7, lambda _: None, keep=keep))

    assert ["green", "green", "red", "green"] == [one.result for one in outcomes]
    assert stays == sorted(one.name for one in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("why", "late", "cores", "result"),
    [
        ([], [], 2.0, "green"),
        ([], ["too late"], 0.1, "red"),
        ([], ["too late"], 1.0, "not known"),
        (["lost: 1"], ["too late"], 2.0, "red"),
    ],
)
def test_what_is_too_late_while_others_had_the_machine_is_not_known(tmp_path, why, late, cores, result):
    """And says so; what is lost or false is red whoever had it."""
    attempt = Attempt(SCENARIOS[0], tmp_path, Random(7), why=why, late=late, others=cores)

    assert result == attempt.result
    assert [*why, *late] == [said.partition(", but programs")[0] for said in attempt.told]
    assert (result == "not known") == any("1.0 of" in said for said in attempt.told)


def test_what_others_use_of_the_machine_is_seen_and_what_is_begun_here_is_not_theirs(monkeypatch):
    """Of five seconds of work, three are of a process of ours."""
    monkeypatch.setattr(others.cpu, "busy", iter([10.0, 10.0, 15.0]).__next__)
    monkeypatch.setattr(others.cpu, "ours", lambda: 0.0)
    monkeypatch.setattr(others.cpu, "children", lambda _: [1])
    monkeypatch.setattr(others.cpu, "descendants", lambda _: [])
    used = iter([1.0, 4.0])
    monkeypatch.setattr(sampling, "_used", lambda _: (7, next(used)))

    watched = others.Others()
    watched.end()

    assert 2.0 == watched.seconds


def outcome(result, *rows):
    return Outcome(rows, f"does_{result.replace(' ', '_')}", "Something breaks.", result, 1.0, ["lost: 1"])


def test_the_table_says_the_worst_of_each_row(tmp_path):
    """Every row is there; what is not built or not done says so."""
    outcomes = [outcome("green", 12), outcome("red", 12, 13), outcome("cannot run here", 17)]
    page = report.write(tmp_path, outcomes, 7, whole=True)
    told = {row[0]: row[2] for row in json.loads((tmp_path / "report.json").read_text())["rows"]}

    assert told.keys() == ROWS.keys()
    assert {12: "red", 13: "red", 17: "cannot run here", 47: "not built"} == {
        row: told[row] for row in (12, 13, 17, 47)
    }
    assert told[2] == "not done"
    assert "lost: 1" in page.read_text()
    assert "<script" not in page.read_text()


def test_what_was_missed_is_said_once_more_at_the_end():
    """Who sees only the last lines of a long run sees which scenario it was, and why."""
    told = report.missed([outcome("green", 12), outcome("red", 13), outcome("not known", 14)])

    assert [("13", "red"), ("lost:", "1"), ("14", "not"), ("lost:", "1")] == [
        tuple(text.split()[:2]) for text in told.splitlines()
    ]


def test_a_schedule_is_drawn_from_its_seed_and_can_be_replayed():
    """The same seed gives the same faults; written down and read back they are the same; one never meets the next."""
    faults = drawn(7, 600)

    assert faults == drawn(7, 600) != drawn(8, 600)
    assert faults == parse(written(faults, 7), 600)
    assert all(after.at >= before.at + before.lasts + 5 for before, after in pairwise(faults))
    assert len(faults) > 30


def test_what_the_register_acknowledged_and_was_refused_later_is_found(tmp_path):
    """A filing that was registered is a promise; who files twice is told so, and nothing is taken from her."""
    ledger = Ledger(tmp_path / "log.jsonl")
    for outcomes in (
        ((REGISTERED, None), (ACKED, None)),
        ((REGISTERED, None), (REFUSED, "section-changed")),
        ((REGISTERED, None), (REFUSED, "already-filed")),
        ((REFUSED, "section-changed"),),
    ):
        intent = ledger.intend("submission", key=str(outcomes))
        for outcome, code in outcomes:
            ledger.heard(intent, outcome, code=code)
    ledger.close()

    found = taken_back(Stretch(read(tmp_path / "log.jsonl"), 0.0), {"already-filed"})

    assert found == {"submission: registered, and refused as section-changed"}
