"""Readiness: no promise is given that might not be kept."""

import asyncio
import json
from pathlib import Path

import pytest

from core.clock import SystemClock
from core.domain.errors import StoreUnavailable
from core.storage import keyring
from core.storage.durability import connect_to_keep
from core.storage.reader import Reader
from ingest import health, texts
from ingest.admission.admission import Admission
from ingest.health import Readiness
from ingest.http.problems import Problems
from ingest.http.refusal import Refusal
from ingest.keys import Keys

PATIENCE = 60.0  # seconds on a busy machine


def the_keys(folder: Path) -> Keys:
    return Keys(folder, SystemClock().now())


async def test_the_keys_a_database_was_begun_with_are_recognised(database_url, tmp_path):
    """Also after a restart of the counter."""
    for _ in range(2):
        assert [] == await keyring.strangers(database_url, the_keys(tmp_path / "keys").marks())


async def test_other_keys_than_the_databases_are_noticed(database_url, tmp_path):
    """A lost keys folder is made anew at the next start: one mother could file twice, a number be given twice."""
    await keyring.strangers(database_url, the_keys(tmp_path / "keys").marks())

    assert ["person", "number"] == await keyring.strangers(database_url, the_keys(tmp_path / "other").marks())


@pytest.mark.parametrize(("strange", "why"), [([], []), (["person"], ["another-person-key"])])
async def test_a_counter_with_other_keys_acknowledges_nothing(database_url, strange, why):
    """It says why, and refuses before any work."""

    async def found():
        return strange

    reader = Reader(database_url)
    readiness = Readiness(reader, found)
    admission = Admission(lambda: readiness.unsound, SystemClock())

    await readiness.ask()
    await reader.close()

    assert why == readiness.why_not
    if why:
        with pytest.raises(Refusal, match="unsound"):
            admission.must_be_sound()
    else:
        admission.must_be_sound()


async def test_a_counter_that_demands_a_standby_acknowledges_nothing_without_one(database_url):
    """It says so, and no connection for acknowledgements is to be had; undemanded, the same database will do."""

    async def nothing():
        return []

    reader = Reader(database_url)
    readiness = Readiness(reader, nothing, standby=True)

    await readiness.ask()
    await reader.close()

    assert (["no-synchronous-standby"], True) == (readiness.why_not, readiness.unsound)
    with pytest.raises(StoreUnavailable):
        await connect_to_keep(database_url, standby=True)
    await (await connect_to_keep(database_url)).close()


NOWHERE = "postgresql://nobody@127.0.0.1:1/nothing"


@pytest.mark.parametrize(
    ("state", "code", "why"),
    [
        ({}, "not-ready", ["not-asked-yet"]),
        ({"why_not": ["store-unavailable"]}, "store-unavailable", ["store-unavailable"]),
        ({"why_not": ["fsync-is-off"], "unsound": True}, "unsound", ["fsync-is-off"]),
        ({"why_not": ["store-unavailable"], "unsound": True}, "store-unavailable", ["store-unavailable"]),
        ({"why_not": [], "stopping": True}, "shutting-down", []),
    ],
)
@pytest.mark.parametrize("answer", [health.ready, health.status])
async def test_a_counter_that_is_not_ready_says_what_stands_in_the_way(answer, state, code, why):
    """It says that it is starting only while it is."""

    async def nothing():
        return []

    readiness = Readiness(Reader(NOWHERE), nothing, **state)
    told = answer(readiness, Problems(texts.load()))

    body = json.loads(told.body)
    assert (told.status, body["code"], body["why"]) == (503, code, why)
    assert ("avvia" in body["title"]) == (code in {"not-ready", "shutting-down"})


async def test_while_something_stands_in_the_way_the_store_is_looked_at_again_soon(database_url):
    """Nobody is refused for long once it is gone."""

    async def nothing():
        return []

    reader = Reader(database_url)
    readiness = Readiness(reader, nothing)
    pauses = [readiness.pause]
    await readiness.ask()
    await reader.close()

    assert [health.SOON_SECONDS, health.EVERY_SECONDS] == [*pauses, readiness.pause]
    assert health.SOON_SECONDS < health.EVERY_SECONDS / 4


async def test_a_store_that_does_not_answer_is_no_start():
    """Asked of an address where nobody is."""

    async def nothing():
        return []

    reader = Reader(NOWHERE)
    readiness = Readiness(reader, nothing)

    await readiness.ask()
    await reader.close()

    assert json.loads(health.ready(readiness, Problems(texts.load())).body)["title"] == "Per ora non possiamo salvare"


async def test_a_fault_does_not_end_the_looking(database_url, monkeypatch):
    """A table that is not there for a moment, say: else nobody would ever hear that the disk no longer flushes."""
    facts, again = [], asyncio.Event()

    async def strange():
        if not facts:
            raise LookupError
        again.set()
        return []

    monkeypatch.setattr(health, "SOON_SECONDS", 0.0)
    reader = Reader(database_url)
    readiness = Readiness(reader, strange, observe=lambda fact, **fields: facts.append((fact, fields)))
    watching = asyncio.create_task(readiness.watch())
    async with asyncio.timeout(PATIENCE):
        await again.wait()
    watching.cancel()
    await reader.close()

    assert [("readiness.failed", {"failure": "LookupError"})] == facts
