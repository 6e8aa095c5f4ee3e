"""The synthetic applicant before a real counter: she notices what fails, and is told apart from everybody."""

from datetime import timedelta
from uuid import UUID

import httpx
import pytest

from core.storage import synthetic
from core.storage.pressure import read_standing
from core.storage.tables import DRAFT_OWNED
from monitoring.synthetic import applicant
from monitoring.synthetic.applicant import walk
from monitoring.synthetic.round import Round
from tests.integration.counter.running import running_counter

NOW = timedelta(0)


@pytest.fixture(scope="module")
def counter(module_database_url, tmp_path_factory):
    """A real counter; nobody decides what is filed at it."""
    with running_counter(module_database_url, tmp_path_factory.mktemp("counter")) as running:
        yield running


@pytest.fixture(autouse=True)
async def nothing_before(connection):
    """Each test begins with nothing of anybody's."""
    for table in ("live_claim", "synthetic", *(table.name for table in reversed(DRAFT_OWNED))):
        await connection.execute(f"DELETE FROM {table}")


@pytest.fixture
async def filed(counter, ledger_url, monkeypatch):
    """Let her file, and wait in vain for a decision."""
    monkeypatch.setattr(applicant, "PATIENCE", 1.0)

    async def name(draft_id: UUID):
        await synthetic.name(ledger_url, draft_id)

    async with httpx.AsyncClient(trust_env=False) as client:
        return await walk(client, f"http://127.0.0.1:{counter.port}", 1, name)


async def rows(connection):
    """Count what there is of every draft, table by table."""
    names = ("live_claim", "synthetic", *(table.name for table in DRAFT_OWNED))
    return {name: await connection.fetchval(f"SELECT count(*) FROM {name}") for name in names}


async def test_what_is_not_decided_in_time_failed_and_is_taken_back(filed, connection):
    """Everything before it was timed; no officer finds her on a list."""
    assert ("decided", ["started", "saved", "filed", "receipt"]) == (filed.failed, list(filed.steps))
    assert "withdrawn" == await connection.fetchval("SELECT state FROM submission")
    assert 0 == await connection.fetchval("SELECT count(*) FROM live_claim")


async def test_she_is_in_no_figure(filed, counter, reader, connection):
    """Beside her somebody real is counted as before."""
    draft = counter.start_draft()
    assert 202 == counter.file(draft, counter.fill(draft)).status_code

    async with reader.snapshot() as snapshot:
        standing = await read_standing(snapshot)

    assert {"accepted": 1} == {state: rows for state, rows in standing.submissions.items() if rows}


async def test_she_leaves_nothing_behind_and_takes_nothing_of_others(filed, counter, ledger_url, connection):
    """Once she is done, and not before her time."""
    alone = await rows(connection)
    await synthetic.tidy(ledger_url)
    assert alone == await rows(connection)
    await synthetic.tidy(ledger_url, NOW)
    assert {0} == set((await rows(connection)).values())

    draft = counter.start_draft()
    assert 202 == counter.file(draft, counter.fill(draft)).status_code
    theirs = await rows(connection)
    await synthetic.tidy(ledger_url, NOW)
    assert theirs == await rows(connection)


@pytest.mark.parametrize(
    "then",
    ["SELECT 1", "DELETE FROM work", "UPDATE submission SET state = 'refused'"],
    ids=["as it is", "lost", "held"],
)
async def test_what_still_moves_is_not_taken_away(counter, ledger_url, connection, then):
    """Even hers: a worker may hold it; and what nobody moves is a fault that must be seen."""
    draft = counter.start_draft()
    await synthetic.name(ledger_url, UUID(draft.draft_id))
    assert 202 == counter.file(draft, counter.fill(draft)).status_code
    await connection.execute(then)

    await synthetic.tidy(ledger_url, NOW)

    assert 1 == await connection.fetchval("SELECT count(*) FROM submission")


async def test_who_says_of_herself_that_she_is_synthetic_is_not(counter, ledger_url, connection):
    """Only we name her: nobody can lose her application by a word."""
    asked = {"programme": "bonus-mamme-2025", "channel": "web", "client_reference": "sonda"}
    assert 201 == counter.client.post("/v1/drafts", json=asked).status_code

    await synthetic.tidy(ledger_url, NOW)

    assert 1 == await connection.fetchval("SELECT count(*) FROM draft")


async def test_without_a_counter_she_says_so_and_goes_on():
    """Nothing is raised."""
    told = []

    async def tidy():
        told.append("tidied")

    async with httpx.AsyncClient(trust_env=False) as client:
        made = Round(
            timedelta(seconds=60),
            lambda number: walk(client, "http://127.0.0.1:1", number, lambda _: None),
            tidy,
            lambda fact, **_: told.append(fact),
        )
        await made.file()

    assert ["tidied", "synthetic.failed"] == told
    assert (False, "after-started") == (made.told()["well"], made.told()["failed_at"])
    well, *_ = made.collect()
    assert [0.0] == [sample.value for sample in well.samples]


async def test_unset_she_never_files():
    """And shows no series."""
    made = Round(None, None, None, None)
    await made.run()

    assert [] == [sample for family in made.collect() for sample in family.samples]
