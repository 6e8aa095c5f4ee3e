"""The roll: which processes are up, and how often each was started again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from monitoring.console.readings import Reading

#: A process that stopped in order took its run file with it: it is down for so long, and then it was taken out. One
#: that was killed or crashed left its run file, and is down until another is in its place.
FORGOTTEN_AFTER = timedelta(seconds=30)


@dataclass(slots=True)
class Entry:
    """One process, by name."""

    process: str
    pid: int
    up: bool
    restarts: int = 0  # seen since this console began
    started_at: float | None = None  # Unix seconds
    last_seen: float = 0.0  # monotonic seconds
    in_hand: int | None = None  # work rows it holds; None for who never does


class Roll:
    """Calls the processes by name at each reading."""

    def __init__(self) -> None:
        self._entries: dict[str, Entry] = {}

    def call(self, readings: Sequence[Reading], now: float) -> Sequence[Entry]:
        """Note who answered at `now` (monotonic seconds); return all who are known, by name."""
        for entry in self._entries.values():
            entry.up = False
        for reading in readings:
            self._note(reading, now)
        forgotten = now - FORGOTTEN_AFTER.total_seconds()
        self._entries = {name: entry for name, entry in self._entries.items() if entry.last_seen >= forgotten}
        return [self._entries[name] for name in sorted(self._entries)]

    def _note(self, reading: Reading, now: float) -> None:
        run_file = reading.run_file
        entry = self._entries.setdefault(run_file.process, Entry(run_file.process, run_file.pid, up=False))
        if run_file.pid != entry.pid:
            entry.restarts += 1
            entry.pid = run_file.pid
        entry.last_seen = now
        entry.up = reading.samples is not None
        if reading.samples is not None:
            held = reading.samples.has("approdo_work_in_hand")
            entry.in_hand = int(reading.samples.total("approdo_work_in_hand")) if held else None
            entry.started_at = reading.samples.value("approdo_process_start_time_seconds") or None
