"""A review she asks for: an officer looks, the rules decide again, and no difference in the money is lost sight of."""

from datetime import UTC, datetime

import pytest

from core.domain.replay import ReplayOrder
from core.domain.submission import Action, State
from tests.integration.workers.test_commands import WHO, _numbers_as_people_write_them  # noqa: F401  for all tests
from tests.integration.workers.test_commands import command as command  # noqa: PLC0414  the fixture
from tests.unit.bonus.applications import a_child, a_period, an_application

S = State
FOSTER = an_application(children=[a_child("2018-05-01"), a_child("2021-03-03", link="foster")])
CARE, PAY = "flag:plain-foster-care", "flag:availability-pay-only"
ON_CALL = an_application(work=[a_period("on_call_fixed_term", active_months=[1], availability_months=[1, 2, 3])])


async def asked_for_review(pipeline, draft_id):
    asks = Action(draft_id, pipeline.numbers[draft_id], lambda _: b"reopened", datetime.now(UTC))
    await pipeline.ledger.submissions.reopen(asks)


async def ask_for_review(pipeline, draft_id):
    await asked_for_review(pipeline, draft_id)
    await pipeline.run_once()


async def decided(pipeline, draft_id):
    """Run until it is decided and its payment, if any, is ordered."""
    await pipeline.run_once()
    await pipeline.run_once()
    return (await pipeline.submission(draft_id)).state


async def reviewed(pipeline, sections=None):
    """An application that was decided, and of which a review was asked for."""
    draft_id = await pipeline.file(sections)
    await decided(pipeline, draft_id)
    await ask_for_review(pipeline, draft_id)
    return draft_id, pipeline.numbers[draft_id]


async def rounds(pipeline, draft_id):
    rows = await pipeline.ledger.operators.decisions(draft_id)
    return [(row["round"], row["outcome"], row["amount_cents"]) for row in rows]


async def on_the_list(pipeline, draft_id):
    return [one.reason for one in await pipeline.ledger.operators.buried() if one.key.draft_id == draft_id]


async def test_a_review_goes_to_an_officer_and_is_not_decided_by_itself(pipeline):
    """Deciding again on the same answers would only say the same; she reads that a person looks."""
    draft_id, _ = await reviewed(pipeline)

    found = await pipeline.submission(draft_id)

    assert [S.PAYMENT_ORDERED, S.REOPENED, S.NEEDS_OFFICER] == (await pipeline.states(draft_id))[-3:]
    assert ["review-asked"] == [reason.code for reason in found.timeline[-1].reasons]
    assert ["review-asked"] == await on_the_list(pipeline, draft_id)
    assert 1 == len(await rounds(pipeline, draft_id))


async def test_an_officer_confirms_and_a_second_round_is_recorded(pipeline, command):
    """Looked at, the facts left as they are: the rules decide again, and the timeline tells it."""
    draft_id, number = await reviewed(pipeline, an_application(children=["2018-05-01"]))

    code, said = await command("confirm", number, *WHO)
    await pipeline.run_once()

    assert (0, True) == (code, "looked at" in said)
    assert [(1, "refused", 0), (2, "refused", 0)] == await rounds(pipeline, draft_id)
    assert [S.REOPENED, S.NEEDS_OFFICER, S.IN_REVIEW, S.REFUSED] == (await pipeline.states(draft_id))[-4:]
    assert ["review-looked-at"] == [r.code for r in (await pipeline.submission(draft_id)).timeline[-2].reasons]
    assert [] == await on_the_list(pipeline, draft_id)


async def test_an_officer_rules_in_a_review_and_the_rules_decide(pipeline, command):
    """Several facts in one command, so that nothing is decided on the first of them."""
    draft_id, number = await reviewed(pipeline)

    code, _ = await command("verify", number, "--fact", "child:0", "--fact", "child:1", "--ko", *WHO)
    await pipeline.run_once()

    found = await pipeline.submission(draft_id)
    assert (0, S.NEEDS_APPLICANT) == (code, found.state)
    assert [("registry-contradicts", "child:0"), ("registry-contradicts", "child:1")] == [
        (reason.code, reason.about) for reason in found.timeline[-1].reasons
    ]


