"""Programs with a bug, under load, each judged: the verdict is red, and says by name what is broken."""

import asyncio
import json
import shutil
import socket
import time
from base64 import urlsafe_b64encode
from contextlib import contextmanager, suppress

import httpx
import pytest

from deploy.local.readiness import has_said_where
from loadtest.bench.program import start
from loadtest.faults.load import Load
from loadtest.verdict import judge
from tests.planted.recording import Recording

LOAD, PATIENCE = 2.0, 60.0

LOSES_SECTIONS = "DELETE FROM section_revision WHERE section = 'work'"
DECIDES_TWICE = """
INSERT INTO decision (draft_id, round, outcome, months, amount_cents, rules_version, verifications, fence, decided_at)
SELECT draft_id, 2, outcome, months, amount_cents, rules_version, verifications, fence, decided_at
FROM decision WHERE round = 1 LIMIT 1 ON CONFLICT DO NOTHING
"""
FORGETS_TO_PAY = "DELETE FROM work WHERE kind = 'payment'"


@contextmanager
def program(system, name, *command, **environment):
    """Run a program beside those of the system, with the same settings; give the address it listens on."""
    addresses = {"DATABASE_URL": "database_url", "REDIS_URL": "redis_url", "APPRODO_REGISTRIES_URL": "registries"}
    given = {variable: system.address(part) for variable, part in addresses.items()}
    given |= {"APPRODO_DATA": str(system.data), "APPRODO_PROCESS": name, **environment}
    with socket.create_server(("127.0.0.1", 0), backlog=256) as listening:
        begun = start(name, ["-m", *command], given, system.data / "logs", listening=listening)
        try:
            _until(lambda: has_said_where(system.data / "run" / f"{name}.json", begun.pid), begun)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            begun.stop()


def _until(fact, begun):
    give_up_at = time.monotonic() + PATIENCE
    while not fact():
        begun.must_run()
        assert time.monotonic() < give_up_at, begun.last_lines()
        time.sleep(0.1)


def _ready(url):
    give_up_at = time.monotonic() + PATIENCE
    while httpx.get(f"{url}/readyz", trust_env=False, timeout=PATIENCE).status_code != 200:
        assert time.monotonic() < give_up_at
        time.sleep(0.1)


class Undeterred(Load):
    """People some of whom are refused what they should be given: the next one comes all the same."""

    async def _one_after_the_other(self):
        while not self._over:
            with suppress(AssertionError):
                await super()._one_after_the_other()


async def judged(system, place, url=None):
    """Load a counter, and return the verdict on it."""
    recording = Recording(system, place, url, Undeterred)
    async with recording.running():
        await asyncio.sleep(LOAD)
    return await asyncio.to_thread(judge, place, system.running.where(), PATIENCE)


def names(verdict):
    """Return the sets that the verdict is red for."""
    return {reason.partition(":")[0] for reason in verdict.reasons}


async def test_a_counter_that_acknowledges_before_it_commits_loses(clean, tmp_path):
    """Its answers are well formed and signed; what they promise is not there."""
    with program(clean, "counter-8", "tests.fakes.planted_bug", "-", "ingest") as url:
        _ready(url)
        verdict = await judged(clean, tmp_path / "run", url)

    assert "lost" in names(verdict)
    assert "fail" == verdict.result


async def test_a_counter_that_loses_a_section_loses(clean, tmp_path):
    """One section of each draft, as soon as it is written."""
    with program(clean, "counter-8", "tests.fakes.planted_bug", LOSES_SECTIONS, "ingest") as url:
        _ready(url)
        verdict = await judged(clean, tmp_path / "run", url)

    assert "lost" in names(verdict)


async def test_a_counter_with_another_receipt_key_forges(clean, tmp_path):
    """Nobody can verify what it signs with the keys that are published."""
    keys = tmp_path / "keys"
    shutil.copytree(clean.data / "keys", keys)
    (signing,) = keys.glob("receipts-*.json")
    another = urlsafe_b64encode(bytes(range(32))).decode().rstrip("=")
    signing.write_text(json.dumps(json.loads(signing.read_text()) | {"secret": another}))
    with program(clean, "counter-8", "ingest", APPRODO_KEYS=str(keys)) as url:
        _ready(url)
        verdict = await judged(clean, tmp_path / "run", url)

    assert {"forged"} == names(verdict)


@pytest.mark.parametrize(("bug", "named"), [(DECIDES_TWICE, "dup_effect"), (FORGETS_TO_PAY, "stuck")])
async def test_a_worker_that_decides_twice_or_forgets_is_found(clean, tmp_path, bug, named):
    """While the workers without the bug stand still."""
    with (
        program(clean, "worker-8", "tests.fakes.planted_bug", bug, "workers", "run"),
        clean.paused("worker-1", "worker-2"),
    ):
        verdict = await judged(clean, tmp_path / "run")

    assert named in names(verdict)
    assert "fail" == verdict.result


async def test_the_same_programs_without_a_bug_are_not_red(clean, tmp_path):
    """What turns it red is the bug, not the way it was planted."""
    with (
        program(clean, "counter-8", "tests.fakes.planted_bug", "SELECT 1", "ingest") as url,
        program(clean, "worker-8", "tests.fakes.planted_bug", "SELECT 1", "workers", "run"),
    ):
        _ready(url)
        verdict = await judged(clean, tmp_path / "run", url)

    assert set() == {found.name for found in verdict.sets if found.count}
