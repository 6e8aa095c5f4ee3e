"""The stand-ins' own log."""

import pytest

from loadtest.standins import calls as module
from loadtest.standins.calls import Calls


@pytest.fixture
def calls():
    return Calls(wall=lambda: 1763625600.0)


def arrive(calls, key="k1", registry="anpr", mode="ok", answer="ok"):
    call = calls.arrived(registry, "identity", key, b"\x01", mode)
    if answer:
        calls.answered(call, answer)


def test_calls_are_listed_as_they_came_with_their_counts(calls):
    """With the time, and a digest in the place of the question."""
    arrive(calls)
    arrive(calls, registry="bank", mode="503", answer=None)

    listed = calls.listed({}, after=0, limit=None)

    assert listed["total"] == 2
    assert listed["counts"] == {"registry": {"anpr": 1, "bank": 1}, "mode": {"ok": 1, "503": 1}, "answer": {"ok": 1}}
    assert listed["calls"][0] == {
        "number": 1,
        "at": "2025-11-20T08:00:00+00:00",
        "registry": "anpr",
        "fact": "identity",
        "key": "k1",
        "question": "01",
        "mode": "ok",
        "answer": "ok",
    }


def test_they_are_listed_by_field_from_a_number_on(calls):
    """So that a long log is read in pieces."""
    for registry in ("anpr", "bank", "anpr", "anpr"):
        arrive(calls, registry=registry)

    listed = calls.listed({"registry": "anpr"}, after=1, limit=1)

    assert [call["number"] for call in listed["calls"]] == [3]


def test_a_question_asked_again_after_it_was_answered_is_counted(calls):
    """ok and ko last; not known and a fault are rightly asked again."""
    for answer in ("not_known", None, "ok", "ok"):
        arrive(calls, "k1", answer=answer)
    arrive(calls, "k2")

    listed = calls.listed({}, after=0, limit=None)

    assert (listed["questions"], listed["asked_after_answered"]) == (2, 1)


def test_the_log_is_bounded_and_its_counts_are_not(calls, monkeypatch):
    """A rehearsal of hours does not fill the memory."""
    monkeypatch.setattr(module, "KEPT", 3)
    calls.clear()

    for _ in range(5):
        arrive(calls)

    listed = calls.listed({}, after=0, limit=None)
    assert (listed["total"], len(listed["calls"]), listed["calls"][0]["number"]) == (5, 3, 3)
