"""A server that runs and does nothing any more: told by what its processes call themselves."""

import os
import signal
import subprocess

import psutil
import pytest

from deploy.local.postgres import is_stuck
from tests.integration.stack.running import ask_each, until

LOOKS = 60


@pytest.fixture
def postmaster():
    """Start a process with children of these titles, and give its process id."""
    started = []

    def start(*titles, begins="wait"):
        lines = [f'(exec -a "{title}" sleep 30) &' for title in titles]
        process = subprocess.Popen(["bash", "-c", "\n".join([*lines, begins])], start_new_session=True)
        started.append(process)
        until(lambda: {*titles} <= set(_titles(process.pid)))
        return process.pid

    yield start
    for process in started:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _titles(pid):
    """A child that is just becoming another program calls itself nothing."""
    return ask_each(psutil.Process(pid).children(), lambda child: "".join(child.cmdline()[:1]))


@pytest.mark.parametrize("at_work", ["walwriter ", "startup recovering 000000010000000000000001"])
def test_a_server_that_writes_or_recovers_is_at_work(postmaster, at_work):
    """Named as a cluster or not."""
    pid = postmaster(f"postgres: approdo: {at_work}", "postgres: checkpointer")

    assert not is_stuck(pid)
    assert not is_stuck(postmaster(f"postgres: {at_work}"))


def test_a_server_whose_recovery_is_gone_is_stuck(postmaster):
    """What stays of PostgreSQL 18 then; somebody who is just connecting makes no recovery."""
    pid = postmaster(
        "postgres: approdo: io worker 0",
        "postgres: approdo: checkpointer ",
        "postgres: approdo: approdo approdo [local] startup",
    )

    assert is_stuck(pid)


def test_who_ends_while_it_is_looked_at_makes_no_stuck_server_a_working_one(postmaster):
    """Everybody tries to connect to it, again and again: each time a child begins, is refused and ends."""
    title = "postgres: approdo: approdo approdo [local] startup"
    pid = postmaster("postgres: approdo: checkpointer ", begins=f'while :; do (exec -a "{title}" true); done')

    assert [True] * LOOKS == [is_stuck(pid) for _ in range(LOOKS)]


def test_a_server_that_has_no_children_yet_or_is_gone_is_not_stuck(postmaster):
    """It has only begun, or has been seen to end elsewhere."""
    assert not is_stuck(2**22)
