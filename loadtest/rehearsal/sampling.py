"""sampling: once a second, what the system says of itself and what its processes use."""

import json
import os
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

import httpx

from loadtest.bench import cpu
from loadtest.rehearsal.folder import OTHERS, PROCESSES, SAMPLES, Folder, write
from loadtest.rehearsal.stack import Stack

_TICKS: Final = os.sysconf("SC_CLK_TCK")
_PAGE_MB: Final = os.sysconf("SC_PAGE_SIZE") / 1e6
_GROUPS: Final = {"worker": "workers", "lone-worker": "workers"}
_PATIENCE: Final = 0.8  # seconds a process may take to tell; then the cell stays empty

Cell = float | None


class Sampling:
    """Takes samples in a thread of its own until it is told to stop, and then writes them down."""

    def __init__(self, stack: Stack, generators: Callable[[], Iterable[int]], now: Callable[[], float]) -> None:
        """Take the system, the process ids of the generators, and the clock of the load in seconds."""
        self._stack, self._generators, self._now = stack, generators, now
        self._client = httpx.Client(timeout=_PATIENCE, trust_env=False)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._use = Use()
        self._decided = Increase()
        self._lines: list[list[Cell]] = []

    def begin(self) -> None:
        """Begin."""
        self._thread.start()

    def end(self, folder: Folder) -> None:
        """Stop, and write `samples.csv`."""
        self._over.set()
        self._thread.join(10)
        self._client.close()
        write(folder.samples, SAMPLES, [["" if cell is None else cell for cell in line] for line in self._lines])

    @property
    def latest(self) -> Mapping[str, Cell]:
        """Return the last sample."""
        return dict(zip(SAMPLES, self._lines[-1], strict=True)) if self._lines else {}

    def _run(self) -> None:
        second = 0
        while not self._over.wait(max(0.0, second - self._now())):
            second = max(second, int(self._now()))
            self._lines.append(self._sample(second))
            second += 1

    def _sample(self, second: int) -> list[Cell]:
        shown = dict(self._shown())
        told = shown.get("monitoring", "")
        for name, text in shown.items():
            if (decided := added_up(text, "approdo_decisions_total")) is not None:
                self._decided.see(name, decided)
        used = self._use.look(self._pids())
        is_read = added_up(told, "approdo_backlog_age_seconds") is not None  # a series of nothing is not shown
        none = 0.0 if is_read else None
        return [
            float(second),
            _or(added_up(told, "approdo_work_backlog"), none),
            _or(added_up(told, "approdo_work_oldest_due_seconds", largest=True), none),
            self._decided.total,
            _or(added_up(told, "approdo_work_buried"), none),
            *(cell for name in PROCESSES for cell in used.get(name, (None, None))),
        ]

    def _shown(self) -> Iterator[tuple[str, str]]:
        """Yield what the processes that count decisions and backlog show."""
        for file in (self._stack.data / "run").glob("*.json"):
            if not file.stem.startswith(("worker-", "lone-worker", "monitoring")):
                continue
            with suppress(OSError, ValueError, KeyError, httpx.HTTPError):
                yield file.stem, self._client.get(json.loads(file.read_text())["metrics"]).text

    def _pids(self) -> Iterator[tuple[str, int]]:
        for name, pid in self._stack.pids().items():
            kind = name.rstrip("0123456789").rstrip("-")
            yield _GROUPS.get(kind, kind), pid
        yield from (("generator", pid) for pid in self._generators())


class Use:
    """What groups of processes have used: what those that ended had used by our last look is not forgotten."""

    def __init__(self) -> None:
        self._seen: dict[str, dict[tuple[int, int], float]] = defaultdict(dict)
        self._first: dict[str, float] = {}
        self._idle_machine, self._idle_self = cpu.busy(), cpu.ours()

    def look(self, pids: Iterable[tuple[str, int]]) -> dict[str, tuple[Cell, Cell]]:
        """Return, by group, the CPU seconds used since it was first seen, and the memory in use now, in MB.

        What the machine did besides is told as that of others.
        """
        memory: dict[str, list[tuple[float, float]]] = defaultdict(list)
        for group, pid in pids:
            for one in (pid, *cpu.descendants(pid)):
                with suppress(OSError, ValueError, IndexError):
                    began, used = _used(one)
                    self._seen[group][one, began] = used
                    memory[group].append(_memory(one))
        found: dict[str, tuple[Cell, Cell]] = {}
        ours = cpu.ours() - self._idle_self  # whoever looks takes some of it
        for group, seen in self._seen.items():
            total = sum(seen.values())
            first = self._first.setdefault(group, total)
            own = sum(resident - shared for resident, shared in memory[group])
            common = max((shared for _, shared in memory[group]), default=0.0)
            found[group] = (round(total - first, 2), round(own + common, 1))
            ours += total - first
        found[OTHERS] = (round(max(0.0, cpu.busy() - self._idle_machine - ours), 2), None)
        return found


class Increase:
    """Adds up counters of processes that begin again from zero when they are replaced."""

    def __init__(self) -> None:
        self._last: dict[str, float] = {}
        self.total = 0.0

    def see(self, name: str, value: float) -> None:
        """Take what a process shows now."""
        last = self._last.get(name)
        if last is not None:
            self.total += value - last if value >= last else value
        self._last[name] = value


def added_up(shown: str, name: str, *, largest: bool = False) -> float | None:
    """Return the sum of a series over its labels, or its largest value; None where it is not shown."""
    values = [
        float(line.rpartition(" ")[2]) for line in shown.splitlines() if line.startswith((f"{name} ", f"{name}{{"))
    ]
    return (max(values) if largest else sum(values)) if values else None


def _or(value: Cell, otherwise: Cell) -> Cell:
    return otherwise if value is None else value


def _used(pid: int) -> tuple[int, float]:
    """Return when a process began, in ticks, and the CPU seconds it has used (proc(5), stat)."""
    fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
    return int(fields[19]), (int(fields[11]) + int(fields[12])) / _TICKS


def _memory(pid: int) -> tuple[float, float]:
    """Return the resident memory of a process and the shared part of it, in MB (proc(5), statm)."""
    fields = Path(f"/proc/{pid}/statm").read_bytes().split()
    return int(fields[1]) * _PAGE_MB, int(fields[2]) * _PAGE_MB
