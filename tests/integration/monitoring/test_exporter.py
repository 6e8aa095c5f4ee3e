"""The exporter on the real ledger: what it shows, and what it keeps while the ledger is away."""

from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry

from core.storage.reader import Reader
from monitoring.exporter import BACKLOG_EVERY, STANDING_EVERY, Exporter
from tests.integration.monitoring.rows import add, add_submission


class Facts(list):
    """A listener that keeps what it hears."""

    def __call__(self, fact, /, **fields):
        self.append((fact, fields))


@pytest.fixture
def facts():
    return Facts()


@pytest.fixture
def seconds():
    """The exporter's clock."""
    return [0.0]


@pytest.fixture
def exporter(reader, facts, seconds):
    return Exporter(reader, facts, lambda: seconds[0])


@pytest.fixture
def value(exporter):
    """Read a series as a scrape would."""
    registry = CollectorRegistry()
    registry.register(exporter)
    return lambda name, **labels: registry.get_sample_value(name, labels)


async def test_queue_series_are_what_the_ledger_says(exporter, connection, value):
    """Every channel and kind is there, with 0 where nothing waits."""
    await add(connection, channel="web")
    await add(connection, "needs_officer", buried_reason="out-of-patience")
    await exporter.look()

    assert value("approdo_work_backlog", channel="web", kind="decision", state="due") == 1
    assert value("approdo_work_backlog", channel="patronato", kind="payment", state="leased") == 0
    assert value("approdo_work_oldest_due_seconds", channel="contact_centre", kind="decision") == 0
    assert value("approdo_work_buried", reason="out-of-patience") == 1
    assert value("approdo_submissions", state="needs_officer") == 1
    assert value("approdo_submissions", state="paid") == 0
    assert value("approdo_civil_offset_seconds") == 0


async def test_a_look_that_is_under_way_does_not_set_back_the_civil_clock(exporter, reader, value, monkeypatch):
    """It read the offset before somebody moved the clock; the next look says what the ledger does."""
    await exporter.look()  # it has seen where submissions stand, too
    snapshot = reader.snapshot

    @asynccontextmanager
    async def moved_meanwhile():
        async with snapshot() as connection:
            yield connection
        exporter.civil_clock_moved(timedelta(hours=1))

    with monkeypatch.context() as patch:
        patch.setattr(reader, "snapshot", moved_meanwhile)
        await exporter.look()
    assert value("approdo_civil_offset_seconds") == 3600

    await exporter.look()
    assert value("approdo_civil_offset_seconds") == 0


async def test_a_silence_is_counted_and_told_once(exporter, connection, value, facts, seconds):
    """For as long as it lasts; another one is another."""
    lost = await add_submission(connection, "accepted")
    for _ in range(3):
        seconds[0] += STANDING_EVERY.total_seconds()
        await exporter.look()
    assert value("approdo_silent_submissions") == 1
    assert len([fact for fact, _ in facts if fact == "silence.found"]) == 1

    await connection.execute("UPDATE submission SET state = 'needs_officer'")
    await add_submission(connection, "accepted")
    seconds[0] += STANDING_EVERY.total_seconds()
    await exporter.look()

    assert value("approdo_silent_submissions") == 1
    told = [fields["draft_id"] for fact, fields in facts if fact == "silence.found"]
    assert told[0] == lost
    assert len(told) == 2


async def test_what_a_commit_is_worth_and_how_long_decisions_take_is_shown(exporter, connection, value):
    """Each durability setting; the estimate with its range, and none where too little was decided."""
    await exporter.look()

    assert value("approdo_ledger_durable", setting="fsync") == 1
    assert value("approdo_ledger_durable", setting="full_page_writes") == 1
    assert value("approdo_decision_estimate_seconds", bound="slow") is None

    for minutes in range(1, 7):
        draft_id = await add_submission(connection, "granted")
        await connection.execute(
            "INSERT INTO decision SELECT $1, 1, 'granted', '[]', 0, '1', '[]', 1, filed_at + $2 * interval '1 second'"
            " FROM submission WHERE draft_id = $1",
            draft_id,
            float(minutes) / 1_000_000,
        )
    exporter._standing_due = 0
    await exporter.look()

    quick, slow = (value("approdo_decision_estimate_seconds", bound=bound) for bound in ("quick", "slow"))
    assert 0 < quick < slow < 1


async def test_the_dear_look_is_taken_less_often(exporter, connection, value, seconds):
    """The backlog at every look, where submissions stand every so often."""
    await exporter.look()
    await add(connection)
    seconds[0] += STANDING_EVERY.total_seconds() / 2
    await exporter.look()
    assert value("approdo_work_backlog", channel="web", kind="decision", state="due") == 1
    assert value("approdo_submissions", state="accepted") == 0

    seconds[0] += STANDING_EVERY.total_seconds()
    await exporter.look()
    assert value("approdo_submissions", state="accepted") == 1


async def test_without_the_ledger_the_last_values_stay_and_their_age_grows(
    connection, reader, facts, seconds, value, exporter
):
    """A gap would look like calm, and a zero would be a lie."""
    await add(connection)
    await exporter.look()
    exporter._store = Reader("postgresql://nobody@127.0.0.1:1/nothing")
    seconds[0] += 60
    await exporter.look()

    assert value("approdo_work_backlog", channel="web", kind="decision", state="due") == 1
    assert value("approdo_backlog_age_seconds") == 60
    assert facts[-1] == ("backlog.missed", {"failure": "StoreUnavailable"})
    assert not exporter.seen.reachable

    exporter._store = reader
    await exporter.look()
    assert value("approdo_backlog_age_seconds") == 0
    assert "backlog.read" in [fact for fact, _ in facts[-2:]]


async def test_before_the_first_look_nothing_is_claimed(exporter, value):
    """Neither a backlog nor that there is none."""
    assert value("approdo_work_backlog", channel="web", kind="decision", state="due") is None
    assert value("approdo_silent_submissions") is None
    assert value("approdo_backlog_age_seconds") == 0


async def test_a_dear_look_that_fails_does_not_deny_the_ledger(exporter, connection, reader, facts, seconds, value):
    """What stands where is old, and its age says so; the backlog is as fresh as ever."""

    class Reluctant:
        """Gives one snapshot, and no other."""

        looks = 0

        def snapshot(self):
            self.looks += 1
            if self.looks > 1:
                raise TimeoutError
            return reader.snapshot()

    await exporter.look()
    exporter._store = Reluctant()
    seconds[0] += 60
    await exporter.look()

    assert exporter.seen.reachable
    assert facts[-1] == ("standing.missed", {"failure": "TimeoutError"})
    assert value("approdo_backlog_age_seconds") == 0
    assert value("approdo_standing_age_seconds") == exporter.age == 60


async def test_a_look_that_nobody_answered_is_soon_followed_by_another(facts, seconds):
    """However long it took: the page must not say that PostgreSQL is away long after it is back."""

    class Standing:
        """Still, for as long as anybody is patient."""

        def snapshot(self):
            seconds[0] += 12
            raise TimeoutError

    exporter = Exporter(Standing(), facts, lambda: seconds[0])

    assert await exporter.look() == BACKLOG_EVERY.total_seconds()
