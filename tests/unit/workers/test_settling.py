"""An outcome is offered until it is written, refused, or given up."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.domain.errors import (
    FenceRefused,
    GrantedElsewhere,
    MoveNotAllowed,
    OutcomeUnknown,
    StoreUnavailable,
    TooManyWaiting,
)
from core.domain.submission import Decision, Move, State
from core.domain.work import Buried, Concluded, Postponed, Settlement
from tests.fakes.clock import FakeClock
from tests.unit.workers.attempts import an_attempt, asked_about, kept
from tests.unit.workers.fakes import Facts, FakeRows, attempts
from workers.settling import tell, write
from workers.step import settled

WITHIN = timedelta(seconds=40)


@pytest.fixture
def attempt():
    return an_attempt(fence=100)


@pytest.fixture
def rows(attempt):
    rows = FakeRows()
    rows.held = {100}
    return rows


class Offering:
    """One outcome on its way, with a clock that passes as it waits."""

    def __init__(self, rows, attempt, end=None):
        self.rows, self.attempt, self.end = rows, attempt, end or Concluded(())
        self.facts, self.clock = Facts(), FakeClock()
        self.waits: list[float] = []

    async def wait(self, seconds):
        self.waits.append(seconds)
        self.clock.forward(seconds)

    async def written(self):
        outcome = settled(self.attempt, self.end)
        return await write(outcome, self.rows.settle, self.clock, WITHIN, self.facts, self.wait)


@pytest.mark.parametrize("failure", [StoreUnavailable(), TooManyWaiting(), OutcomeUnknown()])
async def test_a_database_that_is_away_for_a_moment_costs_nothing(rows, attempt, failure):
    """It is offered again, and the answers behind it are not lost."""
    rows.fails = [failure, failure]
    offering = Offering(rows, attempt)

    assert settled(attempt, Concluded(())) == await offering.written()
    assert [0.1, 0.2] == offering.waits


async def test_a_refusal_after_a_lost_reply_means_that_it_was_written(rows, attempt):
    """COMMIT went out, its reply did not come, and the second offer finds the row gone."""
    rows.fails = [OutcomeUnknown(), FenceRefused()]
    offering = Offering(rows, attempt)

    assert await offering.written() is not None
    assert [] == offering.facts


async def test_a_refusal_by_the_fence_ends_it(rows, attempt):
    """Another attempt has the row: nothing is written, and it is told."""
    rows.held = set()
    offering = Offering(rows, attempt)

    assert await offering.written() is None
    assert {"fence.refused": 1} == offering.facts.count()


async def test_a_refusal_after_nothing_was_sent_is_one(rows, attempt):
    """The database was away long enough for the lease to run out."""
    rows.fails = [StoreUnavailable(), FenceRefused()]
    offering = Offering(rows, attempt)

    assert await offering.written() is None
    assert {"fence.refused": 1} == offering.facts.count()


async def test_a_database_that_stays_away_is_given_up_and_told(rows, attempt):
    """The lease runs out by itself; nobody waits for ever."""
    rows.fails = [StoreUnavailable()] * 1_000
    offering = Offering(rows, attempt)

    assert await offering.written() is None
    assert {"settlement.abandoned": 1} == offering.facts.count()
    assert 38 < sum(offering.waits) <= 40


@pytest.mark.parametrize("refusal", [MoveNotAllowed(), ValueError("a second decision in one round")])
async def test_what_the_ledger_refuses_on_other_grounds_is_put_on_a_list(rows, attempt, refusal):
    """An outcome that cannot be written must still be seen by somebody."""
    rows.fails = [refusal]
    offering = Offering(rows, attempt, Concluded((Move(State.GRANTED),)))

    assert settled(attempt, Buried("refused-by-ledger")) == await offering.written()
    assert {"attempt.failed": 1} == offering.facts.count()


async def test_a_decision_that_was_overtaken_is_made_again(rows, attempt):
    """Her other application was granted months meanwhile: what was answered stays, and no attempt is used up."""
    rows.fails = [GrantedElsewhere()]
    verifications = (kept(asked_about()["identity"]),)
    overtaken = Settlement(attempt.key, attempt.fence, Concluded((Move(State.GRANTED),)), verifications)

    written = await write(overtaken, rows.settle, FakeClock(), WITHIN, Facts())

    assert (overtaken.key, overtaken.fence, verifications) == (written.key, written.fence, written.verifications)
    assert ("granted-elsewhere", False, ()) == (written.end.failure, written.end.counts, written.end.moves)
    assert timedelta() <= written.end.wait < timedelta(seconds=1)


async def test_a_burial_that_is_refused_too_is_given_up(rows, attempt):
    """Twice no is no; the row comes round again."""
    rows.fails = [ValueError(), ValueError()]
    offering = Offering(rows, attempt)

    assert await offering.written() is None
    assert 1 == offering.facts.count()["settlement.abandoned"]


def test_like_facts_are_told_in_one():
    """A batch of two hundred raises three facts, not six hundred; what a person looks at is told one by one."""
    decision, facts = Decision(State.REFUSED, (), 0, "2025.1"), Facts()
    ends = [*[Concluded((Move(State.REFUSED),), decision)] * 3, Concluded(()), Buried("flag")]

    tell([(one, settled(one, end)) for one, end in zip(attempts(5), ends, strict=True)], 1.5, facts)

    assert [("refused", 3), ("done", 1)] == [(f["outcome"], f["count"]) for f in facts.named("work.settled")]
    assert [3] == [fields["count"] for fields in facts.named("decision.recorded")]
    assert [5] == [len(fields["waits"]) for fields in facts.named("wait.ended")]
    assert 1 == len(facts.named("work.buried"))


def told(attempt, end):
    facts = Facts()
    tell([(attempt, settled(attempt, end))], 1.5, facts)
    return facts


def but_waits(facts):
    return [fact for fact in facts if fact[0] != "wait.ended"]


def test_an_outcome_is_told_by_its_last_state(attempt):
    """What dashboards count, and nothing personal."""
    decision = Decision(State.REFUSED, (), 0, "2025.1")
    facts = told(attempt, Concluded((Move(State.IN_REVIEW), Move(State.REFUSED)), decision))

    settled_as = {"kind": "decision", "outcome": "refused", "channel": "web", "count": 1, "seconds": 1.5}
    recorded = {"outcome": "refused", "channel": "web", "count": 1}
    assert [("work.settled", settled_as), ("decision.recorded", recorded)] == but_waits(facts)


def test_a_first_decision_ends_a_wait(attempt):
    """From filing to a decision or to somebody's turn; a postponement is neither, and a review is another matter."""
    end = Buried("crashes", (Move(State.NEEDS_OFFICER),))
    waited = replace(attempt, created_at=attempt.now - timedelta(seconds=8))

    assert told(waited, end)[0] == ("wait.ended", {"waits": [9.5]})
    assert [] == told(waited, Postponed(timedelta(1), "one", counts=True)).named("wait.ended")
    assert [] == told(replace(waited, round=2), end).named("wait.ended")
    assert [] == told(replace(waited, state=State.SUSPENDED), end).named("wait.ended")


