"""A watch over one child: start it, see it die, start it again."""

import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from deploy.local import restart
from deploy.local.child import Child, Tick
from deploy.local.process import Process, start
from deploy.local.terminal import Terminal

CANNOT_EXECUTE = 127  # the exit code shells use for it
STUCK_FOR = 3.0  # seconds after which a child that will never be of use again is replaced
READINESS_INTERVAL = 0.1  # seconds between two looks at whether a child is ready


@dataclass(slots=True)
class Watch:
    """One child over time. `deaths` counts those since the supervisor started."""

    child: Child
    logs: Path
    terminal: Terminal
    process: Process | None = None
    ready: bool = False
    deaths: int = 0
    early_deaths: int = 0
    due: float = 0.0
    last_code: int | None = None
    last_words: str = ""  # the end of what its last process wrote
    _frozen_since: float | None = field(default=None, repr=False)
    _stuck_since: float | None = field(default=None, repr=False)
    _looked: float = field(default=0.0, repr=False)

    def look(self, now: float, tick: Tick) -> None:
        """Take one look, `now` being monotonic seconds: notice a death, start what is due, ask what is starting."""
        if self.process is not None:
            self._notice_death(self.process, now)
        if self.process is None and now >= self.due:
            self._start(tick)
        if self.process is not None:
            self._ask(self.process, now)
            self._replace_if_frozen(self.process, now)
            self._replace_if_stuck(self.process, now)

    def _notice_death(self, process: Process, now: float) -> None:
        code = process.ended()
        if code is None:
            return
        process.end_group()
        self.last_words = process.last_lines()
        self._died(code, time.monotonic() - process.started, now)

    def _died(self, code: int, lived: float, now: float) -> None:
        verdict = restart.after(code, lived, self.early_deaths)
        self.process, self.ready, self.last_code = None, False, code
        self.deaths, self.early_deaths, self.due = self.deaths + 1, verdict.early_deaths, now + verdict.delay
        how = f"ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
        often = f" (it keeps ending, {self.early_deaths} times in a row: see its log)" if verdict.crash_looping else ""
        if verdict.is_news:
            self.terminal.say(f"{self.child.title}: {how}, starts again in {verdict.delay:.1f} s{often}")

    def _start(self, tick: Tick) -> None:
        self._frozen_since = self._stuck_since = None
        try:
            if self.deaths:
                self.child.clear(tick)
            self.process = start(self.child.command, self.logs)
        except (OSError, subprocess.SubprocessError) as error:
            self.last_words = f"it cannot be executed: {error}"
            self._died(CANNOT_EXECUTE, 0.0, time.monotonic())

    def _ask(self, process: Process, now: float) -> None:
        if self.ready or now < self._looked + READINESS_INTERVAL:
            return
        self._looked = now
        if self.child.is_ready(process.pid):
            self.ready = True
            self.terminal.say(f"{self.child.title}: {'back' if self.deaths else 'ready'}")

    def _replace_if_frozen(self, process: Process, now: float) -> None:
        if self.child.frozen_for is None:
            return
        if not _is_frozen(process.pid):
            self._frozen_since = None
        elif self._frozen_since is None:
            self._frozen_since = now
        elif now - self._frozen_since >= self.child.frozen_for:
            self.terminal.say(f"{self.child.title}: frozen for {self.child.frozen_for:.0f} s, is replaced")
            process.end_group()

    def _replace_if_stuck(self, process: Process, now: float) -> None:
        if not self.ready or now < self._looked + STUCK_FOR / 3:
            return
        self._looked = now
        if not self.child.is_stuck(process.pid):
            self._stuck_since = None
        elif self._stuck_since is None:
            self._stuck_since = now
        elif now - self._stuck_since >= STUCK_FOR:
            self.terminal.say(f"{self.child.title}: runs and does nothing any more, is replaced")
            process.end_group()


def _is_frozen(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_STOPPED
    except psutil.Error:
        return False
