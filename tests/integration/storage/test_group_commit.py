"""Group commit when the connection breaks: before COMMIT it is tried again, after it nobody claims to know."""

import asyncio

import pytest

from core.domain.draft import SectionSave
from core.domain.errors import OutcomeUnknown, StaleRevision, StoreUnavailable, TooManyWaiting
from core.domain.receipt import digest
from core.storage.database import LOCK_SECONDS, connect
from core.storage.drafts import Drafts, Save
from core.storage.group_commit import GroupCommit
from core.storage.switches import nothing_paused
from tests.fakes.clock import FakeClock

STEP = 1 / 64  # seconds, exact in every sum
HELD = 120  # drafts
FOR_EVER = 3_600.0  # seconds


class FaultyConnection:
    """A real connection that does one thing wrong when the test says so."""

    def __init__(self, real, fault):
        self._real, self._fault = real, fault

    def __getattr__(self, name):
        return getattr(self._real, name)

    async def execute(self, statement, *arguments, **options):
        if statement == "COMMIT" and self._fault:
            return await self._fault.pop()(self._real)
        return await self._real.execute(statement, *arguments, **options)


async def the_reply_is_lost(real):
    """COMMIT is carried out, and nobody hears of it."""
    await real.execute("COMMIT")
    raise ConnectionResetError


async def the_commit_never_arrives(real):
    """COMMIT was sent into a connection that was dead already."""
    real.terminate()
    raise ConnectionResetError


@pytest.fixture
async def faulty(ledger):
    """Drafts behind a writer of their own, whose next COMMIT meets the faults listed."""
    faults = []

    async def broken_connect():
        return FaultyConnection(await connect(ledger.url), faults)

    commit = GroupCommit(broken_connect, deadline=5)
    await commit.start()
    ledger.drafts = Drafts(commit, ledger.reader, life=ledger.drafts._start._life)
    yield ledger, faults, commit
    await commit.close()


@pytest.mark.parametrize(
    ("fault", "revisions_after"),
    [(the_reply_is_lost, 1), (the_commit_never_arrives, 0)],
    ids=["reply lost", "never arrived"],
)
async def test_after_commit_was_sent_the_outcome_is_unknown_and_a_repeat_settles_it(faulty, fault, revisions_after):
    """Never "saved" when not, never "failed" after a commit; the same request ends in one revision either way."""
    ledger, faults, _ = faulty
    draft = await ledger.draft()
    faults.append(fault)

    with pytest.raises(OutcomeUnknown):
        await ledger.save(draft.draft_id, "income", None, b"typed")

    assert revisions_after == (await ledger.sql("SELECT count(*) FROM section_revision"))[0][0]
    assert 1 == (await ledger.save(draft.draft_id, "income", None, b"typed")).revision
    assert 1 == (await ledger.sql("SELECT count(*) FROM section_revision"))[0][0]


async def test_a_connection_that_broke_before_commit_is_replaced_and_nobody_notices(ledger):
    """As after a restart of PostgreSQL: the first batch on the dead connection is run again on a new one."""
    draft = await ledger.draft()
    await ledger.sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = current_database()"
    )

    assert 1 == (await ledger.save(draft.draft_id, "income", None, b"typed")).revision


async def test_without_a_store_nothing_was_written_and_it_says_so(ledger):
    """StoreUnavailable, at once; the writer goes on trying for those who come later."""

    async def no_store():
        raise StoreUnavailable

    commit = GroupCommit(no_store, deadline=5)
    await commit.start()
    drafts = Drafts(commit, ledger.reader, life=ledger.drafts._start._life)
    draft = await ledger.draft()
    ledger.drafts = drafts

    for _ in range(2):
        with pytest.raises(StoreUnavailable):
            await ledger.save(draft.draft_id, "income", None, b"typed")
    await commit.close()


async def test_a_store_that_hangs_is_answered_at_the_deadline(ledger):
    """What still waits was not written; what is under way is unknown."""
    never = asyncio.Event()

    async def hanging():
        await never.wait()

    commit = GroupCommit(hanging, deadline=0.05)
    await commit.start()
    first, second = await ledger.draft(), await ledger.draft()
    ledger.drafts = Drafts(commit, ledger.reader, life=ledger.drafts._start._life)

    under_way = asyncio.create_task(ledger.save(first.draft_id, "income", None, b"typed"))
    await asyncio.sleep(0.01)
    outcomes = await asyncio.gather(
        under_way, ledger.save(second.draft_id, "income", None, b"typed"), return_exceptions=True
    )

    assert [OutcomeUnknown, StoreUnavailable] == [type(outcome) for outcome in outcomes]
    commit._task.cancel()


