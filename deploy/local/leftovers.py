"""Leftovers: processes whose parent was killed, found and ended before anything takes their place."""

import os
import signal
import time
from collections.abc import Callable, Collection
from pathlib import Path

import psutil


def end_all_in(folder: Path, *, first: signal.Signals, patience: float, tick: Callable[[], None]) -> None:
    """End every process that works in `folder`: with `first`, and after `patience` seconds with SIGKILL."""
    for number in (first, signal.SIGKILL):
        give_up_at = time.monotonic() + patience
        found = working_in(folder)
        _send(found, number)
        while found and time.monotonic() < give_up_at:
            tick()
            found = working_in(folder)


def end_adopted(known: Collection[int]) -> None:
    """Kill the orphans that came to us from a child that died; `known` are those we started ourselves."""
    _send([child.pid for child in psutil.Process().children() if child.pid not in known], signal.SIGKILL)


def reap_adopted(known: Collection[int]) -> bool:
    """Let orphans that have ended go; those we started ourselves are asked how they ended elsewhere.

    Return whether any child is left.
    """
    peek = os.WEXITED | os.WNOHANG | os.WNOWAIT
    try:
        while (ended := os.waitid(os.P_ALL, 0, peek)) and ended.si_pid not in known:
            os.waitpid(ended.si_pid, os.WNOHANG)
    except ChildProcessError:
        return False
    return True


def working_in(folder: Path) -> list[int]:
    """Return the processes whose current folder this is; a PostgreSQL process stays in its database's."""
    return [process.pid for process in psutil.process_iter() if _is_in(process.pid, folder)]


def _is_in(pid: int, folder: Path) -> bool:
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except OSError:
        return False


def _send(pids: Collection[int], number: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
