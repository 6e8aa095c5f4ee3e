"""A server that runs and does nothing any more: told by what its processes call themselves."""

import subprocess

import psutil
import pytest

from deploy.local.postgres import is_stuck
from tests.integration.stack.running import until


@pytest.fixture
def postmaster():
    """Start a process with children of these titles, and give its process id."""
    started = []

    def start(*titles):
        lines = [f'(exec -a "{title}" sleep 30) &' for title in titles]
        process = subprocess.Popen(["bash", "-c", "\n".join([*lines, "wait"])], start_new_session=True)
        started.append(process)
        until(lambda: {*titles} == set(_titles(process.pid)))
        return process.pid

    yield start
    for process in started:
        subprocess.run(["pkill", "-P", str(process.pid)], check=False)
        process.wait()


def _titles(pid):
    """A child that is just becoming another program calls itself nothing."""
    return ["".join(child.cmdline()[:1]) for child in psutil.Process(pid).children()]


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


def test_a_server_that_has_no_children_yet_or_is_gone_is_not_stuck(postmaster):
    """It has only begun, or has been seen to end elsewhere."""
    assert not is_stuck(2**22)
