"""`python -m workers run` and `relay` as processes: they work, they leave cleanly, and they may be killed."""

import asyncio
import inspect
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from core.domain.submission import State
from tests.conftest import ENVIRONMENT
from tests.integration.workers.conftest import PATIENCE
from tests.unit.bonus.applications import a_tax_code, an_application

S = State
LONG = 2 * PATIENCE  # processes start slowly where many tests run
ROOT = Path(__file__).parents[3]


class Stack:
    """Processes of this room and the stand-ins, on this test's ledger and bell."""

    def __init__(self, data, settings, standins):
        self.data, self.settings, self.standins = data, settings, standins
        self.processes = []

    async def start(self, name, *command):
        """Start a process and wait until it has said that it is there."""
        process = await asyncio.to_thread(self._begin, name, command)
        self.processes.append(process)
        if command[0] == "workers":
            await waited_for(lambda: self.says_that_it_is(name, process.pid), process)
        return process

    def _begin(self, name, command):
        environment = ENVIRONMENT | self.settings | {"APPRODO_PROCESS": name, "APPRODO_DATA": str(self.data)}
        with (self.data / f"{name}.log").open("ab") as log:
            arguments = [sys.executable, "-m", *command]
            return subprocess.Popen(arguments, env=environment, cwd=ROOT, stdout=log, stderr=log)

    def says_that_it_is(self, name, pid):
        try:
            return json.loads((self.data / "run" / f"{name}.json").read_text())["pid"] == pid
        except (OSError, ValueError):
            return False

    async def tell_registries(self, **order):
        async with httpx.AsyncClient(timeout=LONG) as client:
            (await client.put(f"{self.standins}/control", json=order)).raise_for_status()

    async def stop(self, process, by=signal.SIGTERM):
        process.send_signal(by)
        return await asyncio.to_thread(process.wait, LONG)

    def lines(self, name):
        return [json.loads(line) for line in (self.data / f"{name}.log").read_text().splitlines()]


async def waited_for(condition, process=None):
    async with asyncio.timeout(LONG):
        while not (await found if inspect.isawaitable(found := condition()) else found):
            assert process is None or process.poll() is None, "it ended"
            await asyncio.sleep(0.02)


@pytest.fixture
async def stack(pipeline, redis_url, free_port, tmp_path):
    standins = f"http://127.0.0.1:{free_port}"
    settings = {"DATABASE_URL": pipeline.ledger.url, "REDIS_URL": redis_url, "APPRODO_REGISTRIES_URL": standins}
    stack = Stack(tmp_path, settings | {"APPRODO_STANDINS_PORT": str(free_port)}, standins)
    process = await stack.start("standins", "loadtest.standins")
    async with httpx.AsyncClient(timeout=LONG) as client:

        async def is_up():
            try:
                return (await client.get(f"{standins}/livez")).is_success
            except httpx.TransportError:
                return False

        await waited_for(is_up, process)
    yield stack
    for process in stack.processes:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait(LONG)


async def at_state(pipeline, draft_id, state):
    async def there():
        return (await pipeline.submission(draft_id)).state is state

    await waited_for(there)


async def test_a_relay_and_a_worker_do_it_all(pipeline, stack):
    """From accepted to a payment ordered; then both leave with code 0 and take their run files along."""
    relay, worker = await stack.start("relay-1", "workers", "relay"), await stack.start("worker-1", "workers", "run")
    drafts = [await pipeline.file() for _ in range(5)]

    for draft_id in drafts:
        await at_state(pipeline, draft_id, S.PAYMENT_ORDERED)

    assert [0, 0] == [await stack.stop(relay), await stack.stop(worker)]
    assert [] == list((stack.data / "run").glob("*.json"))
    for name in ("relay-1", "worker-1"):
        assert ["process.started", "process.stopped"] == [
            line["event"] for line in stack.lines(name) if line["event"].startswith("process.")
        ]


async def test_a_worker_that_is_asked_to_stop_gives_back_what_it_cannot_finish(pipeline, stack):
    """A registry hangs: the row is due again, with neither a try nor a crash counted."""
    await stack.tell_registries(registry="anpr", mode="hang")
    stack.settings["APPRODO_DRAIN"] = "PT0.2S"
    worker = await stack.start("worker-1", "workers", "run")
    draft_id = await pipeline.file()

    async def is_held():
        (row,) = await pipeline.work(draft_id)
        return row["lease_until"] is not None

    await waited_for(is_held)
    code = await stack.stop(worker)

    (row,) = await pipeline.work(draft_id)
    assert (0, None, 0, 0) == (code, row["lease_until"], row["attempt"], row["crashes"])
    assert [1] == [line["count"] for line in stack.lines("worker-1") if line["event"] == "lease.returned"]


