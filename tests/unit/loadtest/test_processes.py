"""Processes that end, and begin others, while they are looked at."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from loadtest.bench.cpu import children
from loadtest.faults.parts import Parts
from loadtest.processes import runs, stand_still
from loadtest.rehearsal.breaking import Breaking
from loadtest.rehearsal.stack import Stack
from tests.integration.stack.running import until

LOOKS = 20
#: As a postmaster under a storm of connections, if somewhat faster: another child each moment, of which the first ends.
BEGINS_OTHERS = """
import os, signal, time
begun = []
while True:
    if (pid := os.fork()) == 0:
        time.sleep(600)
    begun.append(pid)
    if len(begun) > 10:
        os.kill(begun[0], signal.SIGKILL)
        os.waitpid(begun.pop(0), 0)
"""


@contextmanager
def begun(program):
    """A program of its own, ended with whatever it has begun."""
    process = subprocess.Popen([sys.executable, "-c", program], start_new_session=True)
    try:
        yield process
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.fixture
def ended():
    """A process that has ended, and nobody has asked how."""
    with subprocess.Popen(["true"]) as process:
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
        yield process


def test_who_has_ended_does_not_run_though_it_is_there(ended):
    """Its parent may take a while to ask; and who is gone is not there at all."""
    os.kill(ended.pid, 0)

    assert (False, False, True) == (runs(ended.pid), runs(2**22), runs(os.getpid()))


def test_who_stands_still_begins_nobody(ended):
    """From the moment on at which it is said to."""
    with begun(BEGINS_OTHERS) as process:
        until(lambda: len(children(process.pid)) >= 10)
        for _ in range(LOOKS):
            stand_still(process.pid)
            before = set(children(process.pid))
            time.sleep(0.01)
            assert before == set(children(process.pid))
            process.send_signal(signal.SIGCONT)

    stand_still(ended.pid)  # and who has ended is not waited for


def test_no_backend_of_a_server_that_is_frozen_goes_on(tmp_path):
    """Not that either which it had just begun."""
    with begun(BEGINS_OTHERS) as process:
        server = Parts(tmp_path, None, process, "", "", process.pid, process.pid)
        until(lambda: len(children(process.pid)) >= 10)
        for _ in range(LOOKS):
            server.signal_postgres(signal.SIGSTOP)
            until(lambda: {"T", "Z"} >= {_state(pid) for pid in children(process.pid)})
            server.signal_postgres(signal.SIGCONT)


def test_what_an_earlier_fault_has_ended_is_not_killed_again(ended, tmp_path):
    """It is named still, and there until the supervisor has looked: the next in its place is waited for."""
    stack = Stack(tmp_path)
    stack.popen = ended
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "relay-1.json").write_text(f'{{"pid": {ended.pid}}}')
    hit = []

    assert not Breaking(stack, [], time.time)._signalled("relay-1", signal.SIGKILL, hit)
    assert [] == hit


def _state(pid):
    with open(f"/proc/{pid}/stat") as stat:  # noqa: PTH123
        return stat.read().rpartition(")")[2].split()[0]
