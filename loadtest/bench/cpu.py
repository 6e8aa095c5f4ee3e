"""CPU time of whole programs: each process with all its children, as the kernel counts it."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")  # a second
Programs = Mapping[str, int]  # name: process id, whose descendants belong to it


def used(programs: Programs) -> dict[str, float]:
    """Return the CPU seconds that each program has used so far: user and system, children that ended included.

    Errors: OSError where a program is gone.
    """
    return {name: _of_tree(pid) for name, pid in programs.items()}


def since(before: Mapping[str, float], now: Mapping[str, float]) -> dict[str, float]:
    """Return what was used between two readings."""
    return {name: now[name] - before[name] for name in before}


def ours() -> float:
    """Return the CPU seconds of this process, which is the client and is never counted."""
    times = os.times()
    return times.user + times.system


def busy() -> float:
    """Return the CPU seconds all processors have worked so far (proc(5), stat: all but idle and iowait; no guests)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return (sum(fields) - fields[3] - fields[4]) / _TICKS


def _of_tree(pid: int) -> float:
    """A child that ended is counted by its parent; one that ends while we look may be missed until the next time."""
    return _seconds(pid, ended_children=True) + sum(_seconds_if_there(child) for child in descendants(pid))


def _seconds(pid: int, *, ended_children: bool) -> float:
    """Read proc(5) stat: after the name in parentheses, utime, stime, cutime and cstime are fields 14 to 17."""
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return sum(map(int, fields[11 : 15 if ended_children else 13])) / _TICKS


def _seconds_if_there(pid: int) -> float:
    try:
        return _seconds(pid, ended_children=True)
    except OSError:
        return 0.0


def descendants(pid: int) -> Iterator[int]:
    """Yield the processes that descend from one, itself not among them."""
    for child in children(pid):
        yield child
        yield from descendants(child)


def children(pid: int) -> list[int]:
    """Return the children of a process; each belongs to the thread that forked it, so every thread is asked."""
    try:
        threads = os.listdir(f"/proc/{pid}/task")  # noqa: PTH208 (names are all we need)
    except OSError:
        return []
    return [int(child) for thread in threads for child in _of_thread(pid, thread)]


def _of_thread(pid: int, thread: str) -> list[bytes]:
    """A thread that ends while we look says nothing of the children of all others."""
    try:
        return Path(f"/proc/{pid}/task/{thread}/children").read_bytes().split()
    except OSError:
        return []
