"""Goodput: judged by what came through, doubted where the generator was the bottleneck, and drawn."""

from random import Random

import pytest

from loadtest.bench.line import Answer
from loadtest.goodput import page
from loadtest.goodput.costs import Costs, costs
from loadtest.goodput.judging import judged, recovered
from loadtest.goodput.patient import Patients
from loadtest.goodput.seconds import Second, Seconds, summed

COUNTED = {"late": 0.0, "other": 0.0, "broken": 0.0, "unsent": 0.0, "filed": 6.0, "counter_cpu_s_per_answer": 0.0001}


def rates(*good: float, **more: float) -> list[dict]:
    """Five rates and what came through of each."""
    factors = (0.5, 1.0, 2.0, 5.0, 10.0)
    return [
        COUNTED
        | {"factor": factor, "meant": 100 * factor, "sent": 100 * factor, "good": one, "refused": 100 * factor - one}
        | (more if factor == 10.0 else {})
        for factor, one in zip(factors, good, strict=True)
    ]


@pytest.mark.parametrize(
    ("of", "recovered_s", "result"),
    [
        (rates(50, 100, 100, 95, 85), 3.0, "pass"),
        (rates(50, 100, 100, 95, 75), 3.0, "fail"),  # planted: it breaks down at the end
        (rates(50, 100, 100, 95, 85), None, "fail"),  # planted: it never comes back
        (rates(50, 100, 100, 95, 85), 61.0, "fail"),
        (rates(50, 100, 100, 95, 85, broken=5.0), 3.0, "fail"),  # planted: lines are reset instead of refused
        (rates(50, 100, 100, 95, 85, counter_cpu_s_per_answer=0.002), 3.0, "fail"),  # planted: a dear refusal
        (rates(50, 100, 100, 95, 75, others=1.4), 3.0, "inconclusive"),  # planted: somebody else had the machine
        (rates(50, 100, 100, 95, 85, others=1.4), 3.0, "pass"),  # and it held all the same
        (rates(50, 100, 100, 95, 75, stood=1.1), 3.0, "inconclusive"),  # planted: it waited for one line alone
        (rates(50, 100, 100, 95, 75, client=0.97), 3.0, "inconclusive"),  # planted: it had no time to look
        (rates(50, 100, 100, 95, 85, sent=700.0), 3.0, "inconclusive"),  # planted: the generator could not
    ],
)
def test_flat_is_four_fifths_of_the_best_and_well_again_in_a_minute(of, recovered_s, result) -> None:
    """Each way to miss it is seen; what was never sent says nothing."""
    assert result == judged(of, recovered_s).result


def test_recovered_is_five_seconds_in_a_row() -> None:
    """A good second between bad ones is no recovery."""
    well, ill = Second(good=100), Second(good=90, refused=10)

    assert 2.0 == recovered([well, ill, *[well] * 5])
    assert recovered([well] * 4 + [ill] + [well] * 4) is None
    assert recovered([Second()] * 10) is None


def test_who_is_told_not_now_asks_the_same_again() -> None:
    """The same bytes; who is answered goes on to the next step."""
    people = Patients(Random(7))
    somebody, first = people.ask()

    people.answered(somebody, Answer(503, b""))
    assert ("draft", 503) == people.last
    assert first == somebody.request
    people.answered(somebody, Answer(201, b'{"draft_id": "01890a5d-ac96-774b-bcce-b302099a8057", "access_token": "x"}'))

    assert b"/sections/applicant" in somebody.request
    assert 2 == people.there


def test_the_crowd_goes_home_and_those_who_began_stay() -> None:
    """As many as fit."""
    people = Patients(Random(7))
    for _ in range(20):
        somebody, _ = people.ask()
        people.answered(somebody, Answer(503, b""))
    people.send_home(10)

    assert 0 == people.there


def test_what_an_answer_of_each_kind_costs_is_told_apart() -> None:
    """From seconds in which there were more or fewer of each; where there was but one kind, nothing is made up."""
    rows = [
        {"good": 10.0 * n, "late": 0, "other": 0, "refused": 100.0 * (n % 5), "counter": 0.003 * n + 0.004 * (n % 5)}
        for n in range(1, 40)
    ]

    assert costs(rows) == pytest.approx((0.0003, 0.00004))
    assert Costs(None, None) == costs(rows[:5])
    assert costs([one | {"refused": 0} for one in rows]).refusal is None


def test_a_page_is_drawn_of_it() -> None:
    """Curves and table in one file that loads nothing."""
    seconds = Seconds()
    for at in range(6):
        seconds[at].sent = seconds[at].meant = 3
        seconds.answered(at + 0.5, "file", 202, 0.02)
        seconds.answered(at + 0.5, "look", 200, 1.5)
        seconds.answered(at + 0.5, "draft", 503, 0.001)
    rate = {"factor": 1.0, "begin": 0.0, "end": 6.0, "client": 0.1, "others": 0.2, **summed(seconds.between(0, 6))}
    found = {
        "measured_at": "2025-11-20T08:00:00+00:00",
        "load": 3.0,
        "lines": 10,
        "rates": [rate],
        "back": rate,
        "by_second": seconds.rows(6),
        "costs": {"through": 0.0003, "refusal": 0.00003},
        "machine": {"cores": 2},
        "judged": {"result": "pass", "share": 1.0, "recovered_s": 2.0, "reasons": [], "doubts": []},
    }

    written = page.written(found)

    assert (1.0, 1.0, 1.0) == (rate["good"], rate["late"], rate["refused"])
    assert 4 == written.count("<svg")
    assert "300 µs of CPU, a refusal 30 µs" in written
    assert "http" not in written.replace("http://www.w3.org", "")
