"""The lone worker: what it takes, what it looks at, and what it puts on a person's list."""

import asyncio
from datetime import timedelta

import pytest

from core.domain.errors import StoreUnavailable
from core.domain.submission import State
from core.domain.work import Buried, Kind
from tests.unit.workers.attempts import an_attempt
from tests.unit.workers.fakes import Facts, FakeRows, an_advance, attempts
from workers import run_lone
from workers.lone import A_FEW, Lone
from workers.registries import Limits

SPENT = 5  # one crash in company, one among suspects, three alone


class Bench:
    """A lone worker on fakes."""

    def __init__(self, *some):
        self.rows = FakeRows(*some)
        self.deps = an_advance(self.rows)
        self.lone = Lone(self.rows, self.deps, 3)


async def test_suspects_are_brought_to_their_end_a_few_at_a_time():
    """Together, and nothing else with them; each counts as a crash of its last worker."""
    bench = Bench(*attempts(A_FEW + 5, crashes=1))

    assert [A_FEW, 5, 0] == [await bench.lone.run_once() for _ in range(3)]

    assert A_FEW + 5 == len(bench.rows.settled)
    assert [A_FEW, 5] == [fields["crashed"] for fields in bench.deps.observe.named("work.claimed")]
    assert 0 == len(bench.deps.held)


def test_a_few_are_no_more_than_one_registry_takes():
    """None of them waits for a place, so a few take as long as one."""
    assert Limits().concurrency >= A_FEW


@pytest.mark.parametrize(("crashes", "spent"), [(1, False), (2, False), (SPENT - 1, False), (SPENT, True)])
async def test_three_crashes_alone_bury_a_row(crashes, spent):
    """Those in company accuse nobody."""
    bench = Bench(an_attempt(fence=100, crashes=crashes))

    await bench.lone.run_once()

    assert spent == isinstance(bench.rows.settled[100].end, Buried)


async def test_a_row_that_ended_too_many_workers_is_buried_unseen():
    """Nothing of what it holds is read: it waits for a person."""
    bench = Bench(an_attempt(fence=100, crashes=SPENT, state=State.ACCEPTED, contents={"applicant": b"\xff poison"}))

    await bench.lone.run_once()

    end = bench.rows.settled[100].end
    assert ("crashes", [State.IN_REVIEW, State.NEEDS_OFFICER]) == (end.reason, [move.to for move in end.moves])
    assert "crashes" == bench.deps.observe.named("work.buried")[0]["reason"]


async def test_a_payment_that_ended_too_many_workers_leaves_the_grant_alone():
    """Buried without a move."""
    bench = Bench(an_attempt(fence=100, kind=Kind.PAYMENT, state=State.GRANTED, crashes=SPENT))

    await bench.lone.run_once()

    assert Buried("crashes") == bench.rows.settled[100].end


async def test_a_database_that_is_away_does_not_end_the_looking(monkeypatch):
    """It looks again, until it is asked to stop."""
    bench, facts, asked = Bench(*attempts(1, crashes=1)), Facts(), asyncio.Event()
    bench.rows.out_of_reach = StoreUnavailable()

    async def pause(_, __):
        if bench.rows.out_of_reach is None:
            asked.set()
        bench.rows.out_of_reach = None

    monkeypatch.setattr("workers.run_lone.pause", pause)

    async with asyncio.timeout(10):
        await run_lone.keep_seeing(bench.lone, asked, facts)

    assert [{"failure": "StoreUnavailable"}] == facts.named("claim.failed")
    assert {100} == set(bench.rows.settled)
    assert timedelta(seconds=1) >= run_lone.LOOK_INTERVAL
