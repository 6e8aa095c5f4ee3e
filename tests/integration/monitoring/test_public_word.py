"""The public word of a real monitoring process: by hand, by alert, on a port of its own, and through an outage."""

import asyncio
import os
import subprocess
import sys
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import httpx
import orjson
import pytest

from core.domain.errors import NotFound
from core.domain.incident import Cause, Effect, Function, Incident
from core.storage import incidents
from tests.integration.monitoring.test_monitoring_process import PATIENCE, ROOT, start, until
from tests.unit.monitoring.public.test_alarms import notification

NOON = datetime(2025, 11, 20, 11, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@asynccontextmanager
async def monitoring(folder, url, **settings):
    """Run it until the end of the block; give its address."""
    process, address = start(folder, url, **settings)
    try:
        async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE) as client:
            await until(client, "/livez", lambda answer: answer.status_code == 200)
            yield client
    finally:
        process.kill()
        process.communicate(timeout=PATIENCE)


async def command(folder, *arguments):
    """Run `python -m monitoring.incidents`."""
    ran = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "monitoring.incidents", *arguments],
        cwd=ROOT,
        env={"PATH": os.defpath, "APPRODO_DATA": str(folder)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return ran.returncode, ran.stdout, ran.stderr


async def test_an_incident_by_hand_is_told_while_postgresql_is_away(tmp_path):
    """In the page, the feeds and the script, and by the command that opened it; a restart forgets nothing."""
    nowhere = "postgresql://nobody@127.0.0.1:1/nothing"
    said = ("--who", "Anna", "--why", "works on the line")
    async with monitoring(tmp_path, nowhere) as client:
        opened = await command(
            tmp_path, "open", "--function", "submission", "--cause", "planned", "--minutes", "90", *said
        )
        page = (await client.get("/stato", headers={"accept-language": "de-AT"})).text
        told = (await client.get("/stato.json")).json()
        feed = (await client.get("/stato.atom")).text

    assert (0, "") == (opened[0], opened[2])
    [one] = told["incidents"]
    assert "Im Moment können keine Anträge gesendet werden" in page
    assert ("submission", "planned") == (one["function"], one["cause"])
    assert f"urn:approdo:incident:{one['incident']}" in feed
    assert one["incident"] in (await command(tmp_path, "list"))[1]

    async with monitoring(tmp_path, nowhere) as client:
        assert one["incident"] in (await client.get("/stato/it")).text
        closed = await command(tmp_path, "close", one["incident"], *said)
        assert (0, "out") != (closed[0], (await client.get("/stato.json")).json()["state"])


async def test_a_request_waits_while_nobody_runs(tmp_path, monkeypatch):
    """And says that it does."""
    monkeypatch.setattr("monitoring.incidents.PATIENCE", 0.1)

    assert (2, "") == (await command(tmp_path, "word", "nonsense", "--minutes", "5", "--who", "A", "--why", "b"))[:2]


async def test_alertmanager_opens_and_closes_with_its_key_alone(tmp_path, ledger_url):
    """The same alert twice is one incident; without the key nothing is heard."""
    async with monitoring(tmp_path, ledger_url) as client:
        key = (tmp_path / "public" / "alerts.key").read_text()
        assert 0o600 == (tmp_path / "public" / "alerts.key").stat().st_mode & 0o777
        allowed = {"authorization": f"Bearer {key}"}
        firing = notification(("WorkWaiting", "firing", "b2"))

        refused = [
            await client.post("/v1/alerts", content=firing, headers=head)
            for head in ({}, {"authorization": "Bearer x"})
        ]
        misread = await client.post("/v1/alerts", content=b"{}", headers=allowed)
        assert [] == (await client.get("/stato.json")).json()["incidents"]
        for _ in range(2):
            assert 204 == (await client.post("/v1/alerts", content=firing, headers=allowed)).status_code
        told = (await client.get("/stato.json")).json()

    assert [401, 401, 422] == [answer.status_code for answer in (*refused, misread)]
    assert [("decision", "slow")] == [(one["function"], one["cause"]) for one in told["incidents"]]
    assert "slow" == told["state"]


async def test_a_port_of_its_own_serves_the_public_word_and_nothing_else(tmp_path, ledger_url, free_port):
    """In production only this is public; at another address of this machine than all else, where that is wished."""
    place = {"APPRODO_STATUS_HOST": "127.0.0.2", "APPRODO_STATUS_PORT": str(free_port)}
    async with (
        monitoring(tmp_path, ledger_url, **place),
        httpx.AsyncClient(base_url=f"http://127.0.0.2:{free_port}", trust_env=False, timeout=PATIENCE) as public,
    ):
        there = [
            (await public.get(path)).status_code for path in ("/", "/stato", "/stato.json", "/stato.atom", "/status")
        ]
        hidden = [(await public.get(path)).status_code for path in ("/metrics", "/v1/snapshot", "/targets", "/clock")]
        alert = await public.post("/v1/alerts", content=b"{}")

    assert [303, 200, 200, 200, 200] == there
    assert {404} == {*hidden, alert.status_code}


async def test_an_answer_is_bytes_with_a_tag(tmp_path, ledger_url):
    """Not sent twice to a cache that has it; nothing but reading is allowed."""
    async with monitoring(tmp_path, ledger_url) as client:
        first = await client.get("/stato/it")
        again = await client.get("/stato/it", headers={"if-none-match": first.headers["etag"]})
        head, post = await client.head("/stato/it"), await client.post("/stato/it")

    assert (304, b"") == (again.status_code, again.content)
    assert (200, b"") == (head.status_code, head.content)
    assert (405, "GET, HEAD") == (post.status_code, post.headers["allow"])
    assert "script-src" not in first.headers["content-security-policy"]


def incident(incident_id="0000000a", function=Function.SUBMISSION, ended=True):
    return Incident(
        incident_id,
        function,
        Cause.STORE,
        NOON,
        NOON,
        NOON,
        ended_at=NOON + 10 * MINUTE if ended else None,
    )


async def attempted(connection, at, code="store-unavailable", operation="submission", times=1, named=None):
    await connection.execute(
        """INSERT INTO attempt_log (draft_id, attempted_at, operation, code, noted_at, incident, trial, key_id, times)
        VALUES (gen_random_uuid(), $1, $2, $3, now(), $4, false, 'k', $5)""",
        *(at, operation, code, named, times),
    )


async def attested(connection):
    """Wait until an outage is, and return its row."""
    for _ in range(int(PATIENCE / 0.1)):
        if row := await connection.fetchrow("SELECT * FROM incident WHERE attested_at IS NOT NULL"):
            return row
        await asyncio.sleep(0.1)
    pytest.fail("nothing was attested")


@pytest.fixture
async def no_incidents(connection):
    """A ledger in which nothing ever happened."""
    await connection.execute("DELETE FROM incident; DELETE FROM attempt_log")


async def test_an_outage_counts_whom_it_turned_away(no_incidents, ledger_url, connection, reader):
    """Faults of ours, of its function, while it lasted; and never changes once attested."""
    await attempted(connection, NOON + MINUTE, times=3)
    await attempted(connection, NOON + 2 * MINUTE, code="already-filed", named="0000000a")
    for at, code, operation in (
        (NOON - MINUTE, "store-unavailable", "submission"),
        (NOON + 11 * MINUTE, "store-unavailable", "submission"),
        (NOON + MINUTE, "already-filed", "submission"),
        (NOON + MINUTE, "store-unavailable", "reading"),
    ):
        await attempted(connection, at, code, operation)
    await incidents.write(ledger_url, [incident()])
    with pytest.raises(NotFound):
        await incidents.Outages(reader).find("0000000a")

    await incidents.attest(ledger_url, "0000000a", Effect.NO_TERM, NOON + 11 * MINUTE)
    first = await incidents.Outages(reader).find("0000000a")
    await attempted(connection, NOON + MINUTE)
    await incidents.attest(ledger_url, "0000000a", Effect.TERM_INSIDE, NOON + 12 * MINUTE)
    await incidents.write(ledger_url, [incident(ended=False)])

    assert (4, Effect.NO_TERM, NOON, NOON + 10 * MINUTE) == (
        first.refused,
        first.effect,
        first.started_at,
        first.ended_at,
    )
    assert first == await incidents.Outages(reader).find("0000000a")
    assert [first] == await incidents.Outages(reader).between(NOON + MINUTE, NOON + MINUTE)
    assert [] == await incidents.Outages(reader).between(NOON + 11 * MINUTE, NOON + 12 * MINUTE)


async def test_an_open_incident_is_not_attested(no_incidents, ledger_url, reader):
    """Nobody knows yet what it did."""
    await incidents.write(ledger_url, [incident(ended=False)])
    await incidents.attest(ledger_url, "0000000a", Effect.NO_TERM, NOON)

    with pytest.raises(NotFound):
        await incidents.Outages(reader).find("0000000a")
    [one] = await incidents.latest(reader)
    assert (Function.SUBMISSION, Cause.STORE, None) == (one.function, one.cause, one.ended_at)


async def test_a_hand_is_filed_and_attested_in_the_end(no_incidents, tmp_path, ledger_url, connection):
    """From the command to the row that the counter signs."""
    said = ("--who", "Anna", "--why", "a test")
    async with monitoring(tmp_path, ledger_url) as client:
        since = (datetime.now(UTC) - timedelta(minutes=5)).isoformat()
        until_then = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        await command(tmp_path, "open", "--function", "all", "--cause", "other", "--at", since, *said)
        [one] = orjson.loads((await client.get("/stato.json")).content)["incidents"]
        await command(tmp_path, "close", one["incident"], "--at", until_then, *said)
        row = await attested(connection)

    assert (one["incident"], None, "no-term", 0) == (
        row["incident_id"],
        row["operation"],
        row["effect"],
        row["refused"],
    )
