"""A store that is frozen, its connections open: one finds out, all others are told at once, and it is found again."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from core.storage.database import CONNECT_SECONDS
from loadtest.bench.cpu import children
from loadtest.processes import stand_still
from tests.integration.counter.running import PATIENCE, Draft, RunningCounter
from tests.integration.counter.stoppable import Store
from tests.integration.counter.test_ill_store import TYPED, wait_until


@pytest.fixture(scope="module")
def counter(counter_of_store: RunningCounter) -> RunningCounter:
    """A counter whose PostgreSQL may be ill-treated."""
    return counter_of_store


@contextmanager
def frozen(store: Store) -> Iterator[None]:
    """Every process of the server stands still: connections are taken by the kernel, and nobody answers."""
    stand_still(store.pid)  # from then on it has no more of them
    pids = [*children(store.pid), store.pid]
    try:
        for pid in pids:
            stand_still(pid)
        yield
    finally:
        for pid in pids:
            with suppress(ProcessLookupError):  # it was ending already
                os.kill(pid, signal.SIGCONT)


def timed(counter: RunningCounter, draft: Draft) -> tuple[float, str | None]:
    """Save; return how long the answer took, and its code where it is a problem."""
    began = time.monotonic()
    code = counter.save(draft, "income", TYPED).json().get("code")
    return time.monotonic() - began, code


def test_a_frozen_store_makes_nobody_wait_but_who_finds_out(counter: RunningCounter, store: Store) -> None:
    """503 at once, with a certificate; and saved within five seconds once it goes on."""
    draft = counter.start_draft()
    with frozen(store):
        first = threading.Thread(target=lambda: counter.save(draft, "income", TYPED))
        first.start()
        first.join(PATIENCE)
        told = [timed(counter, draft) for _ in range(20)]
    began = time.monotonic()
    wait_until(lambda: timed(counter, draft)[1] is None, "it is not found again")

    assert {"store-unavailable"} == {code for _, code in told}
    assert max(seconds for seconds, _ in told) < CONNECT_SECONDS  # not one of the twenty has waited for it
    assert time.monotonic() - began < PATIENCE


def test_reads_of_a_frozen_store_do_not_queue_up(counter: RunningCounter, store: Store) -> None:
    """After the first ones, one at a time asks, and not all the time."""
    draft, took = counter.start_draft(), []

    def read() -> None:
        began = time.monotonic()
        assert counter.client.get(draft.path, headers=draft.headers).status_code == 503
        took.append(time.monotonic() - began)

    with frozen(store):
        asking = [threading.Thread(target=read) for _ in range(4)]
        for one in asking:
            one.start()
        for one in asking:
            one.join(PATIENCE)
        slow = len(took)
        for _ in range(12):
            read()
    wait_until(lambda: counter.client.get(draft.path, headers=draft.headers).status_code == 200, "it is not read again")

    assert sorted(took[slow:])[7] < CONNECT_SECONDS  # eight of twelve have not waited for it