async def test_every_item_has_the_same_time_whenever_it_came(ledger):
    """One timer serves them all: it comes back for the next one, and an older one's end is not another's."""
    clock, connected = FakeClock(), asyncio.Event()

    async def hanging():
        await connected.wait()

    commit = GroupCommit(hanging, deadline=4 * STEP, clock=clock)
    await commit.start()
    drafts = [await ledger.draft() for _ in range(3)]
    ledger.drafts = Drafts(commit, ledger.reader, life=ledger.drafts._start._life)
    under_way, early, late = [await _joined(ledger, draft, clock) for draft in drafts]

    clock.forward(STEP)
    assert OutcomeUnknown is type(await _error(under_way))
    assert not early.done()
    clock.forward(STEP)
    assert StoreUnavailable is type(await _error(early))
    assert not late.done()
    clock.forward(STEP)
    assert StoreUnavailable is type(await _error(late))

    assert commit._timer is None
    commit._task.cancel()


async def _joined(ledger, draft, clock):
    """A save that has joined the queue, one step of the clock before the next one can."""
    task = asyncio.create_task(ledger.save(draft.draft_id, "income", None, b"typed"))
    await asyncio.sleep(0)
    clock.forward(STEP)
    return task


def a_save(draft):
    """A first save of one section."""
    return SectionSave(draft.draft_id, "income", None, b"typed", digest(draft.draft_id, "income", b"typed"), "key-1")


async def _error(task):
    (error,) = await asyncio.gather(task, return_exceptions=True)
    return error


async def test_a_full_queue_refuses_at_once(ledger):
    """Backpressure at the door, not a longer and longer wait."""
    commit = GroupCommit(lambda: connect(ledger.url), waiting=2)  # never started: nothing leaves the queue
    draft = await ledger.draft()
    ledger.drafts = Drafts(commit, ledger.reader, life=ledger.drafts._start._life)
    waiting = [asyncio.create_task(ledger.save(draft.draft_id, "income", None, b"typed")) for _ in range(2)]
    await asyncio.sleep(0)

    with pytest.raises(TooManyWaiting):
        await ledger.save(draft.draft_id, "income", None, b"typed")

    for task in waiting:
        task.cancel()


async def test_the_ack_transaction_sets_its_own_durability(ledger):
    """No role or database default may weaken an acknowledgement."""
    await ledger.sql("ALTER ROLE CURRENT_USER SET synchronous_commit = off")
    seen = []

    class Spy:
        name = "spy"

        async def write(self, connection, locked, items):
            seen.append(await connection.fetchval("SHOW synchronous_commit"))
            return [None for _ in items]

    fresh = GroupCommit(lambda: connect(ledger.url))
    await fresh.start()
    await fresh.put(Spy(), await ledger.draft())
    await fresh.close()
    await ledger.sql("ALTER ROLE CURRENT_USER RESET synchronous_commit")

    assert ["on"] == seen


async def test_closing_commits_what_waits_and_takes_nothing_more(ledger):
    """A deploy in the middle loses nothing that was taken in."""
    draft = await ledger.draft()
    waiting = asyncio.create_task(ledger.save(draft.draft_id, "income", None, b"typed"))
    await asyncio.sleep(0)

    await ledger.commit.close()

    assert 1 == (await waiting).revision
    with pytest.raises(TooManyWaiting):
        await ledger.save(draft.draft_id, "income", 1, b"more")


async def test_many_put_at_once_are_one_commit_and_each_is_answered_for_itself(ledger):
    """The second save is stale, and its neighbours are written."""
    drafts = [await ledger.draft() for _ in range(3)]
    await ledger.save(drafts[1].draft_id, "income", None, b"before")
    ledger.facts.clear()

    outcomes = await ledger.commit.put_all([(Save(nothing_paused), a_save(draft)) for draft in drafts])

    assert [1, StaleRevision, 1] == [getattr(one, "revision", type(one)) for one in outcomes]
    assert [3] == [said["size"] for fact, said in ledger.facts if fact == "batch.committed"]


async def test_of_many_put_at_once_those_without_room_are_refused(ledger):
    """The others are written."""
    commit = GroupCommit(lambda: connect(ledger.url), waiting=2)
    await commit.start()
    wanted = [(Save(nothing_paused), a_save(await ledger.draft())) for _ in range(3)]

    outcomes = await commit.put_all(wanted)

    assert [1, 1, TooManyWaiting] == [getattr(one, "revision", type(one)) for one in outcomes]
    await commit.close()


async def test_locks_are_waited_for_once_and_not_for_each_draft(ledger):
    """Somebody who stands still holds the locks of many: those beside them do not stand behind all of them in turn."""
    drafts, free = await asyncio.gather(*(ledger.draft() for _ in range(HELD))), await ledger.draft()
    commit = GroupCommit(lambda: connect(ledger.url), deadline=FOR_EVER)
    await commit.start()
    save = Save(nothing_paused)

    async with ledger.pool.acquire() as holder, holder.transaction():
        await holder.execute("SELECT FROM draft WHERE draft_id <> $1 FOR UPDATE", free.draft_id)
        async with asyncio.timeout(HELD * LOCK_SECONDS / 2):
            *held, saved = await commit.put_all([(save, a_save(draft)) for draft in [*drafts, free]])

    assert {StoreUnavailable} == {type(one) for one in held}
    assert 1 == saved.revision
    await commit.close()
