"""One attempt from claim to outcome, on fakes."""

import asyncio
from uuid import uuid4

import pytest

from core.domain.errors import FenceRefused, OutcomeUnknown, StoreUnavailable
from core.domain.submission import State
from core.domain.work import Buried, Concluded
from retry.failure import Transient
from tests.unit.bonus.applications import a_tax_code, an_application
from tests.unit.workers.attempts import TERMS, an_attempt
from tests.unit.workers.fakes import FakeRegistries, FakeRows, an_advance, at_once, attempts, until
from workers.advance import advance
from workers.kinds import decider
from workers.registries import Said


def ids(some):
    return [attempt.key.draft_id for attempt in some]


async def test_what_was_offered_is_claimed_and_settled_under_its_fence():
    """Each of them, once."""
    some = attempts(3)
    rows = FakeRows(*some)
    deps = an_advance(rows)

    await advance(ids(some), deps)

    assert {attempt.fence for attempt in some} == set(rows.settled)
    assert [ids(some)] == rows.claims
    assert {"work.claimed": 1, "work.settled": 1, "wait.ended": 1} == deps.observe.count()
    assert 3 == deps.observe.named("work.settled")[0]["count"]
    assert 0 == len(deps.held)


async def test_ids_that_nobody_knows_do_nothing():
    """A message out of another life: no claim, no outcome, no error."""
    rows = FakeRows()
    deps = an_advance(rows)

    await advance([uuid4(), uuid4()], deps)

    assert {} == rows.settled
    assert [] == deps.observe


async def test_a_message_that_comes_twice_is_worked_once():
    """The second finds nothing to claim."""
    some = attempts(2)
    rows = FakeRows(*some)
    deps = an_advance(rows)

    await asyncio.gather(advance(ids(some), deps), advance(ids(some), deps))

    assert 2 == len(rows.settled)


async def test_one_hanging_registry_holds_nobody_else():
    """Of three applications one waits for the register of births: the others are decided meanwhile."""
    mothers = [a_tax_code("1985-12-10", names) for names in ("RSSMRA", "BNCLRA", "VRDNNA")]
    some = [
        an_attempt({**an_application(), "applicant": an_application()["applicant"] | {"tax_code": mother}}, fence=fence)
        for fence, mother in enumerate(mothers, start=100)
    ]
    rows, registries = FakeRows(*some), FakeRegistries()
    registries.hangs["child:0", mothers[1]] = hanging = asyncio.Event()
    deps = an_advance(rows, decide=decider(TERMS), ask=registries)

    under_way = asyncio.create_task(advance(ids(some), deps))
    await until(lambda: len(rows.settled) == 2)

    assert {100, 102} == set(rows.settled)
    hanging.set()
    await under_way
    assert {100, 101, 102} == set(rows.settled)


async def test_all_registries_of_one_application_are_asked_at_once():
    """The slowest decides, not the sum."""
    rows, registries = FakeRows(an_attempt(fence=100, number_of_tries=3)), FakeRegistries()
    for fact in ("tax_code", "identity", "work:0"):
        registries.hangs[fact, "RSSMRA85T50A562W"] = asyncio.Event()
    deps = an_advance(rows, decide=decider(TERMS), ask=registries)

    under_way = asyncio.create_task(advance(list(rows.waiting), deps))
    await until(lambda: len(registries.asked) == 5)

    assert {("tax_code", 3), ("identity", 3), ("child:0", 3), ("child:1", 3), ("work:0", 3)} == set(registries.asked)
    for hanging in registries.hangs.values():
        hanging.set()
    await under_way


async def test_a_try_whose_worker_died_is_no_second_try_to_a_registry():
    """Else all that one worker held would wait for the few retries there are, with every registry well."""
    rows, registries = FakeRows(an_attempt(number_of_tries=4, crashes=2)), FakeRegistries()
    deps = an_advance(rows, decide=decider(TERMS), ask=registries)

    await advance(list(rows.waiting), deps)

    assert {2} == {attempt for _, attempt in registries.asked}


async def test_a_failure_of_one_registry_keeps_the_answers_of_the_others():
    """No retry asks twice."""
    rows, registries = FakeRows(an_attempt(fence=100)), FakeRegistries()
    registries.says = {"work:0": Transient("status-503")}
    deps = an_advance(rows, decide=decider(TERMS), ask=registries)

    await advance(list(rows.waiting), deps)

    assert {"tax_code", "identity", "child:0", "child:1"} == {each.fact for each in rows.settled[100].verifications}
    assert [{"kind": "decision", "failure": "transient:status-503"}] == deps.observe.named("work.postponed")


