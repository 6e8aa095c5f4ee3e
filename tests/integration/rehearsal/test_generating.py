"""The generator inside Locust: an open model, shared out over workers, and written down whole."""

import json
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from loadtest.ledger import read
from loadtest.rehearsal.folder import Folder, rows
from loadtest.rehearsal.generating import Generating, Order
from loadtest.rehearsal.plan import arrivals, lay_out, steady
from loadtest.rehearsal.profiles import PROFILES
from loadtest.rehearsal.stack import ROOT

SECONDS, SCALE, SEED = 4.0, 30.0, 11
STALLS_AT, STALLS_FOR = 1.0, 1.2  # seconds; on a busy machine a little later, and longer


@pytest.fixture(scope="module")
def empty():
    """A counter that answers at once and keeps nothing: its address and process."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        process = subprocess.Popen(
            [sys.executable, "-m", "loadtest.rehearsal.empty_counter"],
            cwd=ROOT,
            env={**os.environ, "APPRODO_SOCKET_FD": str(listening.fileno())},
            pass_fds=[listening.fileno()],
        )
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", process.pid
        process.kill()
        process.wait()


@pytest.fixture(scope="module")
def generated(empty, tmp_path_factory):
    """The folder of a load of two workers, what the generators say, and between when the counter stood still."""
    host, pid = empty
    folder = Folder(tmp_path_factory.mktemp("generated"))
    order = Order(host, "steady", SEED, scale=SCALE, seconds=SECONDS, pace=1000, generators=2)
    generating = Generating(order, folder.place)
    try:
        began = generating.wait_until_begun()
        time.sleep(max(0.0, began + STALLS_AT - time.time()))
        os.kill(pid, signal.SIGSTOP)
        stalled = time.time() - began
        time.sleep(STALLS_FOR)
        goes_on = time.time() - began
        os.kill(pid, signal.SIGCONT)
        give_up_at = time.monotonic() + 60
        while generating.runs() and time.monotonic() < give_up_at:
            time.sleep(0.1)
    finally:
        generating.stop()
    return folder, generating.gather(folder), (stalled, goes_on)


def test_everybody_comes_once_however_slow_the_answers_are(generated):
    """The arrivals of the seed, shared out over the workers, none dropped."""
    folder, said, _ = generated
    wanted = list(arrivals(lay_out(steady(PROFILES["steady"], SECONDS), SEED, SCALE, SECONDS)))
    offered = list(rows(folder.offered))

    assert said["arrivals"] == len(wanted)
    assert [sum(int(one.at) == second for one in wanted) for second in range(4)] == [
        int(line["started"]) for line in offered[:4]
    ]
    assert said["dropped"] == sum(int(line["dropped"]) for line in offered) == 0


def test_a_stall_is_felt_by_all_who_came_in_it(generated):
    """An open model shows it: those who came while nothing was answered all waited for its end."""
    folder, _, (stalled, goes_on) = generated
    waited = [
        float(one["answered_at"]) >= goes_on - 0.3
        for one in rows(folder.answers)
        if stalled + 0.3 < float(one["intended_at"]) < goes_on - 0.3 and one["code"] != "hung-up"
    ]

    assert len(waited) >= 5
    assert all(waited)


def test_what_the_workers_wrote_is_one_log(generated):
    """Intents keep apart, every answer belongs to one, and no journey broke."""
    folder, said, _ = generated
    history = read(folder.ledger)

    assert history.damaged == 0
    assert len(history.intents) == sum("what" in json.loads(line) for line in folder.ledger.read_text().splitlines())
    assert all(one.last != "unknown" for one in history.intents.values())
    assert said["broken_journeys"] == []


def test_locust_leaves_its_own_report(generated):
    """CSV and HTML, for whoever is used to them."""
    folder, _, _ = generated
    left = {file.name for file in (folder.place / "locust").iterdir()}

    assert {"stats_stats.csv", "locust.html"} <= left
