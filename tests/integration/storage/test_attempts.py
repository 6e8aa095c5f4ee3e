"""The attempt log on a real PostgreSQL: nothing noted is lost to a bad day of the store, and nothing is there twice."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from core.clock import SystemClock
from core.domain.attempt import Certified, LoggedAttempt
from core.domain.errors import NotFound, StoreUnavailable
from core.domain.receipt import AttemptCertificate
from core.storage import attempts
from core.storage.attempts import AttemptLog
from core.storage.database import connect
from core.storage.group_commit import GroupCommit
from tests.integration.storage.test_group_commit import FaultyConnection, the_commit_never_arrives, the_reply_is_lost

AT = datetime(2025, 12, 9, 22, 59, 58, 123456, tzinfo=UTC)


class Facts(list):
    """What was stated."""

    def __call__(self, fact, **more):
        self.append((fact, more))


@pytest.fixture
def facts():
    return Facts()


@pytest.fixture
def log(ledger, facts):
    return AttemptLog(ledger.commit, ledger.reader, SystemClock(), observe=facts)


def refused(draft, code="store-unavailable", seconds=0, incident=None):
    """A refusal of a draft, certified."""
    stated = AttemptCertificate(draft.draft_id, "section", code, AT + timedelta(seconds=seconds), incident=incident)
    return Certified(stated, "key-1")


async def test_what_was_noted_is_read_as_it_was_certified(ledger, log, facts):
    """Latest first, each with how often it was given out; to the microsecond, since it is signed again."""
    draft, another = await ledger.draft(), await ledger.draft()
    early, late = refused(draft), refused(draft, seconds=20, incident="0a1b2c3d")
    for one in (early, late, early, refused(another)):
        log.note(one)

    await log.write()
    log.note(early)
    await log.write()

    assert [LoggedAttempt(late, 1), LoggedAttempt(early, 3)] == await log.of_draft(draft.draft_id)
    assert [LoggedAttempt(early, 3)] == await log.of_draft(draft.draft_id, AT)
    assert [] == await log.of_draft(draft.draft_id, AT + timedelta(seconds=1))
    assert not log.waiting
    assert 5 == sum(more["count"] for fact, more in facts if fact == "attempts.logged")


async def test_attempts_are_of_a_draft_that_is_there(ledger, log):
    """None yet is an empty list; no draft, or one that is gone, is the same as none at all."""
    draft = await ledger.draft()
    assert [] == await log.of_draft(draft.draft_id)

    log.note(refused(draft))
    await ledger.sql("UPDATE draft SET expired_at = now()")
    await log.write()

    assert 0 == (await ledger.sql("SELECT count(*) FROM attempt_log"))[0][0]
    for draft_id in (draft.draft_id, uuid4()):
        with pytest.raises(NotFound):
            await log.of_draft(draft_id)


@pytest.mark.parametrize("fault", [the_reply_is_lost, the_commit_never_arrives], ids=["reply lost", "never arrived"])
async def test_after_a_commit_without_reply_they_are_written_again_and_there_once(ledger, facts, fault):
    """Whether the first commit was carried out or not."""
    faults = [fault]

    async def broken_connect():
        return FaultyConnection(await connect(ledger.url), faults)

    commit = GroupCommit(broken_connect, deadline=5)
    await commit.start()
    draft = await ledger.draft()
    log = AttemptLog(commit, ledger.reader, SystemClock(), observe=facts)
    log.note(refused(draft))

    await log.write()
    waits = log.waiting
    await log.write()
    await commit.close()

    assert waits
    assert [LoggedAttempt(refused(draft), 1)] == await log.of_draft(draft.draft_id)


async def test_without_a_store_they_wait(ledger):
    """Also those that were taken out to be written."""
    there = [False]

    async def sometimes():
        if not there[0]:
            raise StoreUnavailable
        return await connect(ledger.url)

    commit = GroupCommit(sometimes)
    await commit.start()
    log = AttemptLog(commit, ledger.reader, SystemClock())
    draft = await ledger.draft()
    log.note(refused(draft))
    await log.write()
    log.note(refused(draft, seconds=60))
    await log.write()
    there[0] = True
    async with asyncio.timeout(60):
        while log.waiting:  # the writer looks for the store a few times a second
            await log.write()
            await asyncio.sleep(0.05)
    await commit.close()

    assert [60, 0] == [(one.certified.stated.attempted_at - AT).seconds for one in await log.of_draft(draft.draft_id)]


async def test_in_a_crowd_those_of_so_many_drafts_are_written_and_the_others_wait(ledger, log, facts, monkeypatch):
    """As many more are noted meanwhile: each would take part of a batch from what can be saved."""
    monkeypatch.setattr(attempts, "AT_ONCE", 2)
    for _ in range(5):
        log.note(refused(await ledger.draft()))

    await log.write(lambda: False)
    first = len(facts)
    await log.write()

    assert (2, 5) == (first, len(facts))


async def test_they_never_take_the_place_of_what_can_be_saved(ledger, log, monkeypatch):
    """While many wait for the writer, the log waits."""
    monkeypatch.setattr(attempts, "BUSY", 0)
    log.note(refused(await ledger.draft()))

    await log.write()

    assert log.waiting
    assert 0 == (await ledger.sql("SELECT count(*) FROM attempt_log"))[0][0]


async def test_a_draft_keeps_so_many(ledger, log, monkeypatch):
    """A loop that repeats itself fills no disk; what it has is on the certificates it was given."""
    monkeypatch.setattr(attempts, "MOST_OF_A_DRAFT", 3)
    draft = await ledger.draft()
    for seconds in range(6):
        log.note(refused(draft, seconds=seconds))
        await log.write()

    assert 3 == len(await log.of_draft(draft.draft_id))
    assert not log.waiting


async def test_the_surroundings_are_the_civil_offset_and_what_is_open(ledger, log):
    """An outage that has ended, or has not begun, is none."""
    await ledger.sql("UPDATE civil_clock SET ahead = interval '-1 hour'")
    await ledger.sql("INSERT INTO incident VALUES ('00000001', NULL, now() - interval '1 hour', now())")
    await ledger.sql("INSERT INTO incident VALUES ('00000002', NULL, now() + interval '1 hour', NULL)")
    await ledger.sql("INSERT INTO incident VALUES ('00000003', 'submission', now(), NULL)")

    around = await log.surroundings()

    assert timedelta(hours=-1) == around.ahead
    assert (("00000003", "submission"),) == around.outages