async def test_an_officer_may_be_quicker_than_the_worker(pipeline, command):
    """Ruled on while it is still reopened: it never waits for a look it has had."""
    draft_id = await pipeline.file()
    await decided(pipeline, draft_id)
    await asked_for_review(pipeline, draft_id)

    code, _ = await command("confirm", pipeline.numbers[draft_id], *WHO)
    await pipeline.run_once()

    assert (0, 2) == (code, len(await rounds(pipeline, draft_id)))


async def test_each_review_is_looked_at(pipeline, command):
    """What was confirmed in the first is not what is asked about in the second."""
    draft_id, number = await reviewed(pipeline)
    await command("confirm", number, *WHO)
    await pipeline.run_once()

    await ask_for_review(pipeline, draft_id)

    assert ["review-asked"] == await on_the_list(pipeline, draft_id)


@pytest.mark.parametrize("order", [{"everything": True}, {"reason": "review-asked"}])
async def test_no_replay_gets_around_the_officer(pipeline, order):
    """After an outage everything is tried again; a review has nothing to be tried again."""
    draft_id, number = await reviewed(pipeline)

    assert [] == await pipeline.ledger.operators.replay(ReplayOrder("ops", "all is well again", **order))
    await pipeline.ledger.operators.replay(ReplayOrder("ops", "this one", numbers=frozenset({number})))
    await pipeline.run_once()

    assert ["review-asked"] == await on_the_list(pipeline, draft_id)


async def test_who_would_replay_a_review_is_told_what_to_do_instead(command):
    """An officer's matter is no reason to try again."""
    code, said = await command("replay", "--reason", "review-asked", "--dry-run")

    assert (1, True) == (code, "confirm" in said)


async def test_what_waits_for_no_review_is_not_confirmed(pipeline, command):
    """Decided, or with the office for another reason: the command says so."""
    granted, flagged = await pipeline.file(), await pipeline.file(FOSTER)
    await pipeline.run_once()

    said = [await command("confirm", pipeline.numbers[draft_id], *WHO) for draft_id in (granted, flagged)]

    assert [(1, True), (1, True)] == [(code, "has no review" in told) for code, told in said]


async def ruled(pipeline, command, draft_id, ruling):
    code, said = await command("verify", pipeline.numbers[draft_id], "--fact", PAY, ruling, *WHO)
    assert 0 == code, said
    return await decided(pipeline, draft_id)


async def paid_then_reviewed(pipeline, command, first, second):
    """One month is due in any case, two more hang on a flag: ruled on, ordered, reviewed, ruled on the other way."""
    draft_id = await pipeline.file(ON_CALL)
    await pipeline.run_once()
    assert S.PAYMENT_ORDERED is await ruled(pipeline, command, draft_id, first)
    await ask_for_review(pipeline, draft_id)
    await ruled(pipeline, command, draft_id, second)
    return draft_id


CHANGES = [("--ko", "--ok", "difference-to-pay", 12_000), ("--ok", "--ko", "difference-to-recover", 4_000)]


@pytest.mark.parametrize(("first", "second", "reason", "amount"), CHANGES)
async def test_what_a_review_changes_in_an_order_is_on_a_list(pipeline, command, first, second, reason, amount):
    """The order stands, nothing more is ordered by itself, and neither she nor the office is left in the dark."""
    draft_id = await paid_then_reviewed(pipeline, command, first, second)

    found = await pipeline.submission(draft_id)
    _, listed = await command("buried")
    assert (S.GRANTED_IN_PART, amount) == (found.state, found.decision.amount_cents)
    assert [reason] == await on_the_list(pipeline, draft_id)
    assert [reason] == [each.code for each in found.timeline[-1].reasons]
    assert f"{reason}: 1" in listed
    assert 1 == (await pipeline.states(draft_id)).count(S.PAYMENT_ORDERED)


