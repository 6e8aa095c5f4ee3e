"""The stages of stopping fit into the time that is promised."""

import signal
import socket
from collections import defaultdict
from pathlib import Path
from types import SimpleNamespace

import pytest

from deploy.local import embedded, folders
from deploy.local.child import Stage, Step
from deploy.local.rooms import Rooms
from deploy.local.supervisor import KILLED, Supervisor

PROMISED = 25.0  # seconds from SIGTERM until nothing is left


def test_the_slowest_stop_is_in_time(tmp_path: Path) -> None:
    """Even if every child is stubborn, all stages together take less than what is promised."""
    longest: dict[Stage, float] = defaultdict(float)
    with socket.socket() as listener:
        rooms = Rooms({}, tmp_path, listener, listener, listener, counters=3, workers=2, relays=2).children()
    bell, _ = embedded.bell(folders.make(tmp_path / "data"), {})
    for child in (*rooms, bell):
        longest[child.stage] = max(longest[child.stage], _seconds(*child.stop))
    longest[Stage.LEDGER] = _seconds(embedded.FAST_SHUTDOWN, embedded.IMMEDIATE_SHUTDOWN)

    assert set(longest) == set(Stage)
    assert sum(longest.values()) + 2 * KILLED < PROMISED


@pytest.mark.parametrize(
    ("requests", "last", "ended", "waited", "waits"),
    [
        (1, False, None, 0.9, True),
        (1, False, None, 1.0, False),  # it has had its time
        (1, False, 0, 0.0, False),
        (2, False, None, 0.0, False),  # asked twice: nobody waits for the stubborn
        (2, True, None, 0.9, True),  # what the ledger is told last has its time even then
    ],
)
def test_whoever_asks_twice_does_not_wait_for_the_stubborn(requests, last, ended, waited, waits):
    """But for the last step of each, after which nothing is left to be asked."""
    supervisor = SimpleNamespace(_stop_request=SimpleNamespace(count=requests))
    process = SimpleNamespace(ended=lambda: ended)

    assert waits == Supervisor._still_waits(supervisor, Step(signal.SIGTERM, 1.0, last=last), process, waited)


def _seconds(*steps: Step) -> float:
    return sum(step.seconds for step in steps)
