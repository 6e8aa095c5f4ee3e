"""Whose a missed objective is: ours, unless who made the load, or shared the machine, may have brought it about."""

import pytest

from loadtest.recorded import read
from loadtest.verdict import Result, reach
from tests.unit.loadtest.rehearsed import answers, written
from tests.unit.loadtest.test_report import evidence

READS = answers(operation="read")
SLOW = answers(took=3.0) + READS
OVERDRIVEN = {"ceiling_per_s": 21, "cpu_share": 0.99, "left": 40, "lateness_p99_ms": 300}
ANY = {"any_machine": True}


def judged(place, lines, *, promised=None, **more):
    """Return the verdict on a rehearsal whose clients wrote down all they were promised."""
    place = written(place, lines, **more)
    recorded = read(place)
    return reach(recorded, evidence(sum(one.acked for one in recorded.answers) if promised is None else promised))


def generated(late_ms):
    """What a generator says of itself that was late, and had time to spare."""
    return {"generator": {"ceiling_per_s": 1_000, "cpu_share": 0.2, "lateness_p99_ms": late_ms}}


def test_a_missed_objective_fails(tmp_path):
    """By its name."""
    verdict = judged(tmp_path, SLOW)

    assert (Result.FAIL, 1) == (verdict.result, verdict.exit_code)
    assert verdict.reasons == ["acknowledgement, 99 of 100 within 3.0 s (bar: at most 1.0 s)"]


def test_a_counter_that_lets_everybody_in_fails_though_the_generator_could_not_do_more(tmp_path):
    """Less was offered than was meant, and even that was too much: what was missed under it is missed."""
    stuck = answers(until=20) + answers(since=20, took=14.0, status=0, code="timed-out") + READS

    verdict = judged(tmp_path, stuck, dropped=1, generator=OVERDRIVEN)

    assert Result.FAIL == verdict.result
    assert ["promises asked for and given: 33.33% (bar: at least 99.90%)"] == verdict.reasons
    assert 4 == len(verdict.doubts)


@pytest.mark.parametrize(("late_ms", "result"), [(90, Result.FAIL), (500, Result.FAIL), (700, Result.INCONCLUSIVE)])
def test_a_late_generator_explains_a_miss_of_a_few_times_as_much(tmp_path, late_ms, result):
    """Two seconds too slow are none of 0.5 s; of 0.7 s, waited for three times, they may be."""
    assert result == judged(tmp_path, SLOW, **generated(late_ms)).result


def test_a_late_generator_delays_no_decision(tmp_path):
    """Nobody waits for it there."""
    assert Result.FAIL == judged(tmp_path, answers() + READS, took=100, **generated(900)).result


@pytest.mark.parametrize(
    ("given", "others", "result"),
    [(58, 0.4, Result.FAIL), (58, 1.2, Result.INCONCLUSIVE), (20, 1.2, Result.FAIL)],
)
def test_what_others_took_of_the_machine_explains_as_much_and_no_more(tmp_path, given, others, result):
    """A third of all promises is too few even on two and a half times the machine."""
    lines = answers(until=given) + answers(since=given, status=503, code="overloaded") + READS

    assert result == judged(tmp_path, lines, others=others).result


@pytest.mark.parametrize(("others", "result"), [(0.4, Result.FAIL), (0.9, Result.INCONCLUSIVE)])
def test_latencies_on_a_machine_that_others_use_are_doubted(tmp_path, others, result):
    """What they cost is not the system's fault; nor is it known to be none."""
    assert result == judged(tmp_path, SLOW, others=others).result


def test_on_any_machine_the_speed_of_a_small_one_is_not_judged(tmp_path):
    """It says so, with an exit code of its own: all was kept, and both cores were busy."""
    verdict = judged(tmp_path, SLOW, counter=1.3, **ANY)

    assert (Result.INCONCLUSIVE, True, 4) == (verdict.result, verdict.kept, verdict.exit_code)
    assert verdict.line.startswith("INCONCLUSIVE: every one of 600 promises was kept; how fast is not known")
    assert "too small" in verdict.line


def test_on_any_machine_a_large_one_is_held_to_its_speed(tmp_path):
    """It had time to spare."""
    assert Result.FAIL == judged(tmp_path, SLOW, **ANY).result


def test_a_small_machine_is_no_excuse_for_a_loss(tmp_path):
    """Nor for evidence that is not there, nor for an answer that does not say what is safe."""
    lies = SLOW + answers(since=40, until=41, status=500, code="internal-error")

    unproved = judged(tmp_path / "unproved", SLOW, promised=599, counter=1.3, **ANY)
    lied = judged(tmp_path / "lied", lies, counter=1.3, **ANY)

    assert (Result.INCONCLUSIVE, 3) == (unproved.result, unproved.exit_code)
    assert (Result.FAIL, ["5xx that do not say what is safe: 10 answers (bar: at most 0 answers)"]) == (
        lied.result,
        lied.reasons,
    )


def test_elsewhere_a_machine_that_is_too_small_fails(tmp_path):
    """Whether this system on this machine is enough is what was asked."""
    assert Result.FAIL == judged(tmp_path, SLOW, counter=1.3).result
