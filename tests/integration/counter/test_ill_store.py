"""A store on a bad day, under a running counter: nobody is told "saved" or "not saved" where nobody knows."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
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


def ask(store: Store, *statements: str) -> list[asyncpg.Record]:
    """Do something as its superuser, and return what the last statement gave."""

    async def run() -> list[asyncpg.Record]:
        connection = await asyncpg.connect(store.url, server_settings={"synchronous_commit": "local"})
        try:
            return [await connection.fetch(statement) for statement in statements][-1]
        finally:
            await connection.close()

    return asyncio.run(run())


async def commits_wait(store: Store) -> bool:
    """Whether a commit of one's own waits: a setting that was read again is not in force at once."""
    connection = await asyncpg.connect(store.url)
    try:
        await connection.execute("SELECT pg_logical_emit_message(true, 'probe', '')", timeout=0.3)
    except TimeoutError:
        return True
    finally:
        connection.terminate()
    return False


def until(store: Store, statement: str) -> None:
    """Ask again and again until something is there."""
    wait_until(lambda: bool(ask(store, statement)), statement)


def wait_until(so: Callable[[], bool], what: str) -> None:
    """Look again and again until something is so."""
    give_up_at = time.monotonic() + PATIENCE
    while not so():
        assert time.monotonic() < give_up_at, what
        time.sleep(0.05)


#: Of the counter: whoever has just seen that commits wait (above) goes on waiting, though nobody listens any more.
WAITING = "FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND application_name = 'approdo'"


@contextmanager
def without_its_standby(store: Store) -> Iterator[None]:
    """Every COMMIT waits for a synchronous standby that is not there: on disk here, and nowhere else."""
    ask(store, "ALTER SYSTEM SET synchronous_standby_names = 'absent'", "SELECT pg_reload_conf()")
    try:
        wait_until(lambda: asyncio.run(commits_wait(store)), "commits do not wait for a standby")
        yield
    finally:
        ask(store, "ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")


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
        until(store, f"SELECT pid {WAITING}")
        ask(store, f"SELECT pg_cancel_backend(pid) {WAITING}")
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
        for _ in range(5):  # what was being written for somebody else may be the first to find out
            answer = counter.save(draft, "income", TYPED)
            if answer.json()["code"] != "store-unavailable":
                break

    assert (503, "outcome-unknown") == (answer.status_code, answer.json()["code"])
    assert {None, "store-unavailable"} >= set(saves_until(counter, draft, None))  # the writer looks for it meanwhile
    assert (200, 1) == ((again := counter.save(draft, "income", TYPED)).status_code, again.json()["revision"])


def test_who_leaves_before_the_commit_leaves_a_whole_save(counter: RunningCounter, store: Store) -> None:
    """The client is gone, the commit goes on by itself; asking again gives that very revision."""
    draft = counter.start_draft()
    lines = f"PUT {draft.path}/sections/income HTTP/1.1\r\nHost: x\r\nAuthorization: {draft.headers['authorization']}"
    head = f"{lines}\r\nIf-None-Match: *\r\nContent-Type: application/json\r\nContent-Length: 25\r\n\r\n"
    with (
        without_its_standby(store),
        socket.create_connection(("127.0.0.1", counter.port), timeout=PATIENCE) as wire,
    ):
        wire.sendall(head.encode() + b'{"employment":"20000.00"}')
        until(store, f"SELECT pid {WAITING}")
        wire.close()

    until(store, f"SELECT 1 FROM section_revision WHERE draft_id = '{draft.draft_id}'")

    assert (200, 1) == ((again := counter.save(draft, "income", TYPED)).status_code, again.json()["revision"])


def test_a_store_that_may_forget_is_promised_nothing_on(counter: RunningCounter, store: Store) -> None:
    """Started again with fsync off: not one save is acknowledged; reading goes on, and saving once it is on again."""
    draft = counter.start_draft()
    store.kill()
    store.start("fsync=off")
    told = saves_until(counter, draft, "unsound")
    ready = counter.client.get("/readyz")
    read = counter.client.get(draft.path, headers=draft.headers)
    store.kill()
    store.start()
    told_then = saves_until(counter, draft, None)

    assert {"store-unavailable", "unsound"} >= set(told)
    assert (503, ["fsync-is-off"]) == (ready.status_code, ready.json()["why"])
    assert 200 == read.status_code
    assert {"unsound", "store-unavailable", None} >= set(told_then)


def saves_until(counter: RunningCounter, draft: Draft, code: str | None) -> list[str | None]:
    """Save again and again until it is answered with a problem, or (None) acknowledged; return all codes."""
    told: list[str | None] = []
    give_up_at = time.monotonic() + PATIENCE
    while code not in told:
        told.append(counter.save(draft, "income", TYPED).json().get("code"))
        assert time.monotonic() < give_up_at, told
        time.sleep(0.3)
    return told


def test_reports_cannot_keep_a_save_waiting(counter: RunningCounter, store: Store) -> None:
    """All that may read at once waits for a lock; saving has its own. Who waited too long is told to come again."""
    draft = counter.start_draft()
    assert 202 == counter.file(draft, counter.fill(draft, applicant={"tax_code": None})).status_code
    another, read = counter.start_draft(), list[int]()
    readers = [threading.Thread(target=lambda: read.append(reading(counter, draft))) for _ in range(8)]
    with locked(store, "submission"):
        for reader in readers:
            reader.start()
        until(store, "SELECT 1 FROM pg_locks WHERE NOT granted HAVING count(*) >= 2")  # core/storage/group_read.py
        saved = counter.save(another, "income", TYPED)
        for reader in readers:
            reader.join(PATIENCE)

    assert 200 == saved.status_code
    assert [503] * 8 == read


def reading(counter: RunningCounter, draft: Draft) -> int:
    """The status of reading a filed draft."""
    return counter.client.get(draft.path, headers=draft.headers).status_code


@contextmanager
def locked(store: Store, table: str) -> Iterator[None]:
    """Nobody can as much as read a table, as behind a migration."""
    done, is_locked = threading.Event(), threading.Event()

    async def hold() -> None:
        connection = await asyncpg.connect(store.url)
        await connection.execute(f"BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        is_locked.set()
        await asyncio.to_thread(done.wait, PATIENCE)
        await connection.close()

    holding = threading.Thread(target=lambda: asyncio.run(hold()))
    holding.start()
    try:
        assert is_locked.wait(PATIENCE)
        yield
    finally:
        done.set()
        holding.join(PATIENCE)
