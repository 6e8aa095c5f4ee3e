"""Objectives: what they came to, when each was first missed, and how far the nearest limit was."""

import pytest

from loadtest import generator, limits, words
from loadtest.measured import measure
from loadtest.recorded import read
from tests.unit.loadtest.rehearsed import answers, written

POSTGRES = {"at_s": 20, "what": "restart", "target": "postgres", "done_at_s": 23}


def came_to(place):
    return {one.objective.name: one for one in measure(read(place))}


def test_where_all_is_well_every_objective_is_met(tmp_path):
    """And there are margins to say by how much."""
    objectives = came_to(written(tmp_path))

    assert {True} == {one.met for one in objectives.values()}
    assert 50.0 == pytest.approx(objectives["ack_p99"].margin)
    assert "nothing" in words.broke_first(list(objectives.values()))


@pytest.mark.parametrize(
    ("change", "missed"),
    [
        ({"lines": answers(until=40) + answers(since=40, took=3.0)}, "ack_p99"),
        ({"lines": answers() + answers(operation="look", took=4.0)}, "read_p99"),
        ({"lines": answers(until=40) + answers(since=40, status=503, code="overloaded")}, "acks"),
        ({"lines": answers(until=40) + answers(since=40, status=0, code="broken")}, "acks"),
        ({"lines": answers() + answers(since=40, until=41, took=20.0)}, "longest"),
        ({"lines": answers() + answers(since=40, until=41, status=500, code="internal-error")}, "honest"),
        ({"oldest_due": 90}, "oldest_due"),
        ({"took": 100}, "decided_p95"),
    ],
)
def test_each_objective_is_seen_missed(tmp_path, change, missed):
    """By what would miss it in life."""
    objectives = came_to(written(tmp_path, **change))

    assert objectives[missed].met is False
    assert objectives[missed].breach is not None


def test_what_a_client_brought_upon_herself_counts_for_nothing(tmp_path):
    """She hung up, she asked too often, or she was refused for a reason of her own."""
    hers = answers(status=0, code="hung-up") + answers(status=429, code="too-many") + answers(status=412, code="stale")

    assert 1.0 == came_to(written(tmp_path, answers() + hers))["acks"].value


def test_what_a_fault_did_is_held_against_nothing_but_the_recovery(tmp_path):
    """PostgreSQL is restarted: refusals while it is away are no breach, the first promise after it is timed."""
    away = answers(since=20, until=23, status=503, code="store-unavailable")
    lines = answers(until=20) + away + answers(since=23) + answers(operation="read")

    objectives = came_to(written(tmp_path, lines, faults=[POSTGRES]))

    assert {True} == {one.met for one in objectives.values()}
    assert 0.02 == pytest.approx(objectives["store"].value)


def test_a_store_after_which_nobody_is_answered_has_not_recovered(tmp_path):
    """However long that was."""
    lines = answers(until=20) + answers(since=20, status=503, code="store-unavailable")

    assert came_to(written(tmp_path, lines, faults=[POSTGRES]))["store"].met is False


def test_a_fault_after_which_nobody_came_says_nothing(tmp_path):
    """Nobody asked, so nobody can say when it would have been answered; it is no miss of the system's."""
    lines = answers(until=10) + answers(since=25, operation="look")

    assert came_to(written(tmp_path, lines, faults=[POSTGRES]))["store"].met is None


def test_what_broke_first_is_named_with_its_load(tmp_path):
    """The earliest of several breaches."""
    lines = answers(until=30) + answers(since=30, took=2.0) + answers(since=45, operation="look", took=4.0)

    said = words.broke_first(measure(read(written(tmp_path, lines))))

    assert "acknowledgement, 99 of 100 within 2.0 s, in the five seconds from 30, under 10 requests a second" == said


def test_the_part_nearest_to_its_limit_is_named(tmp_path):
    """A counter is one thread: nine tenths of a core are nearer to its limit than to the machine's."""
    peak = limits.peak(read(written(tmp_path, counter=0.9)))

    assert ("counter", 0.9) == (peak.nearest.part, pytest.approx(peak.nearest.cores))
    assert {"machine", "postgres", "workers"} < {use.part for use in peak.uses}


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"dropped": 1}, "found no room in the generator: GENERATORS=2 has twice"),
        ({"dropped": 1, "generator": {"ceiling_per_s": 1_000, "processes": 2}}, "GENERATORS=4 has twice as much"),
        ({"generator": {"ceiling_per_s": 11, "cpu_share": 0.2}}, "near the generator's ceiling"),
        ({"generator": {"ceiling_per_s": 1_000, "cpu_share": 0.99}}, "99% of its core"),
        ({"generator": {"ceiling_per_s": 1_000, "left": 2}}, "2 people had not been answered"),
    ],
)
def test_a_generator_that_was_the_bottleneck_is_noticed(tmp_path, change, word):
    """Whatever else was measured was not measured under the load that was meant."""
    assert [] == list(generator.strain(read(written(tmp_path / "well"))))

    assert [word] == [word for said in generator.strain(read(written(tmp_path / "ill", **change))) if word in said]


def test_a_generator_whose_ceiling_nobody_measured_is_doubted(tmp_path):
    """It may have been the bottleneck."""
    unmeasured = {"cpu_share": 0.2, "lateness_p99_ms": 1}
    (doubt,) = generator.shortcomings(read(written(tmp_path, generator=unmeasured)))

    assert "ceiling was not measured" in doubt


def test_a_fault_that_was_not_done_is_doubted(tmp_path):
    """A rehearsal without what it was to survive has shown nothing."""
    (doubt,) = generator.shortcomings(read(written(tmp_path, faults=[POSTGRES | {"done_at_s": None}])))

    assert doubt.startswith("restart postgres: it was not done")


def test_journeys_that_broke_by_themselves_are_doubted(tmp_path):
    """They asked less than people would have."""
    said = {"ceiling_per_s": 1_000, "broken_journeys": ["Traceback\nKeyError: 'x'\n"]}
    doubts = list(generator.shortcomings(read(written(tmp_path, generator=said))))

    assert doubts == ["1 journeys ended by a fault of the generator's own: KeyError: 'x'"]
