"""From an accepted submission to its outcome, on a real ledger and a real bell."""

from datetime import datetime, timedelta

import pytest

from core.clock import ROME
from core.domain.errors import FenceRefused
from core.domain.replay import ReplayOrder
from core.domain.submission import State
from core.domain.work import Concluded, Postponed
from retry.failure import Permanent, Transient
from tests.unit.bonus.applications import an_application
from workers.registries import Said
from workers.step import settled

S = State


async def test_an_accepted_submission_is_decided_and_its_payment_ordered(pipeline):
    """The whole way: relay, bell, claim, registries, rules, and the bank."""
    draft_id = await pipeline.file()

    await pipeline.run_once()
    assert [S.ACCEPTED, S.IN_REVIEW, S.GRANTED] == await pipeline.states(draft_id)
    await pipeline.run_once()

    found = await pipeline.submission(draft_id)
    assert S.PAYMENT_ORDERED is found.state
    assert (48_000, "2025.1") == (found.decision.amount_cents, found.decision.rules_version)
    assert [] == await pipeline.work(draft_id)
    assert {"decision": 1, "payment": 1} == {
        row["kind"]: row["n"]
        for row in await pipeline.ledger.sql("SELECT kind, count(*) AS n FROM effect GROUP BY kind")
    }


async def test_a_hundred_at_once_are_each_decided_once(pipeline):
    """One message, one claim, shared commits."""
    drafts = [await pipeline.file() for _ in range(100)]

    done = await pipeline.run_once()

    assert (100, 1) == (done.offered, done.sent)
    assert {S.GRANTED} == {(await pipeline.submission(draft_id)).state for draft_id in drafts}
    assert 500 == len(pipeline.registries.asked)


async def test_a_silent_registry_is_asked_again_and_nobody_else_is(pipeline):
    """A retry: the answers were written with the postponement."""
    draft_id = await pipeline.file()
    pipeline.registries.says["work:0"] = Transient("status-503", timedelta(minutes=7))

    await pipeline.run_once()
    (row,) = await pipeline.work(draft_id)
    assert (1, "transient:status-503", None) == (row["attempt"], row["last_failure"], row["lease_until"])
    assert [S.ACCEPTED, S.IN_REVIEW] == await pipeline.states(draft_id)
    assert 0 == (await pipeline.run_once()).offered, "not before its time"
    pipeline.registries.says.clear()
    pipeline.registries.asked.clear()
    await pipeline.set_due()
    await pipeline.run_once()

    assert [("work:0", 2)] == pipeline.registries.asked
    assert S.GRANTED is (await pipeline.submission(draft_id)).state


async def test_a_suspension_heals(pipeline):
    """Not known yet: she reads that the outcome is suspended and when it is looked at again."""
    draft_id = await pipeline.file()
    pipeline.registries.says["work:0"] = Said.NOT_KNOWN

    await pipeline.run_once()
    found = await pipeline.submission(draft_id)
    (row,) = await pipeline.work(draft_id)
    assert (S.SUSPENDED, row["due_at"]) == (found.state, await pipeline.next_check(draft_id))
    assert (0, None) == (row["attempt"], row["first_attempt_at"]), "patience begins anew with the next check"

    pipeline.registries.says.clear()
    await pipeline.ledger.operators.replay(ReplayOrder("ops", "it is there now", numbers=frozenset({found.number})))
    await pipeline.run_once()

    assert [S.SUSPENDED, S.IN_REVIEW, S.GRANTED] == [s for s in await pipeline.states(draft_id) if s][2:]
    assert (await pipeline.submission(draft_id)).next_check_at is None


async def test_a_suspended_one_shows_the_next_check_whatever_moves_it(pipeline):
    """A registry that fails at the daily check moves the due time, and what she reads with it."""
    draft_id = await pipeline.file()
    pipeline.registries.says["work:0"] = Said.NOT_KNOWN
    await pipeline.run_once()
    pipeline.registries.says["work:0"] = Transient("status-503", timedelta(minutes=7))
    await pipeline.set_due()

    await pipeline.run_once()

    (row,) = await pipeline.work(draft_id)
    found = await pipeline.submission(draft_id)
    assert (S.SUSPENDED, row["due_at"]) == (found.state, await pipeline.next_check(draft_id))


async def test_a_burial_and_its_replay(pipeline):
    """On a person's list with a reason, set due again by a person, decided."""
    draft_id = await pipeline.file()
    pipeline.registries.says["identity"] = Permanent("question-refused")
    await pipeline.run_once()
    (buried,) = await pipeline.ledger.operators.buried()
    assert ("question-refused", "needs_officer") == (buried.reason, buried.state)

    pipeline.registries.says.clear()
    await pipeline.ledger.operators.replay(ReplayOrder("ops", "their schema is mended", reason="question-refused"))
    await pipeline.run_once()

    assert S.GRANTED is (await pipeline.submission(draft_id)).state
    assert [] == await pipeline.ledger.operators.buried()


async def test_a_contradiction_ends_the_work_until_she_answers(pipeline):
    """Nothing is left to do but hers."""
    draft_id = await pipeline.file()
    pipeline.registries.says["child:1"] = Said.KO

    await pipeline.run_once()

    found = await pipeline.submission(draft_id)
    assert S.NEEDS_APPLICANT is found.state
    assert [("registry-contradicts", "child:1")] == [(r.code, r.about) for r in found.timeline[-1].reasons]
    assert [] == await pipeline.work(draft_id)


async def test_an_account_of_somebody_else_fails_the_payment_alone(pipeline):
    """Golden case 52."""
    draft_id = await pipeline.file()
    pipeline.registries.says["account"] = Said.KO

    await pipeline.run_once()
    await pipeline.run_once()

    found = await pipeline.submission(draft_id)
    assert S.PAYMENT_FAILED is found.state
    assert S.GRANTED is found.decision.outcome


async def test_months_of_the_live_application_are_not_paid_twice(pipeline):
    """Golden case 47: nine months in November, the union of months in January."""
    first = await pipeline.file(an_application(months=range(1, 10)), person=b"she")
    await pipeline.run_once()
    await pipeline.it_is(datetime(2026, 1, 20, 9, tzinfo=ROME))
    second = await pipeline.file(an_application(), person=b"she", window="late")
    await pipeline.run_once()

    months = [
        [month.month for month in (await pipeline.submission(draft_id)).decision.months if month.due]
        for draft_id in (first, second)
    ]
    assert [[*range(1, 10)], [10, 11, 12]] == months


async def test_a_settlement_sent_twice_is_written_once(pipeline):
    """After a lost reply the same outcome is offered again: its fence is used up, whatever the outcome was."""
    for end in (Postponed(timedelta(hours=1), "transient:status-503", counts=False), Concluded(())):
        draft_id = await pipeline.file()
        await pipeline.rows.offer(10)
        (attempt,) = await pipeline.rows.claim([draft_id])
        await pipeline.rows.settle(settled(attempt, end))

        with pytest.raises(FenceRefused):
            await pipeline.rows.settle(settled(attempt, end))

    assert 0 <= min(row["attempt"] for row in await pipeline.ledger.sql("SELECT attempt FROM work"))
