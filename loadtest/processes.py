"""processes: what is so of one that may end, or go on, at any moment (proc(5))."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

STOPS: Final = 5.0  # seconds
_ENDED: Final = ("Z", "X", None)
_STILL: Final = ("T", "t", *_ENDED)


def runs(pid: int) -> bool:
    """Say whether a process runs. One that has ended does not, though it is there until its parent has asked how."""
    return _state(pid) not in _ENDED


def stand_still(pid: int) -> None:
    """Stop a process, if it is there, and return when it does nothing more: a moment later it may begin another."""
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGSTOP)
    give_up_at = time.monotonic() + STOPS
    while _state(pid) not in _STILL and time.monotonic() < give_up_at:
        time.sleep(0)


def _state(pid: int) -> str | None:
    """Return the letter of its state; None where it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(")")[2].split()[0]
    except OSError:
        return None