async def test_a_fault_of_a_client_is_a_failure_like_any_other():
    """A bug in one exchange costs that answer, not the other four."""
    rows, registries = FakeRows(an_attempt(fence=100)), FakeRegistries()
    registries.says = {"work:0": RuntimeError("ours"), "child:0": Said.KO}
    deps = an_advance(rows, decide=decider(TERMS), ask=registries)

    await advance(list(rows.waiting), deps)

    assert State.NEEDS_APPLICANT is rows.settled[100].end.moves[-1].to
    assert 4 == len(rows.settled[100].verifications)
    assert "RuntimeError" == deps.observe.named("attempt.failed")[0]["failure"]


async def test_a_fault_of_the_rules_is_written_down_for_that_one_alone():
    """Its neighbours are decided; it is tried again, or a person looks."""
    some = attempts(3)

    def decide(attempt):
        if attempt.fence == 101:
            raise KeyError("a programme nobody knows")
        return an_advance(FakeRows()).decide(attempt)

    rows = FakeRows(*some)
    deps = an_advance(rows, decide=decide, broken=lambda _: Buried("technical-fault"))
    await advance(ids(some), deps)

    assert {100: Concluded(()), 101: Buried("technical-fault"), 102: Concluded(())} == {
        fence: settlement.end for fence, settlement in rows.settled.items()
    }


async def test_what_needs_nobodys_answer_is_offered_to_the_ledger_in_one():
    """Two of three are decided at once; the third asks, and goes its own way."""
    some = attempts(3)
    rows = FakeRows(*some)
    deps = an_advance(rows, decide=lambda attempt: (at_once, decider(TERMS))[attempt.fence == 101](attempt))

    await advance(ids(some), deps)

    assert ([2], {100, 101, 102}) == (rows.together, set(rows.settled))


async def test_what_the_ledger_does_not_take_at_once_is_offered_again_by_itself():
    """One reply was lost, one is refused by its fence, one is taken: each is told once, as it is."""
    some = attempts(3)
    rows = FakeRows(*some)
    rows.fails = [OutcomeUnknown(), FenceRefused()]
    deps = an_advance(rows)

    await advance(ids(some), deps)

    assert {100, 102} == set(rows.settled)
    assert {"work.claimed": 1, "work.settled": 2, "wait.ended": 2, "fence.refused": 1} == deps.observe.count()
    assert 0 == len(deps.held)


async def test_a_lost_reply_of_many_at_once_counts_as_written_where_the_fence_is_used_up():
    """COMMIT went out, its reply did not come: what the ledger then refuses had been written."""
    some = attempts(2)
    rows = FakeRows(*some)
    rows.fails = [OutcomeUnknown(), OutcomeUnknown(), FenceRefused(), FenceRefused()]
    deps = an_advance(rows)

    await advance(ids(some), deps)

    assert 2 == sum(fields["count"] for fields in deps.observe.named("work.settled"))
    assert [] == deps.observe.named("fence.refused")


async def test_places_are_freed_as_items_end():
    """Five ids of which three could be claimed: two at once, those decided at once in one, and one that was asked."""
    some = attempts(3)
    rows, freed = FakeRows(*some), []
    deps = an_advance(rows, decide=lambda attempt: (at_once, decider(TERMS))[attempt.fence == 101](attempt))

    await advance([*ids(some), uuid4(), uuid4()], deps, free=freed.append)

    assert [2, 1, 2] == [freed[0], *sorted(freed[1:])]


async def test_where_nothing_can_be_claimed_nothing_is_freed():
    """The caller learns it, and gives the places back itself."""
    rows, freed = FakeRows(), []
    rows.out_of_reach = StoreUnavailable()

    with pytest.raises(StoreUnavailable):
        await advance([uuid4()], an_advance(rows), free=freed.append)

    assert [] == freed


async def test_an_attempt_that_is_let_go_of_writes_nothing():
    """Its lease was lost while a registry was silent: another attempt has the row."""
    rows, registries = FakeRows(an_attempt(fence=100)), FakeRegistries()
    registries.hangs["tax_code", "RSSMRA85T50A562W"] = asyncio.Event()
    deps = an_advance(rows, decide=decider(TERMS), ask=registries)
    freed: list[int] = []

    under_way = asyncio.create_task(advance(list(rows.waiting), deps, free=freed.append))
    await until(lambda: bool(registries.asked))
    deps.held.let_go_of_all()
    await under_way

    assert {} == rows.settled
    assert [0, 1] == freed
    assert 0 == len(deps.held)
