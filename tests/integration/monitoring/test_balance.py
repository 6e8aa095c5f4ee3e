"""The balance of a real ledger: true of what the real system wrote, and red on each planted fault, by its name."""

import asyncio

import pytest

from core.domain.balance import Invariant
from core.storage import balance
from core.storage.reader import Reader
from monitoring.balance.scales import Scales
from monitoring.balance.signature import read_keys
from tests.integration.counter.running import running_counter


@pytest.fixture(scope="module")
def counter(module_database_url, tmp_path_factory):
    """A real counter, which writes real receipts."""
    with running_counter(module_database_url, tmp_path_factory.mktemp("counter")) as running:
        yield running


@pytest.fixture
def filed(counter, ledger_url):
    """File three times for real; return their drafts' ids."""

    def file(number):
        draft = counter.start_draft()
        answer = counter.file(draft, counter.fill(draft, applicant={"first_name": f"Maria {number}"}))
        assert 202 == answer.status_code, answer.text
        return draft.draft_id

    return [file(number) for number in range(3)]


@pytest.fixture
def scales(counter, reader):
    """Scales that hear what they tell."""
    told = []

    async def keys():
        return read_keys(await asyncio.to_thread(lambda: counter.client.get("/v1/receipt-keys").json()))

    made = Scales(reader, keys, lambda fact, **fields: told.append((fact, fields)))
    made.told = told
    return made


async def broken(scales):
    """Weigh, and return what is broken."""
    await scales.weigh()
    return {name: set(map(str, one.broken)) for name, one in scales.balance.items() if one.broken}


async def test_what_the_counter_writes_is_in_balance(scales, filed):
    """Every invariant was looked at, and holds."""
    assert {} == await broken(scales)
    assert set(Invariant) == scales.balance.keys()
    assert {3} == {one.looked_at for name, one in scales.balance.items() if name is not Invariant.IN_TIME}
    assert [] == scales.told


PLANTED = {
    "a lost revision": (Invariant.STORED, "DELETE FROM section_revision WHERE draft_id = $1 AND section = 'income'"),
    "an altered digest": (
        Invariant.STORED,
        "UPDATE section_revision SET digest = decode(repeat('00', 32), 'hex') WHERE draft_id = $1 AND section = 'work'",
    ),
    "another's number": (Invariant.STORED, "UPDATE submission SET number = 'AAAA2222' WHERE draft_id = $1"),
    "an altered receipt": (
        Invariant.SIGNED,
        "UPDATE filing SET receipt = replace(receipt, '.ey', '.eY') WHERE draft_id = $1",
    ),
    "no receipt": (Invariant.SIGNED, "DELETE FROM filing WHERE draft_id = $1"),
    "no work": (Invariant.ACCOUNTED, "DELETE FROM work WHERE draft_id = $1"),
    "granted by nobody": (Invariant.ACCOUNTED, "UPDATE submission SET state = 'granted' WHERE draft_id = $1"),
    "a decision on nothing": (
        Invariant.VERIFIED,
        """INSERT INTO decision (draft_id, round, outcome, months, amount_cents, rules_version, verifications, fence,
        decided_at) VALUES ($1, 1, 'refused', '[]', 0, 'x', '[]', 1, now())""",
    ),
    "a decision on what is not there": (
        Invariant.VERIFIED,
        """INSERT INTO decision (draft_id, round, outcome, months, amount_cents, rules_version, verifications, fence,
        decided_at) VALUES ($1, 1, 'refused', '[]', 0, 'x', '[["anpr", "identity", "00"]]', 1, now())""",
    ),
    "work of yesterday": (
        Invariant.IN_TIME,
        "UPDATE work SET created_at = now() - interval '26 hours' WHERE draft_id = $1",
    ),
    "a check that was never made": (
        Invariant.IN_TIME,
        """UPDATE submission SET state = 'suspended', next_check_at = now() - interval '2 hours' WHERE draft_id = $1""",
    ),
    "a live one without its claim": (
        Invariant.ONE_LIVE,
        "UPDATE submission SET person = decode(repeat('01', 32), 'hex') WHERE draft_id = $1",
    ),
    "a claim of a withdrawn one": (
        Invariant.ONE_LIVE,
        """WITH gone AS (UPDATE submission SET state = 'withdrawn' WHERE draft_id = $1 RETURNING *)
        INSERT INTO live_claim SELECT programme, "window", decode(repeat('02', 32), 'hex'), draft_id FROM gone""",
    ),
}


@pytest.mark.parametrize("fault", PLANTED)
async def test_a_planted_fault_is_named_and_told_once(scales, filed, connection, fault):
    """The invariant, the draft, and a fact with its id."""
    invariant, statement = PLANTED[fault]
    await connection.execute("DELETE FROM decision; DELETE FROM live_claim")
    await connection.execute(statement, filed[1])

    assert {invariant: {filed[1]}} == await broken(scales)
    await scales.weigh()
    assert [("drift.found", invariant, filed[1])] == [
        (fact, fields["reason"], str(fields["draft_id"])) for fact, fields in scales.told
    ]


async def test_without_a_counter_nothing_is_said_of_receipts(reader, filed):
    """Neither that they hold nor that they do not."""

    async def nobody():
        return None

    scales = Scales(reader, nobody, lambda *_, **__: None)
    await scales.weigh()

    assert set(Invariant) - {Invariant.SIGNED, Invariant.STORED} == scales.balance.keys()


async def test_without_a_store_the_last_balance_stays_and_grows_old():
    """And the loop goes on."""
    told = []
    reader = Reader("postgresql://nobody@127.0.0.1:1/nothing")
    scales = Scales(reader, None, lambda fact, **_: told.append(fact))

    await scales.weigh()

    assert (["balance.missed"], None, {}) == (told, scales.age, scales.balance)
    await reader.close()


STATEMENTS = ("_BOUNDS", "_SAMPLE", "_UNACCOUNTED", "_NOT_ONE_LIVE", "_UNVERIFIED", "_LATE", "_DIGESTS", "_FILINGS")
FILLED = {
    "ANY(:sample)": "ANY(ARRAY['00000000-0000-7000-8000-000000000000']::uuid[])",
    ":sample": "200",
    ":random": "'00000000-0000-7000-8000-000000000000'",
    ":most": "1000",
    ":longest": "'25 hours'",
}


@pytest.mark.parametrize("name", STATEMENTS)
async def test_a_large_ledger_is_looked_at_by_its_indexes(connection, name):
    """Where there is an index to go by, no statement reads a whole table but the narrow one of what is still to do."""
    statement = getattr(balance, name).text
    for parameter, value in FILLED.items():
        statement = statement.replace(parameter, value)
    async with connection.transaction():
        await connection.execute("SET LOCAL enable_seqscan = off")
        plan = [row[0] for row in await connection.fetch(f"EXPLAIN {statement}")]

    assert [] == [line for line in plan if "Seq Scan on" in line and "on work" not in line]
