"""No month is paid twice: two applications of one person, decided in whatever order their writes fall."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from core.domain.errors import GrantedElsewhere
from core.domain.receipt import canonical
from core.domain.submission import Action, Integration, NewContent, State
from core.domain.work import Settlement
from core.storage.database import connect
from core.storage.group_commit import GroupCommit
from core.storage.work import WorkRows
from tests.integration.storage.conftest import Rules
from tests.integration.workers.conftest import LEASES
from tests.unit.bonus.applications import an_application
from tests.unit.workers.attempts import answered

S = State
SHE = b"she"


async def two_claimed(pipeline, **second):
    """Two live applications of one person, neither of which adds to the other, in hand at the same moment."""
    drafts = [await pipeline.file(person=SHE), await pipeline.file(person=SHE, window="outside", **second)]
    await pipeline.rows.offer(10)
    claimed = {attempt.key.draft_id: attempt for attempt in await pipeline.rows.claim(drafts)}
    return drafts, [_decided(pipeline, claimed[draft_id]) for draft_id in drafts]


def _decided(pipeline, attempt) -> Settlement:
    return answered(pipeline.deps.decide(attempt))


async def granted(pipeline):
    """Return the months each application is granted by its latest decision, those that are granted none left out."""
    rows = await pipeline.ledger.sql("""
        SELECT s.window, array_agg((m ->> 'month')::int ORDER BY (m ->> 'month')::int) AS months
        FROM submission s JOIN decision d USING (draft_id) CROSS JOIN LATERAL jsonb_array_elements(d.months) AS m
        WHERE (m ->> 'due')::boolean
          AND d.round = (SELECT max(round) FROM decision l WHERE l.draft_id = d.draft_id) GROUP BY 1
    """)
    return {row["window"]: row["months"] for row in rows}


async def until_decided(pipeline, drafts):
    for _ in range(20):
        await pipeline.set_due()
        await pipeline.run_once()
        standing = [(await pipeline.submission(draft_id)).decision for draft_id in drafts]
        if all(standing):
            return standing
    raise AssertionError("not decided")


async def test_two_decided_in_one_batch_share_no_month(pipeline):
    """One worker has both in hand: the second is decided again, on what the first was granted."""
    drafts = [await pipeline.file(person=SHE), await pipeline.file(person=SHE, window="outside")]

    decisions = await until_decided(pipeline, drafts)

    assert 1 == len(await granted(pipeline))
    assert {S.GRANTED, S.REFUSED} == {decision.outcome for decision in decisions}
    (loser,) = (decision for decision in decisions if decision.outcome is S.REFUSED)
    assert {("already-requested",)} == {month.reasons for month in loser.months}


async def test_two_workers_that_write_at_once_share_no_month(pipeline):
    """Each with a connection of its own: at most one is written, whoever comes first."""
    other = GroupCommit(lambda: connect(pipeline.ledger.url))
    await other.start()
    _, (first, second) = await two_claimed(pipeline)

    rows = WorkRows(pipeline.ledger.pool, other, LEASES)
    done = await asyncio.gather(pipeline.rows.settle(first), rows.settle(second), return_exceptions=True)
    await other.close()

    assert any(isinstance(one, GrantedElsewhere) for one in done), done
    assert len(await granted(pipeline)) <= 1


async def test_what_was_granted_since_the_claim_is_seen(pipeline):
    """The second has been asked about for a while; meanwhile the first is granted, and its payment ordered."""
    (_, late), (first, second) = await two_claimed(pipeline)
    await pipeline.rows.settle(first)

    with pytest.raises(GrantedElsewhere):
        await pipeline.rows.settle(second)

    assert S.ACCEPTED is (await pipeline.submission(late)).state, "nothing of it is written"


async def test_who_is_being_decided_elsewhere_is_not_overtaken(pipeline):
    """The other one's write is under way and cannot be read yet: nobody waits for it, and nothing is granted."""
    (ordinary, _), (_, second) = await two_claimed(pipeline)
    connection = await connect(pipeline.ledger.url)
    under_way = connection.transaction()
    await under_way.start()
    await connection.execute("SELECT 1 FROM draft WHERE draft_id = $1 FOR NO KEY UPDATE", ordinary)

    with pytest.raises(GrantedElsewhere):
        await pipeline.rows.settle(second)

    await under_way.rollback()
    await connection.close()
    await pipeline.rows.settle(second)
    assert {"outside"} == (await granted(pipeline)).keys()


async def test_other_months_of_hers_are_granted_at_once(pipeline):
    """Two applications that ask for different months stand in nobody's way, in one batch too."""
    drafts = [
        await pipeline.file(an_application(months=range(1, 7)), person=SHE),
        await pipeline.file(an_application(months=range(7, 13)), person=SHE, window="outside"),
    ]

    await pipeline.run_once()

    assert {"ordinary": [*range(1, 7)], "outside": [*range(7, 13)]} == await granted(pipeline)
    assert {S.GRANTED} == {(await pipeline.submission(draft_id)).state for draft_id in drafts}


async def test_what_is_withdrawn_lets_its_months_go(pipeline):
    """Granted, taken back before its payment was ordered: the other one is granted them."""
    (ordinary, _), (first, second) = await two_claimed(pipeline)
    await pipeline.rows.settle(first)
    number = pipeline.numbers[ordinary]
    await pipeline.ledger.submissions.reopen(Action(ordinary, number, lambda _: b"reopened", datetime.now(UTC)))
    await pipeline.ledger.submissions.withdraw(Action(ordinary, number, lambda _: b"withdrawn", datetime.now(UTC)))

    await pipeline.rows.settle(second)

    assert S.GRANTED is (await pipeline.submission(second.draft_id)).state


async def test_months_whose_order_stands_stay_taken_after_a_refusal(pipeline):
    """Paid for twelve months, refused in a review: what is to be recovered is not granted to her other application."""
    _, (first, second) = await two_claimed(pipeline)
    await pipeline.rows.settle(first)
    await pipeline.set_due()
    await pipeline.run_once()  # the order of the first; the second is still in hand
    await pipeline.ledger.sql("""
        INSERT INTO decision (draft_id, round, outcome, months, amount_cents, rules_version, verifications, fence,
                              decided_at)
        SELECT draft_id, 2, 'refused', '[]', 0, rules_version, '[]', 0, decided_at FROM decision
    """)

    with pytest.raises(GrantedElsewhere):
        await pipeline.rows.settle(second)


async def test_a_corrected_tax_code_does_not_free_who_is_paid(pipeline):
    """In a review she corrects her tax code: under the one she was paid by she cannot file again."""
    draft_id = await pipeline.file(person=SHE)
    await pipeline.run_once()
    await pipeline.run_once()
    await pipeline.ledger.sql("UPDATE submission SET state = 'needs_applicant'")

    corrected = canonical(an_application()["applicant"] | {"phone": "1"})
    await pipeline.ledger.submissions.integrate(
        Integration(
            draft_id=draft_id,
            number=pipeline.numbers[draft_id],
            key=uuid4(),
            fingerprint=b"fingerprint",
            sections={"applicant": NewContent(1, corrected, b"digest")},
            key_id="key-1",
            rules=Rules(),
            reply=lambda acted: acted.state.encode(),
            arrived_at=datetime.now(UTC),
        )
    )

    claims = {row["person"] for row in await pipeline.ledger.sql("SELECT person FROM live_claim")}
    assert {SHE, Rules().person(corrected)} == claims
