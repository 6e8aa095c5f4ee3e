"""A submission on which every worker dies, and a worker that sleeps: both end where they should."""

import asyncio
import os
import signal
import time

import pytest

from loadtest.faults.load import Load
from tests.faults.test_processes import in_hand
from tests.faults.verdict import Clients, conserved, quiet
from tests.integration.stack.running import PATIENCE, until
from tests.journeys.applicant import Applicant
from tests.journeys.system import System, added_up

ROW = """
SELECT buried_reason, crashes, lease_until IS NOT NULL FROM work JOIN submission USING (draft_id) WHERE number = $1
"""
# Its lease would run out all the same; the first one does, and then this saves the wait.
RUNS_OUT = """
UPDATE work SET lease_until = clock_timestamp(), due_at = clock_timestamp() FROM submission s
WHERE s.draft_id = work.draft_id AND number = $1 AND lease_until IS NOT NULL
"""
REFUSED, CRASHED = "approdo_fences_refused_total", "approdo_work_crashed_total"
Seen = dict[tuple[str, int | None], float]
ENDURED = 5  # deaths: one in company and one among suspects, which accuse nobody, and three alone


@pytest.fixture
async def stranger(system: System, clients: Clients) -> Applicant:
    """Somebody who files on a quiet system, so that nothing else is in a worker's hand."""
    await quiet(system)
    somebody = Applicant(system, 1, 1 + len(clients.strangers)).fill()
    clients.strangers.add(somebody.draft)
    return somebody


async def test_a_poisonous_submission_is_buried_and_everybody_else_decided(
    system: System, load: Load, clients: Clients, stranger: Applicant
) -> None:
    """Whoever takes it is killed, five times; then it waits for a person, who has it tried again."""
    system.tell_registries("labour", "hang", tax_code=stranger.tax_code)
    before = crashes_seen(system)
    stranger.file()
    await kill_who_holds(stranger, 0, before)

    async with load:
        for crashes in range(1, ENDURED):
            await kill_who_holds(stranger, crashes, before)
        await asyncio.to_thread(stranger.waits_for, "needs_officer")

    assert ("crashes", ENDURED) == (await row_of(stranger))[:2]
    assert "technical-fault" == stranger.standing()["timeline"][-1]["reasons"][0]["code"]
    await conserved(system, clients)

    system.tell_registries("labour", "ok", tax_code=stranger.tax_code)
    system.run("workers", "replay", "--reason", "crashes", "--who", "Anna", "--why", "the registry answers again")
    await asyncio.to_thread(stranger.waits_for, "payment_ordered")


async def test_a_worker_that_slept_through_its_lease_writes_nothing(system: System, stranger: Applicant) -> None:
    """Frozen while it asks, woken when others have decided: its fence is refused, and one decision stands."""
    system.tell_registries("labour", "slow", seconds=1.5, tax_code=stranger.tax_code, times=1)
    before = crashes_seen(system)
    stranger.file()
    sleeper = await holder_of(stranger, 0, before)
    asleep, refused = system.running.pid(sleeper), added_up(system.metrics()[sleeper], REFUSED)

    os.kill(asleep, signal.SIGSTOP)
    try:
        await asyncio.to_thread(stranger.waits_for, "payment_ordered")
    finally:
        os.kill(asleep, signal.SIGCONT)

    await asyncio.to_thread(until, lambda: added_up(system.metrics().get(sleeper, ""), REFUSED) > refused)
    assert ["accepted", "in_review", "granted", "payment_ordered"] == stranger.states()
    assert asleep == system.running.pid(sleeper)


async def kill_who_holds(applicant: Applicant, crashes: int, before: Seen) -> None:
    """Wait until a worker has the row in hand, with so many crashes before, and kill that worker."""
    holder, running = await holder_of(applicant, crashes, before), applicant.system.running
    killed = await asyncio.to_thread(running.kill, holder)
    if crashes:
        await asyncio.to_thread(until, lambda: running.pid(holder) != killed)
        await applicant.system.rows(RUNS_OUT, applicant.submission)


async def holder_of(applicant: Applicant, crashes: int, before: Seen) -> str:
    """Return the worker that has the row in hand, as soon as one has it with so many crashes before."""
    give_up_at = time.monotonic() + PATIENCE
    while (await row_of(applicant))[1:] != (crashes, True) or not (holders := who_holds(applicant, crashes, before)):
        assert time.monotonic() < give_up_at, await row_of(applicant)
        await asyncio.sleep(0.05)
    return holders[0]


def who_holds(applicant: Applicant, crashes: int, before: Seen) -> list[str]:
    """Return the worker that has it: the first time nothing else is there, and then only the lone worker may."""
    shown, now = applicant.system.metrics(), crashes_seen(applicant.system)
    holding = [key for key in now if in_hand(shown.get(key[0], "")) > 0]
    return [worker for worker, pid in holding if not crashes or now[worker, pid] > before.get((worker, pid), 0)]


def crashes_seen(system: System) -> Seen:
    """Return how many crashed rows each worker has taken, by its name and process id."""
    shown = {name: text for name, text in system.metrics().items() if "worker" in name}
    return {(name, system.running.pid(name)): added_up(text, CRASHED) for name, text in shown.items()}


async def row_of(applicant: Applicant) -> tuple[str | None, int, bool]:
    """Return why its work is buried, how many crashes it has seen, and whether a worker has it in hand."""
    return tuple((await applicant.system.rows(ROW, applicant.submission))[0])