async def test_a_difference_is_settled_by_hand_and_once(pipeline, command):
    """From then on it is part of what is ordered: a further review that changes nothing lists nothing."""
    draft_id = await paid_then_reviewed(pipeline, command, "--ko", "--ok")
    number = pipeline.numbers[draft_id]
    await pipeline.ledger.operators.replay(ReplayOrder("ops", "all is well again", everything=True))
    await pipeline.run_once()
    assert ["difference-to-pay"] == await on_the_list(pipeline, draft_id), "no replay orders anything"

    settled, again = await command("difference", number, *WHO), await command("difference", number, *WHO)

    assert (0, True) == (settled[0], "difference-to-pay is settled" in settled[1])
    assert (1, True) == (again[0], "no difference that waits" in again[1])
    await ask_for_review(pipeline, draft_id)
    await command("confirm", number, *WHO)
    await pipeline.run_once()
    assert [] == await on_the_list(pipeline, draft_id)
    assert 3 == len(await rounds(pipeline, draft_id))


async def test_a_difference_nobody_settled_is_reckoned_again(pipeline, command):
    """The next review finds the first order still standing, and what it is wrong by."""
    draft_id = await paid_then_reviewed(pipeline, command, "--ko", "--ok")
    await ask_for_review(pipeline, draft_id)
    assert ["review-asked"] == await on_the_list(pipeline, draft_id)

    await command("confirm", pipeline.numbers[draft_id], *WHO)
    await pipeline.run_once()

    assert ["difference-to-pay"] == await on_the_list(pipeline, draft_id)


async def test_after_a_refusal_in_a_review_what_was_ordered_is_on_a_list(pipeline, command):
    """Refused after all: the order stands, and somebody has to see to it."""
    draft_id = await pipeline.file(FOSTER)
    await pipeline.run_once()
    await command("verify", pipeline.numbers[draft_id], "--fact", CARE, "--ok", *WHO)
    await decided(pipeline, draft_id)
    await ask_for_review(pipeline, draft_id)

    await command("verify", pipeline.numbers[draft_id], "--fact", CARE, "--ko", *WHO)

    assert S.REFUSED is await decided(pipeline, draft_id)
    assert ["difference-to-recover"] == await on_the_list(pipeline, draft_id)


async def test_a_refusal_that_becomes_a_grant_is_ordered(pipeline, command):
    """Nothing was ordered before, so there is no difference: the whole is."""
    draft_id = await pipeline.file(FOSTER)
    await pipeline.run_once()
    await command("verify", pipeline.numbers[draft_id], "--fact", CARE, "--ko", *WHO)
    await decided(pipeline, draft_id)
    await ask_for_review(pipeline, draft_id)

    await command("verify", pipeline.numbers[draft_id], "--fact", CARE, "--ok", *WHO)

    assert S.PAYMENT_ORDERED is await decided(pipeline, draft_id)
    assert [(1, "refused", 0), (2, "granted", 48_000)] == await rounds(pipeline, draft_id)
    assert [] == await on_the_list(pipeline, draft_id)


async def test_the_officer_sees_what_can_be_ruled_on(pipeline, command):
    """Facts with what was answered, decisions month by month; nothing personal."""
    _, number = await reviewed(pipeline, an_application(months=range(1, 10)))

    code, said = await command("show", number)

    lines = [line.split() for line in said.splitlines()]
    assert 0 == code
    assert ["child:0", "ok", "anpr"] in [line[:3] for line in lines]
    assert ["10", "not-requested"] in lines
    assert "EUR 360.00" in said
    for personal in ("RSSMRA85T50A562W", "Maria", "Rossi", "IT60X"):
        assert personal not in said
