"""Reads are shared: a crowd of readers costs a few snapshots, and each finds what is there for her alone."""

import asyncio
from contextlib import asynccontextmanager
from uuid import uuid4

import pytest

from core.domain.errors import NotFound, StoreUnavailable
from core.storage.draft_views import DraftViews
from core.storage.group_read import AT_ONCE, MOST_TOGETHER, GroupRead
from core.storage.submission_views import SubmissionViews

MANY = 200


class Watched:
    """A reader that says how many snapshots it gave, and how many at once; it may be held up, and may fail."""

    def __init__(self, reader):
        self._reader, self.given, self.at_once, self.most = reader, 0, 0, 0
        self.goes_on, self.fails = asyncio.Event(), []
        self.goes_on.set()

    @asynccontextmanager
    async def snapshot(self):
        self.given += 1
        self.at_once += 1
        self.most = max(self.most, self.at_once)
        try:
            await self.goes_on.wait()
            if self.fails:
                raise self.fails.pop()
            async with self._reader.snapshot() as connection:
                yield connection
        finally:
            self.at_once -= 1


@pytest.fixture
def watched(ledger):
    """The ledger's reader, watched."""
    return Watched(ledger.reader)


async def held_up(watched, reading):
    """Begin to read in a crowd, while nobody is answered."""
    watched.goes_on.clear()
    tasks = [asyncio.create_task(one) for one in reading]
    for _ in range(3):
        await asyncio.sleep(0)
    return tasks


