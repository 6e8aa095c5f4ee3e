"""The stages of stopping fit into the time that is promised."""

import socket
from collections import defaultdict
from pathlib import Path

from deploy.local import embedded, folders
from deploy.local.child import Stage, Step
from deploy.local.rooms import Rooms
from deploy.local.supervisor import KILLED

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
    assert sum(longest.values()) + KILLED < PROMISED


def _seconds(*steps: Step) -> float:
    return sum(step.seconds for step in steps)
