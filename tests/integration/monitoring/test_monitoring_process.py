"""`python -m monitoring` as an operator meets it: on its port, with its ledger, and without."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parents[3]
PATIENCE = 60.0  # seconds for a process to come up on a busy machine


def start(folder, url, **settings):
    """Start it on an inherited socket, as the supervisor does; return it and its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    environment = {
        "PATH": os.defpath,
        "APPRODO_DATA": str(folder),
        "APPRODO_PROCESS": "monitoring",
        "APPRODO_SOCKET_FD": str(listener.fileno()),
        "DATABASE_URL": url,
        **settings,
    }
    with listener:
        process = subprocess.Popen(
            [sys.executable, "-m", "monitoring"],
            cwd=ROOT,
            env=environment,
            pass_fds=[listener.fileno()],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        return process, f"http://127.0.0.1:{listener.getsockname()[1]}"


async def until(client, path, is_there):
    """Ask until the answer is the one waited for."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await client.get(path, timeout=PATIENCE)
            if is_there(answer):
                return answer
            await asyncio.sleep(0.05)


@pytest.fixture
async def running(tmp_path):
    """Start monitoring processes; each is stopped, and must have stopped well."""
    started = []

    def run(url, **settings):
        process, address = start(tmp_path, url, **settings)
        started.append(process)
        return process, httpx.AsyncClient(base_url=address, trust_env=False, timeout=PATIENCE)

    yield run
    for process in started:
        process.kill()
        process.communicate(timeout=PATIENCE)


def all_is_up(snapshot):
    """On a busy machine a process may not be read in time at the first look."""
    return snapshot["ledger"]["reachable"] and [True] == [seen["up"] for seen in snapshot["processes"]]


async def test_it_serves_reads_and_stops(running, ledger_url, tmp_path):
    """Alive, ledger read, found by its run file; SIGTERM ends it well and takes the run file away."""
    process, client = running(ledger_url)
    async with client:
        now = await until(client, "/v1/snapshot", lambda answer: all_is_up(answer.json()))
        series = (await client.get("/metrics")).text

    assert [("monitoring", process.pid)] == [(seen["process"], seen["pid"]) for seen in now.json()["processes"]]
    assert 'approdo_work_backlog{channel="web",kind="decision",state="due"} 0.0' in series

    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, b"")
    assert b"process.stopped" in out.splitlines()[-1]
    assert list((tmp_path / "run").iterdir()) == []


async def test_it_lives_without_its_ledger(running):
    """The page about a fault must not share it."""
    _, client = running("postgresql://nobody@127.0.0.1:1/nothing")
    async with client:
        await until(client, "/livez", lambda answer: answer.status_code == 200)

        assert (await client.get("/")).status_code == 200
        assert (await client.get("/v1/snapshot")).json()["notices"][0]["name"] == "LedgerAway"
        assert (await client.get("/clock")).status_code == 503


async def test_the_civil_clock_moves_for_everyone(running, ledger_url, connection):
    """It is kept in the ledger; the page says so at once."""
    _, client = running(ledger_url)
    async with client:
        await until(client, "/status", lambda answer: answer.status_code == 200)
        moved = await client.put("/clock", json={"now": "2025-12-09T23:59:58+01:00"})
        read = await client.get("/clock")
        page = await client.get("/")

    assert moved.status_code == 200
    assert moved.json()["civil_now"].startswith("2025-12-09T22:59:5")
    assert read.json()["offset_seconds"] == pytest.approx(moved.json()["offset_seconds"])
    assert await connection.fetchval("SELECT to_char(now() + ahead, 'YYYY-MM-DD') FROM civil_clock") == "2025-12-09"
    assert "Prova" in page.text
    assert ">09/12/2025" in page.text or ">10/12/2025" in page.text


async def test_production_cannot_move_it(running, ledger_url, connection):
    """Whoever has not logged in is told nothing, not even that there is no such address."""
    _, client = running(ledger_url, APPRODO_ENVIRONMENT="production")
    async with client:
        await until(client, "/status", lambda answer: answer.status_code == 200)
        refused = await client.put("/clock", json={"now": "2025-12-09T23:59:58+01:00"})

    assert refused.status_code == 401
    assert await connection.fetchval("SELECT ahead = interval '0' FROM civil_clock")


def test_a_missing_setting_is_one_line(tmp_path):
    """That names it."""
    process, _ = start(tmp_path, "")
    out, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 1
    assert (out, err.decode().strip()) == (
        b"",
        "DATABASE_URL is not set, and no system that `make run` started is running on this data",
    )


def test_a_taken_port_is_one_line(tmp_path):
    """That names the setting."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        environment = {
            "PATH": os.defpath,
            "APPRODO_DATA": str(tmp_path),
            "APPRODO_OPS_PORT": str(port),
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing",
        }
        done = subprocess.run(
            [sys.executable, "-m", "monitoring"],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr.decode().strip() == f"APPRODO_OPS_PORT: port {port} is taken"
