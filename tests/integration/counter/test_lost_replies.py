"""Commits whose reply is not what it seems: nobody is told "saved" or "not saved" where nobody knows."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg
import httpx
import pytest

from tests.integration.counter.running import PATIENCE, Draft, RunningCounter
from tests.integration.counter.stoppable import Store

TYPED = {"employment": "20000.00"}


@pytest.fixture(scope="module")
def counter(counter_of_store: RunningCounter) -> RunningCounter:
    """A counter whose PostgreSQL may be ill-treated."""
    return counter_of_store


@contextmanager
def without_its_standby(store: Store) -> Iterator[None]:
    """Every COMMIT waits for a synchronous standby that is not there: on disk here, and nowhere else."""
    ask(store, "ALTER SYSTEM SET synchronous_standby_names = 'absent'", "SELECT pg_reload_conf()")
    try:
        yield
    finally:
        ask(store, "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")


def ask(store: Store, *statements: str) -> list[asyncpg.Record]:
    """Do something as its superuser, and return what the last statement gave."""

    async def run() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(store.url, server_settings={"synchronous_commit": "local"})
        try:
            return [await connection.fetch(statement) for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(run())


def until(store: Store, statement: str) -> None:
    """Ask again and again until something is there."""
    give_up_at = time.monotonic() + PATIENCE
    while not ask(store, statement):
        assert time.monotonic() < give_up_at, statement
        time.sleep(0.05)


WAITING = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


def saved_meanwhile(counter: RunningCounter, draft: Draft) -> "tuple[threading.Thread, list[httpx.Response]]":
    """Save in a thread of its own."""
    answers: list[httpx.Response] = []
    thread = threading.Thread(target=lambda: answers.append(counter.save(draft, "income", TYPED)))
    thread.start()
    return thread, answers


def test_a_commit_that_only_looks_well_is_no_acknowledgement(counter: RunningCounter, store: Store) -> None:
    """A cancelled wait for a standby ends in COMMIT and a warning; the answer is unknown, and a repeat settles it."""
    draft = counter.start_draft()
    with without_its_standby(store):
        saving, answers = saved_meanwhile(counter, draft)
        until(store, WAITING)
        ask(store, "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE wait_event = 'SyncRep'")
        saving.join(PATIENCE)

    again = counter.save(draft, "income", TYPED)

    assert (503, "outcome-unknown") == (answers[0].status_code, answers[0].json()["code"])
    assert "unknown" == answers[0].json()["saved"]
    assert "attempt_certificate" in answers[0].json()
    assert (200, 1) == (again.status_code, again.json()["revision"])


def test_a_commit_nobody_answers_is_unknown_in_time(counter: RunningCounter, store: Store) -> None:
    """The standby stays away: after its time the wait is given up, and the row is there all the same."""
    draft = counter.start_draft()
    with without_its_standby(store):
        answer = counter.save(draft, "income", TYPED)

    assert (503, "outcome-unknown") == (answer.status_code, answer.json()["code"])
    assert (200, 1) == ((again := counter.save(draft, "income", TYPED)).status_code, again.json()["revision"])


def test_who_leaves_before_the_commit_leaves_a_whole_save(counter: RunningCounter, store: Store) -> None:
    """The client is gone, the commit goes on by itself; asking again gives that very revision."""
    draft = counter.start_draft()
    lines = f"PUT {draft.path}/sections/income HTTP/1.1\r\nHost: x\r\nAuthorization: {draft.headers['authorization']}"
    head = f"{lines}\r\nIf-None-Match: *\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n"
    with without_its_standby(store), socket.create_connection(("127.0.0.1", counter.port), timeout=PATIENCE) as wire:
        wire.sendall(head.encode() + b'{"employment":"20000.00"}')
        until(store, WAITING)
        wire.close()

    until(store, f"SELECT 1 FROM section_revision WHERE draft_id = '{draft.draft_id}'")

    assert (200, 1) == ((again := counter.save(draft, "income", TYPED)).status_code, again.json()["revision"])
