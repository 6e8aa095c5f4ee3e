"""A storm: it passes where refusing costs nobody anything, and each thing it must not cost is seen missed."""

import pytest

from loadtest import storm
from loadtest.measured import measure
from loadtest.recorded import read
from loadtest.verdict import Result, reach
from tests.unit.loadtest.rehearsed import answers, written
from tests.unit.loadtest.test_report import evidence

PHASES = [
    {"name": "quiet", "start_s": 0, "end_s": 20},
    {"name": "storm", "start_s": 20, "end_s": 40},
    {"name": "after", "start_s": 40, "end_s": 60},
]
KNOWN = (7, 1, 1, 0)  # told to come again in 7 s, certified, waits, did not give up


def refused(*, told=KNOWN, since=20, until=40, operation="save", a_second=30):
    """Refusals of the storm, as people hear them."""
    lines = answers(status=503, code="overloaded", since=since, until=until, operation=operation, a_second=a_second)
    return [(*line, *told) for line in lines]


def given(**more):
    """Promises, as they were given before anybody asked how."""
    return [(*line, "", 0, 1, 0) for line in answers(**more)]


def came_to(place):
    return {one.objective.name: one for one in storm.measure(read(place))}


def in_a_storm(place, lines):
    """Write a rehearsal of a storm."""
    return written(place, lines, storm="storm", phases=PHASES)


def test_a_storm_in_which_all_is_well_meets_everything(tmp_path):
    """Three in four are refused, and none of the objectives is missed, those of a calm day included."""
    place = in_a_storm(tmp_path, given() + given(operation="read") + refused())

    assert {True} == {one.met for one in came_to(place).values()}
    assert {True} == {one.met for one in measure(read(place)) if one.count}


@pytest.mark.parametrize(
    ("lines", "missed"),
    [
        (given(until=20) + given(since=20, until=40, a_second=8) + given(since=40) + refused(), "goodput"),
        (given(until=20) + given(since=20, until=40, took=1.5) + given(since=40) + refused(), "goodput"),
        (given() + refused() + refused(told=("", 1, 1, 0), until=21, a_second=1), "told"),
        (given() + refused() + refused(told=(7, 0, 1, 0), until=21, a_second=1), "certified"),
        (given() + refused() + refused(told=(7, 1, 1, 1), until=21, a_second=1), "left"),
        (given() + refused(until=60), "relief"),
        (given(until=20) + refused() + given(since=41), "goodput"),
    ],
)
def test_each_objective_is_seen_missed(tmp_path, lines, missed):
    """By what would miss it in life, and by nothing else."""
    found = came_to(in_a_storm(tmp_path, lines))

    assert [missed] == [name for name, one in found.items() if one.met is False]
    assert found[missed].breach is not None


def test_a_refusal_with_empty_hands_is_nobodys_fault_but_ours(tmp_path):
    """It fails though the generator was late and could not do all it was meant to."""
    late = {"generator": {"ceiling_per_s": 11, "cpu_share": 0.2, "lateness_p99_ms": 900}}
    lines = given() + refused() + refused(told=(7, 0, 1, 0), until=21, a_second=1)
    place = written(tmp_path, lines, storm="storm", phases=PHASES, **late)

    verdict = reach(read(place), evidence())

    assert Result.FAIL == verdict.result
    assert ["refusals of a known draft, certified: 99.83% (bar: at least 100.00%)"] == verdict.reasons
    assert verdict.storm


@pytest.mark.parametrize(("turned_away", "said"), [(False, "none of it was turned away"), (True, "given before it")])
def test_a_storm_that_was_none_here_passes_and_says_so(tmp_path, turned_away, said):
    """The machine was large enough for all who came, and how it refuses was not seen."""
    lines = given(until=20) + given(since=20, until=40, a_second=30) + given(since=40) + given(operation="read")
    place = in_a_storm(tmp_path, lines + (refused(a_second=10) if turned_away else []))

    verdict = reach(read(place), evidence(sum(one.acked for one in read(place).answers)))

    assert (Result.PASS, turned_away) == (verdict.result, verdict.counts["turned_away"] > 0)
    assert said in verdict.line
    assert turned_away is ("no storm" not in verdict.line)


def test_who_does_not_wait_may_leave_unanswered(tmp_path):
    """She asked until the end and did as she liked."""
    assert came_to(in_a_storm(tmp_path, given() + refused(told=(7, 1, 0, 1))))["left"].met is True


def test_a_refused_start_needs_no_certificate(tmp_path):
    """There is no draft yet to certify anything of."""
    lines = given() + refused(told=(7, 0, 1, 0), operation="draft")

    assert came_to(in_a_storm(tmp_path, lines))["certified"].met is not False


def test_a_backlog_that_stays_is_no_relief(tmp_path):
    """Until the end it is larger than before."""
    place = in_a_storm(tmp_path, given() + refused())
    samples = (place / "samples.csv").read_text().splitlines()
    grown = [line.replace(",3,", ",500,", 1) if number > 30 else line for number, line in enumerate(samples)]
    (place / "samples.csv").write_text("\n".join(grown) + "\n")

    assert came_to(place)["relief"].met is False


def test_a_day_without_a_storm_is_not_held_to_it(tmp_path):
    """And refusals count against it as ever."""
    place = written(tmp_path, given() + refused())

    assert {} == came_to(place)
    assert False is next(one.met for one in measure(read(place)) if one.objective.name == "acks")