async def test_a_killed_worker_loses_nothing_and_holds_up_nobody(pipeline, stack):
    """The lone worker sees to what it held, while others take what was filed since; each is decided once."""
    sections = an_application()
    await stack.tell_registries(registry="anpr", mode="slow", seconds=5, tax_code=sections["applicant"]["tax_code"])
    stack.settings |= {"APPRODO_LEASE": "PT2S", "APPRODO_HEARTBEAT": "PT0.5S", "APPRODO_POLL_INTERVAL": "PT0.2S"}
    worker = await stack.start("worker-1", "workers", "run")
    held = [await pipeline.file(sections) for _ in range(3)]
    await waited_for(lambda: in_hand(pipeline, held, crashes=0))
    assert -signal.SIGKILL == await stack.stop(worker, by=signal.SIGKILL)
    await waited_for(lambda: nobody_holds(pipeline, held))

    await stack.start("worker-1", "workers", "run")
    lone = await stack.start("lone-worker", "workers", "lone")
    await waited_for(lambda: in_hand(pipeline, held, crashes=1), lone)
    sections["applicant"]["tax_code"] = a_tax_code("1985-12-10", "BNCMRA")
    good = [await pipeline.file(sections) for _ in range(3)]
    for draft_id in good:
        await at_state(pipeline, draft_id, S.PAYMENT_ORDERED)

    for draft_id in held:
        await at_state(pipeline, draft_id, S.PAYMENT_ORDERED)
        assert [S.ACCEPTED, S.IN_REVIEW, S.GRANTED, S.PAYMENT_ORDERED] == await pipeline.states(draft_id)
    assert [(6,)] == [tuple(row) for row in await pipeline.ledger.sql("SELECT count(*) FROM decision")]
    assert 0 == await stack.stop(lone)


async def nobody_holds(pipeline, drafts):
    """Say whether the leases of all of these have run out."""
    (row,) = await pipeline.ledger.sql(
        "SELECT bool_and(lease_until < clock_timestamp()) FROM work WHERE draft_id = ANY($1)", drafts
    )
    return row[0]


async def in_hand(pipeline, drafts, crashes):
    """Say whether all of these are in somebody's hand, after so many crashes."""
    rows = [row for draft_id in drafts for row in await pipeline.work(draft_id)]
    return all(row["lease_until"] is not None and row["crashes"] == crashes for row in rows) and len(rows) > 0


async def test_a_lone_worker_that_is_asked_to_stop_gives_back_what_it_cannot_finish(pipeline, stack):
    """The suspect stays one, with neither a try nor another crash counted."""
    await stack.tell_registries(registry="anpr", mode="hang")
    stack.settings["APPRODO_DRAIN"] = "PT0.2S"
    draft_id = await pipeline.file()
    await pipeline.ledger.sql("UPDATE work SET crashes = 1")
    lone = await stack.start("lone-worker", "workers", "lone")
    await waited_for(lambda: in_hand(pipeline, [draft_id], crashes=1), lone)

    code = await stack.stop(lone)

    (row,) = await pipeline.work(draft_id)
    assert (0, None, 0, 1) == (code, row["lease_until"], row["attempt"], row["crashes"])


async def test_a_worker_starts_without_its_stores(stack, nowhere):
    """A database and a Redis that are away for a while are no reason to die; and it can be asked to leave."""
    stack.settings |= {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "REDIS_URL": nowhere}

    started = [stack.start(f"{command}-1", "workers", command) for command in ("run", "lone", "relay")]
    processes = await asyncio.gather(*started)
    await asyncio.sleep(0.5)

    assert [None] * 3 == [process.poll() for process in processes]
    assert [0] * 3 == await asyncio.gather(*map(stack.stop, processes))


@pytest.mark.parametrize("missing", ["REDIS_URL", "DATABASE_URL", "APPRODO_REGISTRIES_URL"])
def test_a_missing_setting_is_one_line(missing, tmp_path):
    """No traceback: the variable, and an exit code."""
    settings = {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "REDIS_URL": "redis://127.0.0.1:9/0",
        "APPRODO_REGISTRIES_URL": "http://127.0.0.1:9",
        "APPRODO_DATA": str(tmp_path),
    }
    environment = ENVIRONMENT | {name: value for name, value in settings.items() if name != missing}

    command = [sys.executable, "-m", "workers", "run"]
    ended = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (1, "") == (ended.returncode, ended.stdout)
    assert [True] == [f"{missing} is not set" in line for line in ended.stderr.splitlines()]
