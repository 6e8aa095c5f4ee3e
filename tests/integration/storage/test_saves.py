"""Saves on the ledger: appended, answered again, refused when stale, never lost and never overwritten."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from core.domain import draft as limits
from core.domain.errors import DraftExpired, DraftFull, DraftSealed, KeyReused, NotFound, RevisionLimit, StaleRevision
from core.domain.submission import Action


async def test_each_save_is_a_new_revision(ledger):
    """Append, never overwrite."""
    draft = await ledger.draft()

    for number in (1, 2, 3):
        saved = await ledger.save(draft.draft_id, "income", number - 1 or None, b"typed %d" % number)
        assert number == saved.revision

    history = await ledger.drafts.history(draft.draft_id, "income")
    assert [revision.content for revision in history.revisions] == [b"typed 1", b"typed 2", b"typed 3"]


async def test_a_stale_save_changes_nothing_and_its_copy_is_kept(ledger):
    """A stale tab cannot blank a newer one, and what it wanted is not lost either."""
    draft = await ledger.draft()
    await ledger.save(draft.draft_id, "income", None, b"first")
    await ledger.save(draft.draft_id, "income", 1, b"second")

    with pytest.raises(StaleRevision) as stale:
        await ledger.save(draft.draft_id, "income", 1, b"from the other tab")

    history = await ledger.drafts.history(draft.draft_id, "income")
    assert stale.value.current.revision == 2
    assert [revision.content for revision in history.revisions] == [b"first", b"second"]
    assert [(copy.base, copy.content) for copy in history.not_taken] == [(1, b"from the other tab")]


async def test_a_first_save_of_a_section_that_exists_is_stale(ledger):
    """If-None-Match on an existing section with other content is 412."""
    draft = await ledger.draft()
    await ledger.save(draft.draft_id, "income", None, b"first")

    with pytest.raises(StaleRevision):
        await ledger.save(draft.draft_id, "income", None, b"other")


async def test_a_revision_named_of_a_section_never_saved_is_stale(ledger):
    """There is no current revision to show."""
    draft = await ledger.draft()

    with pytest.raises(StaleRevision) as stale:
        await ledger.save(draft.draft_id, "income", 3, b"typed")

    assert stale.value.current is None


@pytest.mark.parametrize("base", [None, 1, 2])
async def test_a_save_whose_answer_was_lost_gets_the_same_answer(ledger, base):
    """The same content as the current revision, or as the one right after the named one, is that revision's own 200."""
    draft = await ledger.draft()
    first = await ledger.save(draft.draft_id, "income", None, b"first")
    second = await ledger.save(draft.draft_id, "income", 1, b"second")

    again = await ledger.save(draft.draft_id, "income", base, b"first" if base is None else b"second")

    assert again == (first if base is None else second)


async def test_an_old_content_can_be_brought_back_as_a_new_revision(ledger):
    """Equal to a revision of long ago is not a repeat: it is what she wants now."""
    draft = await ledger.draft()
    for base, content in ((None, b"a"), (1, b"b"), (2, b"c")):
        await ledger.save(draft.draft_id, "income", base, content)

    assert (await ledger.save(draft.draft_id, "income", 3, b"a")).revision == 4


async def test_stale_copies_are_bounded(ledger):
    """A tab in a loop cannot fill the ledger."""
    draft = await ledger.draft()
    await ledger.save(draft.draft_id, "income", None, b"first")

    for number in range(limits.MOST_REFUSED_COPIES + 3):
        with pytest.raises(StaleRevision):
            await ledger.save(draft.draft_id, "income", None, b"other %d" % number)

    assert len((await ledger.drafts.history(draft.draft_id, "income")).not_taken) == limits.MOST_REFUSED_COPIES


async def test_concurrent_saves_share_a_commit(ledger):
    """Group commit: what arrives while one batch commits goes into the next, together."""
    drafts = [await ledger.draft() for _ in range(20)]
    ledger.facts.clear()

    await asyncio.gather(*(ledger.save(draft.draft_id, "income", None, b"typed") for draft in drafts))

    sizes = [said["size"] for fact, said in ledger.facts if fact == "batch.committed"]
    assert sum(sizes) == 20
    assert len(sizes) < 20


async def test_saves_of_one_draft_keep_their_order(ledger):
    """A batch holds one item of a draft; the others wait their turn, and each builds on the one before."""
    draft = await ledger.draft()

    saved = await asyncio.gather(
        *(ledger.save(draft.draft_id, "income", number or None, b"typed %d" % number) for number in range(8))
    )

    assert list(range(1, 9)) == [revision.revision for revision in saved]