async def outcomes(tasks):
    return await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_crowd_of_readers_takes_a_few_snapshots_and_each_finds_her_own(ledger, watched):
    """The first ones begin alone; all the others are read together, so many at most."""
    drafts = [(await ledger.draft()).draft_id for _ in range(8)]
    for number, draft_id in enumerate(drafts):
        await ledger.save(draft_id, "income", None, b"%d" % number)
    views = DraftViews(watched)
    tasks = await held_up(watched, [views.read(drafts[number % 8]) for number in range(MANY)])
    watched.goes_on.set()

    read = await outcomes(tasks)

    assert [b"%d" % (number % 8) for number in range(MANY)] == [one.sections[0].content for one in read]
    assert AT_ONCE == watched.most
    assert -(-MANY // MOST_TOGETHER) <= watched.given <= MANY // MOST_TOGETHER + 2


async def test_a_lone_reader_waits_for_nobody(ledger, watched):
    """One read, one snapshot, begun at once."""
    draft_id = (await ledger.draft()).draft_id
    views = DraftViews(watched)
    for _ in range(3):
        await views.read(draft_id)

    assert (3, 1) == (watched.given, watched.most)


async def test_what_was_acknowledged_before_is_in_what_is_read_after(ledger, watched):
    """Also where others were being read already when it was saved."""
    draft_id = (await ledger.draft()).draft_id
    views = DraftViews(watched)
    tasks = await held_up(watched, [views.read(draft_id) for _ in range(AT_ONCE)])
    await ledger.save(draft_id, "income", None, b"typed")
    later = asyncio.create_task(views.read(draft_id))
    await asyncio.sleep(0)
    watched.goes_on.set()

    await outcomes(tasks)

    assert [b"typed"] == [one.content for one in (await later).sections]


async def test_a_snapshot_that_has_begun_takes_nobody_in(ledger):
    """Who asks after that is read with the next: her own save may be in no snapshot of the ones before."""
    asked, goes_on, begun = [], asyncio.Event(), asyncio.Semaphore(0)

    async def read(_, keys):
        asked.append(keys)
        begun.release()
        await goes_on.wait()
        return dict.fromkeys(keys, "there")

    together = GroupRead(ledger.reader, read)
    first = []
    for number in range(AT_ONCE):
        first.append(asyncio.create_task(together.find(number)))
        await begun.acquire()
    later = asyncio.create_task(together.find(7))
    await asyncio.sleep(0)
    goes_on.set()
    await outcomes([*first, later])

    assert [7] == asked[-1]
    assert [7] not in asked[:-1]


async def test_who_is_not_there_is_not_found_and_her_neighbours_are(ledger, watched):
    """Nor who has gone, nor a number that is another's."""
    (filed, number), (another, not_hers) = [await ledger.filed() for _ in range(2)]
    views = SubmissionViews(watched)
    keys = [(filed, None), (filed, number), (filed, not_hers), (uuid4(), None), (uuid4(), number), (another, not_hers)]
    tasks = await held_up(watched, [views.read(*key) for key in keys])
    watched.goes_on.set()

    read = await outcomes(tasks)

    assert [number, number, NotFound, NotFound, NotFound, not_hers] == [
        type(one) if isinstance(one, Exception) else one.number for one in read
    ]


async def test_who_goes_away_leaves_alone_who_is_read_with_her(ledger, watched):
    """Her request was cancelled; theirs was not."""
    drafts = [(await ledger.draft()).draft_id for _ in range(6)]
    views = DraftViews(watched)
    tasks = await held_up(watched, [views.read(draft_id) for draft_id in drafts])
    for gone in (0, 3):
        tasks[gone].cancel()
    watched.goes_on.set()

    read = await outcomes(tasks)

    assert [draft_id for place, draft_id in enumerate(drafts) if place not in (0, 3)] == [
        one.draft.draft_id for one in read if not isinstance(one, asyncio.CancelledError)
    ]


async def test_a_store_that_is_away_is_told_to_each_and_to_nobody_after_that(ledger, watched):
    """Those who were to be read with it; the next are read."""
    draft_id = (await ledger.draft()).draft_id
    views = DraftViews(watched)
    tasks = await held_up(watched, [views.read(draft_id) for _ in range(MOST_TOGETHER + 1)])
    watched.fails = [StoreUnavailable()]
    watched.goes_on.set()

    read = await outcomes(tasks)

    told = [isinstance(one, StoreUnavailable) for one in read]
    assert [True] * MOST_TOGETHER + [False] == told
    assert len(read) == len({id(one) for one in read})  # each her own: one that is shared grows by the trace of each
    assert draft_id == (await views.read(draft_id)).draft.draft_id


async def test_a_fault_in_what_is_read_together_is_told_to_her_alone_whose_it_is(ledger):
    """The others are read without her."""
    asked = []

    async def read(_, keys):
        asked.append(sorted(keys))
        return {key: 1 // (3 - key) for key in keys}

    together = GroupRead(ledger.reader, read)

    read_ = await asyncio.gather(*[together.find(key) for key in (1, 2, 3)], return_exceptions=True)

    assert [0, 1, ZeroDivisionError] == [one if isinstance(one, int) else type(one) for one in read_]
    assert [[1, 2, 3], [1], [2], [3]] == asked


async def test_nobody_is_read_alone_who_waited_too_long(ledger, monkeypatch):
    """One fault in a crowd does not let the last of it wait for all the others."""
    monkeypatch.setattr("core.storage.group_read.READ_SECONDS", -1.0)
    asked = []

    async def read(_, keys):
        asked.append(sorted(keys))
        return 1 // 0

    together = GroupRead(ledger.reader, read)

    told = await asyncio.gather(*[together.find(key) for key in (1, 2, 3)], return_exceptions=True)

    assert [StoreUnavailable] * 3 == [type(one) for one in told]
    assert [[1, 2, 3]] == asked


async def test_nor_who_went_away_while_she_was_read_in_vain(ledger):
    """The others are."""
    asked, tasks = [], []

    async def read(_, keys):
        asked.append(sorted(keys))
        if len(keys) > 1:
            tasks[1].cancel()
            await asyncio.sleep(0)
            return 1 // 0
        return dict.fromkeys(keys, "there")

    together = GroupRead(ledger.reader, read)
    tasks += [asyncio.create_task(together.find(key)) for key in (1, 2, 3)]

    await outcomes(tasks)

    assert [[1, 2, 3], [1], [3]] == asked


@pytest.fixture
async def queue(watched, monkeypatch):
    """All that may be read at once is under way, one by one, and two more wait; with what was read so far."""
    monkeypatch.setattr("core.storage.group_read.MOST_TOGETHER", 1)
    asked = []

    async def read(_, keys):
        asked.extend(keys)
        return dict.fromkeys(keys, "there")

    together = GroupRead(watched, read)
    return await held_up(watched, [together.find(key) for key in range(AT_ONCE + 2)]), asked


async def test_who_went_away_is_not_read(watched, queue):
    """In a crowd there are many of those."""
    tasks, asked = queue
    tasks[AT_ONCE].cancel()
    await asyncio.sleep(0)
    watched.goes_on.set()

    await outcomes(tasks)

    assert [*range(AT_ONCE), AT_ONCE + 1] == sorted(asked)


async def test_who_waited_too_long_is_told_so(watched, queue, monkeypatch):
    """As she was when each waited for a connection of her own."""
    tasks, asked = queue
    monkeypatch.setattr("core.storage.group_read.CHECKOUT_SECONDS", -1.0)
    watched.goes_on.set()

    read = await outcomes(tasks)

    assert [*["there"] * AT_ONCE, StoreUnavailable, StoreUnavailable] == [
        one if isinstance(one, str) else type(one) for one in read
    ]
    assert list(range(AT_ONCE)) == sorted(asked)


async def test_a_row_that_cannot_be_read_is_nobody_elses_fault(ledger, watched):
    """Her neighbours' rows are read as they are."""
    drafts = [(await ledger.draft()).draft_id for _ in range(4)]
    await ledger.sql("UPDATE draft SET channel = 'pigeon' WHERE draft_id = $1", drafts[3])
    views = DraftViews(watched)
    tasks = await held_up(watched, [views.read(draft_id) for draft_id in drafts])
    watched.goes_on.set()

    read = await outcomes(tasks)

    assert drafts[:3] == [one.draft.draft_id for one in read[:3]]
    assert isinstance(read[3], ValueError)


async def test_of_each_section_the_current_revision_is_read_and_of_each_submission_all_that_happened(ledger, watched):
    """Of several at once, each its own, in order."""
    filed = [(await ledger.filed())[0] for _ in range(3)]
    open_ = [(await ledger.draft()).draft_id for _ in range(3)]
    for number, draft_id in enumerate(open_):
        for revision in range(number + 1):
            await ledger.save(draft_id, "income", revision or None, b"%d" % revision)
        await ledger.save(draft_id, "applicant", None, b"x")
    drafts, submissions = DraftViews(watched), SubmissionViews(watched)
    tasks = await held_up(watched, [drafts.read(one) for one in open_] + [submissions.read(one, None) for one in filed])
    watched.goes_on.set()

    read = await outcomes(tasks)

    told = [[(one.section, one.revision, one.content) for one in view.sections] for view in read[:3]]
    assert told == [[("applicant", 1, b"x"), ("income", n + 1, b"%d" % n)] for n in range(3)]
    assert [[("moved", "accepted")]] * 3 == [[(one.kind, one.state) for one in view.timeline] for view in read[3:]]
