"""What waits, since when, and what nobody moves, as the ledger has it."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from core.storage.pressure import BACKLOG_SECONDS, STATES, STUCK_AFTER, read_backlog, read_standing
from tests.integration.monitoring.rows import add, add_submission

MINUTE = timedelta(minutes=1)


async def backlog(reader):
    """The live work rows as {(channel, kind): lane}."""
    async with reader.snapshot() as connection:
        return {(lane.channel, lane.kind): lane for lane in await read_backlog(connection)}


def by_state(lane):
    return {state: rows for state in STATES if (rows := getattr(lane, state))}


async def standing(reader):
    async with reader.snapshot() as connection:
        return await read_standing(connection)


async def test_an_empty_ledger_has_no_pressure(reader):
    """Nothing waits, nobody is silent."""
    assert await backlog(reader) == {}
    assert (await standing(reader)).silent == frozenset()


async def test_live_work_is_due_offered_leased_or_waiting(reader, connection):
    """By channel and kind; buried rows are not live."""
    await add(connection, due=-MINUTE)
    await add(connection, due=-2 * MINUTE)
    await add(connection, channel="patronato", due=timedelta(seconds=15), made=-MINUTE, offered=True)
    await add(connection, due=MINUTE, lease=MINUTE, attempt=1, fence=7)
    await add(connection, kind="payment", due=MINUTE, attempt=1, fence=8)
    await add(connection, due=-MINUTE, buried_reason="out-of-patience")

    lanes = await backlog(reader)

    assert {key: by_state(lane) for key, lane in lanes.items()} == {
        ("web", "decision"): {"due": 2, "leased": 1},
        ("patronato", "decision"): {"offered": 1},
        ("web", "payment"): {"waiting": 1},
    }
    assert lanes["web", "decision"].oldest_seconds == pytest.approx(120, abs=30)
    assert lanes["patronato", "decision"].oldest_seconds == pytest.approx(60, abs=30)
    assert lanes["web", "payment"].oldest_seconds == 0


async def test_work_offered_in_vain_grows_old(reader, connection):
    """The relay moves its due time at each offer; it has been due since it was made all the same."""
    await add(connection, due=timedelta(seconds=15), made=-60 * MINUTE, offered=True)

    assert (await backlog(reader))["web", "decision"].oldest_seconds > 3_000


async def test_replayed_work_is_young(reader, connection):
    """It was made long ago, and due only since somebody decided so."""
    await add(connection, due=-MINUTE, made=-6_000 * MINUTE, fence=9)
    await add(connection, due=timedelta(seconds=15), made=-6_000 * MINUTE, offered=True, fence=9)

    assert (await backlog(reader))["web", "decision"].oldest_seconds == pytest.approx(60, abs=30)


async def test_a_lease_that_ran_out_is_due(reader, connection):
    """Its worker is gone."""
    await add(connection, due=-MINUTE, lease=-MINUTE, attempt=1, fence=3)

    assert by_state((await backlog(reader))["web", "decision"]) == {"due": 1}


async def test_submissions_are_counted_by_state_and_buried_work_by_reason(reader, connection):
    """A person's list, and how it came to be."""
    await add(connection, "needs_officer", buried_reason="out-of-patience")
    await add(connection, "needs_officer", buried_reason="out-of-patience")
    await add_submission(connection, "granted")

    stands = await standing(reader)

    assert stands.submissions == {"needs_officer": 2, "granted": 1}
    assert stands.buried == {"out-of-patience": 2}


@pytest.mark.parametrize("state", ["accepted", "in_review", "suspended", "reopened"])
async def test_a_submission_that_should_move_and_has_no_work_is_silent(reader, connection, state):
    """Nobody would ever look at it again."""
    lost = await add_submission(connection, state)
    await add(connection, state)
    await add(connection, state, buried_reason="crashed-alone")

    assert (await standing(reader)).silent == {lost}


@pytest.mark.parametrize("state", ["granted", "refused", "needs_applicant", "needs_officer", "withdrawn", "paid"])
async def test_a_submission_that_waits_for_people_or_is_over_is_not_silent(reader, connection, state):
    """It needs no work row."""
    await add_submission(connection, state)

    assert (await standing(reader)).silent == frozenset()


async def test_work_that_nobody_took_for_a_day_is_silent(reader, connection):
    """Unless somebody holds it, or it is not yet due."""
    stuck = await add(connection, due=-STUCK_AFTER - MINUTE)
    await add(connection, due=-STUCK_AFTER + MINUTE)
    await add(connection, due=-STUCK_AFTER - MINUTE, lease=MINUTE)
    await add(connection, due=STUCK_AFTER)

    assert (await standing(reader)).silent == {stuck}


async def test_a_look_is_brief(reader):
    """It gives way to those who work on the queue."""
    async with reader.snapshot() as connection:
        await read_backlog(connection)
        limit = (await connection.execute(text("SHOW statement_timeout"))).scalar_one()

    assert limit == f"{BACKLOG_SECONDS}s"