async def test_a_bad_item_fails_alone(ledger):
    """What PostgreSQL refuses of one item costs its neighbours nothing but a second transaction."""
    drafts = [await ledger.draft() for _ in range(5)]

    outcomes = await asyncio.gather(
        *(ledger.save(draft.draft_id, "income", None, b"typed") for draft in drafts[:4]),
        ledger.save(drafts[4].draft_id, "a section\0with a NUL", None, b"typed"),
        return_exceptions=True,
    )

    assert [outcome.revision for outcome in outcomes[:4]] == [1, 1, 1, 1]
    assert isinstance(outcomes[4], Exception)


async def test_a_caller_that_goes_away_changes_nothing(ledger):
    """Its neighbours are answered, and the writer goes on."""
    drafts = [await ledger.draft() for _ in range(3)]
    tasks = [asyncio.create_task(ledger.save(draft.draft_id, "income", None, b"typed")) for draft in drafts]
    await asyncio.sleep(0)

    tasks[1].cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)

    assert [outcomes[0].revision, outcomes[2].revision] == [1, 1]
    assert (await ledger.save(drafts[0].draft_id, "income", 1, b"more")).revision == 2


async def test_what_is_not_there_is_not_found(ledger):
    """No draft, a deleted one, an unknown one: one answer."""
    deleted = (await ledger.draft()).draft_id
    await ledger.drafts.delete(Action(deleted, None, lambda acted: b"deleted", datetime.now(UTC)))

    for draft_id in (uuid4(), deleted):
        with pytest.raises(NotFound):
            await ledger.save(draft_id, "income", None, b"typed")
        with pytest.raises(NotFound):
            await ledger.drafts.read(draft_id)


async def test_a_sealed_draft_takes_no_save_but_answers_a_repeat(ledger):
    """Sealed means sealed; what was acknowledged before is acknowledged again."""
    draft_id, _ = await ledger.filed()

    with pytest.raises(DraftSealed):
        await ledger.save(draft_id, "applicant", 1, b"changed")
    assert (await ledger.save(draft_id, "declarations", None, b"true")).revision == 1


async def test_an_expired_draft_takes_no_save_and_can_be_read(ledger):
    """Expiry ends saving only."""
    draft = await ledger.draft()
    await ledger.save(draft.draft_id, "income", None, b"typed")
    await ledger.sql("UPDATE draft SET expires_at = now() - interval '1 second'")

    with pytest.raises(DraftExpired):
        await ledger.save(draft.draft_id, "income", 1, b"more")
    assert (await ledger.drafts.read(draft.draft_id)).sections[0].content == b"typed"


async def test_a_section_has_so_many_revisions_and_no_more(ledger):
    """The five hundred and first is refused."""
    draft = await ledger.draft()
    await ledger.save(draft.draft_id, "income", None, b"typed")
    await ledger.sql("UPDATE section_revision SET revision = $1", limits.MOST_REVISIONS)

    with pytest.raises(RevisionLimit):
        await ledger.save(draft.draft_id, "income", limits.MOST_REVISIONS, b"more")


async def test_a_draft_holds_so_many_bytes_and_no_more(ledger):
    """Four megabytes over all sections and revisions, counted exactly where it begins to matter."""
    draft = await ledger.draft()
    await ledger.save(draft.draft_id, "income", None, b"typed")
    await ledger.save(draft.draft_id, "work", None, b"typed")
    await ledger.sql(
        "UPDATE section_revision SET bytes_so_far = $1 WHERE section = 'work'", limits.MOST_BYTES - 700_000
    )

    assert (await ledger.save(draft.draft_id, "income", 1, b"x" * 600_000)).revision == 2
    with pytest.raises(DraftFull):
        await ledger.save(draft.draft_id, "income", 2, b"y" * 100_000)


async def test_the_same_request_starts_the_same_draft_until_something_is_saved(ledger):
    """A lost 201 is asked for again; a key two callers chose alike never opens one's draft to the other."""
    new = limits.NewDraft(uuid4(), "bonus-mamme-2025", limits.Channel.WEB, None, "2025-10-28", b"fingerprint")

    first, again = await ledger.drafts.start(new), await ledger.drafts.start(new)
    await ledger.save(new.draft_id, "income", None, b"typed")

    assert first == again
    with pytest.raises(KeyReused):
        await ledger.drafts.start(new)


async def test_a_deleted_draft_holds_nothing_and_says_so_again(ledger):
    """Deletion removes what was typed, and its answer can be asked for again."""
    draft = await ledger.draft()
    await ledger.save(draft.draft_id, "income", None, b"typed")

    now = datetime.now(UTC)
    asks = Action(draft.draft_id, None, lambda acted: b"deleted at %a" % str(acted.at), now)
    first = await ledger.drafts.delete(asks)
    again = await ledger.drafts.delete(Action(draft.draft_id, None, lambda acted: b"something else", now))

    assert first == again
    assert await ledger.sql("SELECT * FROM section_revision") == []
