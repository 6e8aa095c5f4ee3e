"""Reading series: the same as the library reads, and growth that survives a restart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from monitoring.console.history import KEPT_SECONDS, History
from monitoring.console.readings import Reading, RunFile
from monitoring.console.roll import FORGOTTEN_AFTER, Roll
from monitoring.console.samples import Samples
from monitoring.listeners import listen, rules
from monitoring.series import Series
from monitoring.tally import QUICK, Tally
from tests.unit.monitoring.catalogue import _Silent, with_everything


def reading(process, pid=1, samples=None):
    return Reading(RunFile(process, pid, "http://127.0.0.1:1/metrics"), samples)


def saves(count):
    return Samples({"approdo_acks_total": {(("operation", "section.save"),): float(count)}})


def test_our_own_series_are_read_as_the_library_reads_them():
    """It is quicker, not different."""
    series = Series()
    observe = listen(series, _Silent())
    for fact in rules(series):
        observe(fact, **with_everything())
    text = generate_latest(series.registry).decode()

    ours = {(name, frozenset(labels)): value for name, labels, value in Samples.parse(text)}
    theirs = {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    assert ours == theirs


@given(st.lists(st.floats(0, 9.9), min_size=1, max_size=200), st.sampled_from([0.5, 0.9, 0.99]))
def test_a_quantile_lies_in_the_bucket_of_the_true_one(observed, q):
    """A histogram tells no more than that."""
    registry = CollectorRegistry()
    tally = Tally("approdo_seconds", "A wait.")
    registry.register(tally)
    tally.of().observe_all(observed)

    estimate = Samples.parse(generate_latest(registry).decode()).quantile(q, "approdo_seconds")

    rank = max(1, -(-q * len(observed) // 1))
    true = sorted(observed)[int(rank) - 1]
    bucket = next(place for place, bound in enumerate(QUICK) if true <= bound)
    assert (QUICK[bucket - 1] if bucket else 0) <= estimate + 1e-9
    assert estimate <= QUICK[bucket] + 1e-9


def test_nothing_observed_has_no_quantile():
    """It is unknown, not 0."""
    assert Samples().quantile(0.5, "approdo_ack_seconds") is None


def test_a_process_met_at_the_first_look_has_not_grown():
    """What it counted before is not of now."""
    history = History()
    history.add([reading("counter-1", samples=saves(1_000))], now=0)
    history.add([reading("counter-1", samples=saves(1_010))], now=2)

    grown, seconds = history.grown(10)
    assert (grown.total("approdo_acks_total"), seconds) == (10, 2)


@pytest.mark.parametrize("pid", [1, 2])
def test_a_process_that_begins_again_takes_nothing_away(pid):
    """Under a new pid, or (pids come round) the same one."""
    history = History()
    history.add([reading("counter-1", pid=1, samples=saves(1_000))], now=0)
    history.add([reading("counter-1", pid=1, samples=saves(1_010))], now=2)
    history.add([reading("counter-1", pid=pid, samples=saves(7))], now=4)

    assert history.grown(10)[0].total("approdo_acks_total") == 17


def test_a_process_that_appears_later_counts_from_its_start():
    """It began at nothing."""
    history = History()
    history.add([], now=0)
    history.add([reading("counter-2", samples=saves(5))], now=2)

    assert history.grown(10)[0].total("approdo_acks_total") == 5


def test_a_process_that_is_silent_for_a_while_loses_nothing():
    """What it did meanwhile is counted when it answers again."""
    history = History()
    for now, samples in enumerate([saves(10), None, None, saves(40)]):
        history.add([reading("counter-1", samples=samples)], now=now)

    assert history.grown(10)[0].total("approdo_acks_total") == 30


def test_history_is_kept_for_five_minutes():
    """Not for ever."""
    history = History()
    for now in range(0, int(KEPT_SECONDS) * 3, 2):
        history.add([reading("counter-1", samples=saves(now))], now=now)

    assert len(history.moments) <= KEPT_SECONDS / 2 + 1
    assert history.grown(KEPT_SECONDS)[1] == pytest.approx(KEPT_SECONDS, abs=2)


def test_the_roll_counts_restarts():
    """Another pid under the same name."""
    roll = Roll()
    roll.call([reading("worker-1", pid=1, samples=saves(0))], now=0)
    roll.call([reading("worker-1", pid=2, samples=saves(0))], now=2)
    [entry] = roll.call([reading("worker-1", pid=3, samples=saves(0))], now=4)

    assert (entry.pid, entry.restarts, entry.up) == (3, 2, True)


def test_who_does_not_answer_is_down():
    """With a run file for as long as it lies there; without, it was taken out, and soon nobody misses it."""
    roll = Roll()
    both = [reading("worker-1", samples=saves(0)), reading("worker-2", samples=saves(0))]
    roll.call(both, now=0)

    def found(now):
        return {entry.process: entry.up for entry in roll.call([reading("worker-1")], now=now)}

    assert found(2) == {"worker-1": False, "worker-2": False}
    assert found(FORGOTTEN_AFTER.seconds) == {"worker-1": False, "worker-2": False}
    assert found(FORGOTTEN_AFTER.seconds + 1) == {"worker-1": False}
    assert found(3_600) == {"worker-1": False}
