"""Faults on a real system of the rehearsal's own: each is done, seen to be over, and the system is whole afterwards."""

import time
from collections.abc import Callable

import httpx
import pytest

from loadtest.rehearsal.breaking import Breaking
from loadtest.rehearsal.folder import Folder, rows
from loadtest.rehearsal.sampling import Sampling
from loadtest.rehearsal.stack import running
from loadtest.rehearsal.timeline import parse

PATIENCE = 60.0
TIMELINE = """
[[fault]]
at = "0 s"
what = "flush"
target = "redis"

[[fault]]
at = "2 s"
what = "kill"
target = "relay"

[[fault]]
at = "2.05 s"
what = "kill"
target = "relay"

[[fault]]
at = "0 s"
what = "freeze"
target = "worker-2"
lasts = "1 s"

[[fault]]
at = "0 s"
what = "slow"
target = "anpr"
by = 0.5
lasts = "2 s"

[[fault]]
at = "1 s"
what = "restart"
target = "postgres"
"""


def until(fact: Callable[[], object]) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """A system on which all of it was done: what was broken, the processes before and after, its folder.

    What a fault has just ended is not there when the next one is due to end it again: it is waited for.
    """
    folder = Folder(tmp_path_factory.mktemp("rehearsals") / "one")
    with running(folder.stack) as stack:
        before, began = stack.pids(), time.time()
        breaking = Breaking(stack, parse(TIMELINE, 10), lambda: time.time() - began)
        sampling = Sampling(stack, list, lambda: time.time() - began)
        sampling.begin()
        breaking.begin()
        until(lambda: len(breaking.done) == 6 and all(one.done_at is not None for one in breaking.done))
        breaking.end()
        sampling.end(folder)
        told = httpx.get(f"{stack.addresses().registries}/control", trust_env=False, timeout=PATIENCE).json()
        yield breaking.done, before, stack.pids(), told["rules"], folder


def test_each_is_done_and_seen_to_be_over(broken):
    """What lasts is over no sooner than it was meant to be."""
    done = {one.fault.target: one for one in broken[0]}

    assert done.keys() == {"redis", "relay", "worker-2", "anpr", "postgres"}
    assert done["worker-2"].done_at - done["worker-2"].at >= 1
    assert done["anpr"].done_at - done["anpr"].at >= 2


def test_what_was_killed_or_restarted_is_another_process(broken):
    """And what was not is the same."""
    _, before, after, _, _ = broken

    assert {name for name in before if before[name] != after.get(name)} == {"relay-1", "postgres"}


def test_registries_answer_as_before(broken):
    """The last rule says so."""
    assert [(rule["registry"], rule["mode"]) for rule in broken[3]] == [("anpr", "ok")]


def test_samples_tell_what_every_part_used(broken):
    """Each second, with an empty cell where nobody could say."""
    samples = list(rows(broken[4].samples))
    seconds = [float(one["second"]) for one in samples]

    assert seconds == sorted(set(seconds))
    assert all(samples[-1][f"{part}_rss_mb"] for part in ("counter", "workers", "relay", "postgres", "valkey"))
    assert any(one["backlog"] == "0.0" for one in samples)