def test_the_synthetic_applicant_is_in_no_count_of_people(attempt):
    """Her work is work like any other; neither her decision nor how long she waited says anything of anybody."""
    decision = Decision(State.REFUSED, (), 0, "2025.1")
    facts = told(replace(attempt, synthetic=True), Concluded((Move(State.REFUSED),), decision))

    assert ["work.settled"] == [fact for fact, _ in facts]


def test_a_postponement_is_told_by_its_failure(attempt):
    """Which failures hold things up."""
    facts = told(attempt, Postponed(timedelta(1), "transient:status-503", counts=True))

    assert [("work.postponed", {"kind": "decision", "failure": "transient:status-503"})] == facts


def test_a_burial_is_told_with_the_number_a_person_needs(attempt):
    """The reference people read out, and the row."""
    facts = told(attempt, Buried("flag"))

    fields = {"kind": "decision", "reason": "flag", "draft_id": attempt.key.draft_id, "number": attempt.number}
    assert [("work.buried", fields | {"failed": False, "told": False})] == but_waits(facts)


@pytest.mark.parametrize("reason", ["crashes", "registry-unanswered", "technical-fault", "refused-by-ledger"])
def test_a_failure_that_a_person_sees_is_told_apart_from_what_officers_are_there_for(attempt, reason):
    """And whether she can read it too."""
    (_, avoided), (_, told_her) = (
        but_waits(told(attempt, Buried(reason)))[0],
        but_waits(told(attempt, Buried(reason, (Move(State.NEEDS_OFFICER),))))[0],
    )

    assert (True, False) == (avoided["failed"], avoided["told"])
    assert (True, True) == (told_her["failed"], told_her["told"])


@pytest.mark.parametrize("reason", ["flag:plain-foster-care", "review-asked", "difference-to-pay"])
def test_what_officers_are_there_for_is_no_failure(attempt, reason):
    """The daily work."""
    ((_, fields),) = but_waits(told(attempt, Buried(reason, (Move(State.NEEDS_OFFICER),))))

    assert fields["failed"] is False
