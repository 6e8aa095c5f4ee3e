"""Filings on the ledger: sealed exactly as seen, once, answered again exactly, one live per person and window."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy.ext.asyncio import create_async_engine

from core.domain.draft import MOST_BYTES, Channel
from core.domain.errors import (
    AlreadyFiled,
    AlreadySealed,
    DeclarationsMissing,
    DraftFull,
    KeyReused,
    MoveNotAllowed,
    NotFound,
    SectionChanged,
    SectionsMissing,
    StaleRevision,
)
from core.domain.submission import Action, Integration, NewContent, State
from core.storage.civil import set_civil_now
from core.storage.database import for_sqlalchemy
from tests.integration.storage.conftest import Rules


async def test_the_same_key_gives_the_same_bytes(ledger):
    """Exact replay of the first answer."""
    draft_id, key = await ledger.ready(), uuid4()

    first, again = await ledger.file(draft_id, key), await ledger.file(draft_id, key)

    assert (first.status, first.replayed) == (202, False)
    assert (202, True, first.body) == (again.status, again.replayed, again.body)


async def test_the_same_revisions_under_a_new_key_give_the_first_answer(ledger):
    """She sent twice from two tabs: one application, and 200 with what the first one got."""
    draft_id = await ledger.ready()

    first, second = await ledger.file(draft_id), await ledger.file(draft_id)

    assert (200, first.body) == (second.status, second.body)


async def test_five_filings_at_once_make_one_submission(ledger):
    """Whatever the tabs and retries, one."""
    draft_id = await ledger.ready()

    answers = await asyncio.gather(*(ledger.file(draft_id) for _ in range(5)))

    assert len({answer.body for answer in answers}) == 1
    assert [row[0] for row in await ledger.sql("SELECT count(*) FROM submission")] == [1]
    assert [row[0] for row in await ledger.sql("SELECT count(*) FROM work")] == [1]


async def test_a_key_belongs_to_one_request(ledger):
    """Another body under a known key is refused, before and whatever else is wrong with it."""
    draft_id, key = await ledger.ready(), uuid4()
    await ledger.file(draft_id, key)

    with pytest.raises(KeyReused):
        await ledger.file(draft_id, key, sections={"applicant": 9})


async def test_other_revisions_of_a_sealed_draft_are_refused(ledger):
    """What was sent stays what was sent."""
    draft_id = await ledger.ready()
    await ledger.file(draft_id)

    with pytest.raises(AlreadySealed):
        await ledger.file(draft_id, sections={"applicant": 2, "declarations": 1})


@pytest.mark.parametrize(
    ("sections", "error"),
    [
        ({"applicant": 1}, SectionsMissing),
        ({"declarations": 1, "income": 1}, SectionsMissing),
        ({"applicant": 2, "declarations": 1}, SectionChanged),
        ({"applicant": 1, "declarations": 1, "income": 1}, SectionChanged),
    ],
)
async def test_what_is_named_must_be_what_is_there(ledger, sections, error):
    """A newer revision than the one named, or one that never was, is never sealed silently."""
    draft_id = await ledger.ready()

    with pytest.raises(error):
        await ledger.file(draft_id, sections=sections)


async def test_a_saved_section_that_is_not_named_stops_a_filing(ledger):
    """An optional section she filled in another tab is part of what she sees, or it is not sent."""
    draft_id = await ledger.ready()
    await ledger.save(draft_id, "attachments", None, b"typed")

    with pytest.raises(SectionChanged) as changed:
        await ledger.file(draft_id)

    assert changed.value.sections == ("attachments",)


async def test_declarations_must_be_given(ledger):
    """Content problems never stop a filing; declarations not given do."""
    draft_id = await ledger.ready()
    await ledger.save(draft_id, "declarations", 1, b"not yet")

    with pytest.raises(DeclarationsMissing):
        await ledger.file(draft_id, sections={"applicant": 1, "declarations": 2})


async def test_a_person_has_one_live_application_in_a_window(ledger):
    """The second one is refused, and its draft stays open."""
    await ledger.filed(b"the same mother")
    second = await ledger.ready(b"the same mother")

    with pytest.raises(AlreadyFiled):
        await ledger.file(second)

    assert not (await ledger.drafts.read(second)).draft.sealed


async def test_two_filings_of_one_person_at_once_make_one(ledger):
    """Also inside one shared transaction."""
    drafts = [await ledger.ready(b"the same mother") for _ in range(4)]

    outcomes = await asyncio.gather(*(ledger.file(draft_id) for draft_id in drafts), return_exceptions=True)

    assert sum(isinstance(outcome, AlreadyFiled) for outcome in outcomes) == 3


async def test_a_filing_without_a_valid_tax_code_stands(ledger):
    """No claim yet, and nobody is in its way."""
    for _ in range(2):
        draft_id = await ledger.ready(b"nobody")
        assert (await ledger.file(draft_id)).status == 202


async def test_a_late_filing_beside_a_live_ordinary_one_is_supplementary(ledger):
    """And without one it is a late first application."""
    await ledger.filed(b"filed before")
    again, new = await ledger.ready(b"filed before"), await ledger.ready(b"never filed")

    answers = [await ledger.file(draft_id, rules=Rules("late")) for draft_id in (again, new)]

    assert [json.loads(answer.body)["supplementary"] for answer in answers] == [True, False]


async def test_a_withdrawn_applicant_can_file_again(ledger):
    """Withdrawal lets the person go; asked for again it gets the same answer."""
    draft_id, number = await ledger.filed(b"the same mother")

    now = datetime.now(UTC)
    first = await ledger.submissions.withdraw(Action(draft_id, number, lambda acted: str(acted.at).encode(), now))
    again = await ledger.submissions.withdraw(Action(draft_id, number, lambda acted: b"another", now))
    _, second = await ledger.filed(b"the same mother")

    assert first == again
    assert number != second
    assert (await ledger.submissions.read(draft_id)).state == State.WITHDRAWN


async def test_another_draft_cannot_reach_a_submission(ledger):
    """The object check is in the query: the same answer as for none."""
    _, number = await ledger.filed()
    stranger = await ledger.ready()

    with pytest.raises(NotFound):
        await ledger.submissions.read(stranger, number)
    with pytest.raises(NotFound):
        await ledger.submissions.withdraw(Action(stranger, number, lambda acted: b"", datetime.now(UTC)))


async def test_both_instants_are_recorded_in_civil_time(ledger):
    """`arrived_at` is the counter's, shifted by the same offset as the database's own clock."""
    engine = create_async_engine(for_sqlalchemy(ledger.url))
    async with engine.begin() as connection:
        await set_civil_now(connection, datetime(2025, 12, 9, 23, 59, 59, tzinfo=UTC))
    await engine.dispose()
    arrived = datetime.now(UTC)

    draft_id = await ledger.ready()
    await ledger.file(draft_id, arrived_at=arrived)

    view = await ledger.submissions.read(draft_id)
    assert view.trial
    assert timedelta(0) <= view.filed_at - view.arrived_at < timedelta(minutes=1)
    assert view.arrived_at.year == 2025


def an_integration(draft_id, number, **sections):
    return Integration(
        draft_id=draft_id,
        number=number,
        key=sections.pop("key", None) or uuid4(),
        fingerprint=repr(sections).encode(),
        sections={name: NewContent(base, content, content) for name, (base, content) in sections.items()},
        key_id="key-1",
        rules=Rules(),
        reply=lambda acted: f"{acted.state} {acted.at}".encode(),
        arrived_at=datetime.now(UTC),
    )


async def test_an_integration_adds_revisions_and_keeps_the_date(ledger):
    """needs_applicant goes back into review, with something to do; a repeat gets the same answer."""
    draft_id, number = await ledger.filed()
    before = await ledger.submissions.read(draft_id)
    await ledger.sql("UPDATE submission SET state = 'needs_applicant'")
    await ledger.sql("DELETE FROM work")
    asked = an_integration(draft_id, number, applicant=(1, b"corrected"), income=(0, b"added"))

    first, again = await ledger.submissions.integrate(asked), await ledger.submissions.integrate(asked)

    after = await ledger.submissions.read(draft_id)
    assert (first.body, True) == (again.body, again.replayed)
    assert (State.IN_REVIEW, before.filed_at) == (after.state, after.filed_at)
    assert after.sections == {"applicant": 2, "declarations": 1, "income": 1}
    assert [row["cause"] for row in await ledger.sql("SELECT cause FROM work")] == ["integration-2"]


async def test_an_integration_on_an_old_revision_is_stale(ledger):
    """Nothing is written, not even the section before it."""
    draft_id, number = await ledger.filed()
    await ledger.sql("UPDATE submission SET state = 'needs_applicant'")

    with pytest.raises(StaleRevision):
        await ledger.submissions.integrate(an_integration(draft_id, number, income=(0, b"new"), applicant=(7, b"x")))

    assert len((await ledger.drafts.read(draft_id)).sections) == 2


async def test_nothing_is_added_where_nothing_was_asked_for(ledger):
    """An accepted submission is being looked at: an integration is not for now."""
    draft_id, number = await ledger.filed()

    with pytest.raises(MoveNotAllowed):
        await ledger.submissions.integrate(an_integration(draft_id, number, income=(0, b"new")))


async def test_a_corrected_tax_code_claims_the_person(ledger):
    """And finds the application she already has."""
    await ledger.filed(b"the same mother")
    draft_id = await ledger.ready(b"nobody")
    number = json.loads((await ledger.file(draft_id)).body)["number"]
    await ledger.sql("UPDATE submission SET state = 'needs_applicant' WHERE draft_id = $1", draft_id)

    with pytest.raises(AlreadyFiled):
        await ledger.submissions.integrate(an_integration(draft_id, number, applicant=(1, b"the same mother")))
    await ledger.submissions.integrate(an_integration(draft_id, number, applicant=(1, b"another mother")))

    assert (await ledger.sql("SELECT count(*) FROM live_claim"))[0][0] == 2


async def test_a_review_of_a_refusal_makes_it_live_again(ledger):
    """Unless she has filed another one meanwhile."""
    draft_id, number = await ledger.filed(b"the same mother")
    await ledger.sql("UPDATE submission SET state = 'refused'")
    await ledger.sql("DELETE FROM live_claim")
    ask = Action(draft_id, number, lambda acted: str(acted.at).encode(), datetime.now(UTC))

    first, again = await ledger.submissions.reopen(ask), await ledger.submissions.reopen(ask)

    assert first == again
    assert (await ledger.submissions.read(draft_id)).state == State.REOPENED
    assert (await ledger.sql("SELECT count(*) FROM live_claim"))[0][0] == 1


async def test_an_act_says_of_which_programme_and_when_it_arrived(ledger):
    """Both times are civil: what the machine's clock says, moved like the database's."""
    draft_id, number = await ledger.filed()
    await ledger.sql("UPDATE civil_clock SET ahead = interval '10 days'")
    seen, came = [], datetime.now(UTC) - timedelta(seconds=5)

    await ledger.submissions.withdraw(Action(draft_id, number, lambda acted: seen.append(acted) or b"", came))

    (acted,) = seen
    assert ("bonus-mamme-2025", came + timedelta(days=10)) == (acted.programme, acted.arrived_at)
    assert acted.arrived_at < acted.at


async def test_a_filing_is_answered_in_every_channel(ledger):
    """The channel shapes quotas, never acceptance."""
    for channel in Channel:
        draft_id, _ = await ledger.filed(channel=channel)
        assert channel == (await ledger.submissions.read(draft_id)).channel


async def test_an_integration_counts_towards_what_a_draft_may_hold(ledger):
    """Four megabytes over everything, before filing and after it."""
    draft_id, number = await ledger.filed()
    await ledger.sql("UPDATE submission SET state = 'needs_applicant'")
    await ledger.sql("UPDATE section_revision SET bytes_so_far = $1", MOST_BYTES // 2)

    with pytest.raises(DraftFull):
        await ledger.submissions.integrate(an_integration(draft_id, number, income=(0, b"one byte too many")))


@pytest.mark.parametrize("last", ["payment_ordered", "payment_failed"])
async def test_after_a_review_the_bank_is_recorded_to_have_paid_the_order_that_stands(ledger, last):
    """Granted again, nothing is ordered a second time; where no order stands nothing can have been paid."""
    draft_id, number = await ledger.filed()
    await ledger.sql("UPDATE submission SET state = 'granted'")
    event = "INSERT INTO submission_event VALUES ($1, 2, now(), 'moved', 'granted', $2, '[]')"
    await ledger.sql(event, draft_id, last)

    if last == "payment_ordered":
        await ledger.operators.record_payment(number, "an operator")
        assert State.PAID == (await ledger.submissions.read(draft_id)).state
    else:
        with pytest.raises(MoveNotAllowed):
            await ledger.operators.record_payment(number, "an operator")


@pytest.mark.parametrize("said", [None, "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
async def test_work_carries_the_trace_of_its_filing(ledger, said):
    """From the request to the attempt, whichever process makes it."""
    draft_id = await ledger.ready()
    await ledger.file(draft_id, traceparent=said)
    await ledger.work.offer(10)

    (attempt,) = await ledger.work.claim([draft_id])

    assert attempt.traceparent == said


async def test_an_attempt_reads_exactly_what_was_sealed(ledger):
    """Of each section the revision named, and no other, even one whose number another section was sealed with."""
    draft_id = (await ledger.draft()).draft_id
    await ledger.save(draft_id, "applicant", None, b"sealed")
    await ledger.save(draft_id, "declarations", None, b"false")
    await ledger.save(draft_id, "declarations", 1, b"true")
    await ledger.file(draft_id, sections={"applicant": 1, "declarations": 2})
    await ledger.sql(_A_STRAY, draft_id)
    await ledger.work.offer(10)

    (attempt,) = await ledger.work.claim([draft_id])

    assert {"applicant": b"sealed", "declarations": b"true"} == attempt.contents


_A_STRAY = """
INSERT INTO section_revision (draft_id, section, revision, content, digest, saved_at, key_id, trial, bytes_so_far)
SELECT draft_id, section, 2, 'stray', digest, saved_at, key_id, trial, bytes_so_far
FROM section_revision WHERE draft_id = $1 AND section = 'applicant'
"""
