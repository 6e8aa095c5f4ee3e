"""Stopping leaves nothing behind, however it comes."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from loadtest.processes import stand_still
from tests.integration.stack.running import PATIENCE, STARTS, Running, ask_each, running, until
from tests.integration.stack.toy_house import ROOT


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_everything(house: Path, ports: dict[str, str], number: signal.Signals) -> None:
    """After the signal no process is left, the exit code is 0 and PostgreSQL was shut down in order."""
    with running(house, **ports) as stack:
        stack.process.send_signal(number)

        assert stack.process.wait(PATIENCE) == 0

    assert stack.left() == []
    assert "database system is shut down" in (stack.data / "logs" / "postgres.log").read_text()
    assert not (stack.data / "run" / "system.json").exists()


def test_a_killed_supervisor_leaves_no_orphan(house: Path, ports: dict[str, str]) -> None:
    """Kill -9 of the supervisor ends everything it started, and the next start goes on with the same data."""
    with running(house, **ports) as stack:
        database = (stack.data / "postgres" / "PG_VERSION").stat().st_ino

        stack.process.kill()

        until(lambda: not stack.left(), lambda: str(stack.left()))

    with running(house, **ports) as again:
        assert (again.data / "postgres" / "PG_VERSION").stat().st_ino == database


def test_a_killed_supervisor_can_be_followed_at_once(house: Path, ports: dict[str, str]) -> None:
    """A start does not trip over the PostgreSQL that is still ending."""
    with running(house, **ports) as stack:
        stack.process.kill()
        stack.process.wait()

        with running(house, **ports) as again:
            assert not set(stack.seen) & set(again.children())


def test_a_child_that_does_not_end_is_killed(house: Path, ports: dict[str, str]) -> None:
    """A stubborn child has its time and then no more."""
    (house / "data" / "stubborn-relay-1").touch()
    with running(house, **ports) as stack:
        stack.process.terminate()
        stack.process.wait(PATIENCE)

    assert "relay-1: did not end in time, is killed" in stack.said()
    assert stack.left() == []


def test_a_frozen_postgresql_does_not_hold_up_the_stop(house: Path, ports: dict[str, str]) -> None:
    """Its backends stand still and hear no signal: they have their time, are killed, and the next start recovers."""
    with running(house, **ports) as stack:
        postmaster = psutil.Process(stack.pid("postgres"))
        stand_still(postmaster.pid)  # from then on it has no more of them
        ask_each(postmaster.children(), psutil.Process.suspend)
        stack.process.terminate()

        assert stack.process.wait(PATIENCE) == 0  # in time: tests/unit/deploy/test_stages.py

    assert "PostgreSQL: did not end in time, is killed" in stack.said()
    assert stack.left() == []
    with running(house, **ports) as again:
        assert "PostgreSQL: ready" in again.said()


def test_a_start_while_another_still_stops_is_refused_and_harms_nothing(house: Path, ports: dict[str, str]) -> None:
    """Until the last child has gone the folder is taken; a moment later it is free."""
    (house / "data" / "stubborn-relay-1").touch()
    with running(house, **ports) as stack:
        stack.process.terminate()
        until(lambda: "stopping" in stack.said(), stack.said)
        stack.process.send_signal(signal.SIGSTOP)  # so that it is not done before the other has begun
        try:
            with running(house, wait=False, **ports) as too_early:
                assert too_early.process.wait(PATIENCE) == 1
        finally:
            stack.process.send_signal(signal.SIGCONT)
        assert stack.process.wait(PATIENCE) == 0

    assert str(stack.process.pid) in too_early.said()
    assert stack.left() == []
    with running(house, **ports) as again:
        assert "PostgreSQL: ready" in again.said()


def test_a_second_signal_hurries(house: Path, ports: dict[str, str]) -> None:
    """Whoever asks twice leaves nothing behind either; that nobody waits then: tests/unit/deploy/test_stages.py."""
    for name in ("counter-1", "relay-1", "worker-1"):
        (house / "data" / f"stubborn-{name}").touch()
    with running(house, **ports) as stack:
        stack.process.terminate()
        until(lambda: "stopping" in stack.said(), stack.said)
        until(lambda: stack.ended() or stack.process.terminate())

    assert stack.left() == []


def test_a_signal_during_the_start_stops_what_there_is(empty_house: Path, ports: dict[str, str]) -> None:
    """Ctrl-C before READY is as good as after it, and the half-made database is not taken for one."""
    with running(empty_house, wait=False, **ports) as stack:
        until((stack.data / "postgres-unfinished").exists)
        stack.children()
        stack.process.send_signal(signal.SIGINT)

        assert stack.process.wait(PATIENCE) == 0
    assert stack.left() == []

    with running(empty_house, **ports) as again:
        assert not (again.data / "postgres-unfinished").exists()


def test_a_signal_to_make_alone_stops_everything(house: Path, ports: dict[str, str]) -> None:
    """The recipe ends with the bare supervisor, so make hands the signal on to it."""
    with _made(house, ports) as stack:
        stack.process.terminate()

        stack.process.wait(PATIENCE)

        assert stack.left() == []
        assert len(stack.seen) > 8


def test_a_killed_make_takes_everything_along(house: Path, ports: dict[str, str]) -> None:
    """Nothing runs on for nobody."""
    with _made(house, ports) as stack:
        stack.process.kill()

        until(lambda: not stack.left(), lambda: str(stack.left()))


@contextmanager
def _made(house: Path, ports: dict[str, str]) -> Iterator[Running]:
    """`make run` in the toy house, READY, as a shell's background job: with SIGINT ignored."""
    shutil.copy(ROOT / "Makefile", house)
    (house / ".venv" / "bin").mkdir(parents=True)
    (house / ".venv" / "bin" / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (house / ".venv" / "bin" / "python").chmod(0o755)
    (house / "requirements.lock").touch()
    (house / ".venv" / ".run").touch()
    with (house / "made.txt").open("wb") as output:
        make = subprocess.Popen(
            ["make", "run"],
            cwd=house,
            env={**os.environ, **ports, "APPRODO_DATA": str(house / "data")},
            stdout=output,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # noqa: PLW1509
        )
    stack = Running(house, house / "data", make, house / "made.txt")
    try:
        until(lambda: "\nREADY" in stack.said(), stack.said, STARTS)
        stack.children()
        yield stack
    finally:
        for process in stack.left():
            process.terminate()
        make.wait(PATIENCE)
