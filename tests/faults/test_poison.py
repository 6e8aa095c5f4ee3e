"""A submission on which every worker dies: it ends on a person's list, and everybody else is decided."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.load import Load
from tests.faults.test_processes import in_hand
from tests.faults.verdict import conserved
from tests.integration.stack.running import PATIENCE
from tests.journeys.applicant import Applicant
from tests.journeys.system import System, added_up, running_system

POISON = """
SELECT buried_reason, crashes, lease_until IS NOT NULL FROM work JOIN submission USING (draft_id) WHERE number = $1
"""
ENDURED = 4  # deaths: one in company, which accuses nobody, and three alone


@pytest.fixture
def quick() -> Iterator[System]:
    """A system whose leases run out soon, so that four deaths are seen within seconds."""
    with running_system(APPRODO_LEASE="PT3S", APPRODO_HEARTBEAT="PT1S", APPRODO_REOFFER="PT2S") as started:
        yield started


async def test_a_poisonous_submission_is_buried_and_everybody_else_decided(quick: System, tmp_path: Path) -> None:
    """Whoever takes it is killed, four times; then it waits for a person, who has it tried again."""
    log = tmp_path / "ledger.jsonl"
    poison = Applicant(quick, 1, 1)
    quick.tell_registries("labour", "hang", tax_code=poison.tax_code)
    poison.filed()
    await kill_who_holds(poison, crashes=0)

    async with Load(quick.address("http"), log):
        for crashes in range(1, ENDURED):
            await kill_who_holds(poison, crashes)
        await asyncio.to_thread(poison.waits_for, "needs_officer")

    assert ("crashes", ENDURED) == (await row_of(poison))[:2]
    assert "technical-fault" == poison.standing()["timeline"][-1]["reasons"][0]["code"]
    await conserved(quick, log, strangers=frozenset({poison.draft}))

    quick.tell_registries("labour", "ok", tax_code=poison.tax_code)
    quick.run("workers", "replay", "--reason", "crashes", "--who", "Anna", "--why", "the registry answers again")
    await asyncio.to_thread(poison.waits_for, "payment_ordered")


async def kill_who_holds(poison: Applicant, crashes: int) -> None:
    """Wait until a worker has the row in hand, with so many crashes before, and kill that worker."""
    give_up_at = time.monotonic() + PATIENCE
    while (await row_of(poison))[1:] != (crashes, True) or (holder := who_holds(poison.system, crashes)) is None:
        assert time.monotonic() < give_up_at, await row_of(poison)
        await asyncio.sleep(0.05)
    await asyncio.to_thread(poison.system.running.kill, holder)


def who_holds(system: System, crashes: int) -> str | None:
    """Return the worker that has it: the first time nothing else is there, and then only this row has crashed."""
    alone = [
        worker
        for worker, shown in system.metrics().items()
        if (not crashes or added_up(shown, "approdo_work_crashed_total")) and in_hand(shown) > 0
    ]
    return alone[0] if len(alone) == 1 else None


async def row_of(poison: Applicant) -> tuple[str | None, int, bool]:
    """Return why its work is buried, how many crashes it has seen, and whether a worker has it in hand."""
    return tuple((await poison.system.rows(POISON, poison.submission))[0])
