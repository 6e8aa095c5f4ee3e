"""progress: one line that says how far the rehearsal is and what is going on; one line a phase where nobody watches."""

import sys
from collections.abc import Mapping
from shutil import get_terminal_size
from typing import Final, TextIO

from loadtest.rehearsal.plan import Plan

WIDE: Final = 24


class Progress:
    """Tells people who wait. On a terminal the line is written over; elsewhere a line comes with each new phase."""

    def __init__(self, out: TextIO = sys.stdout) -> None:
        self._out, self._live = out, out.isatty()
        self._phase = ""

    def say(self, line: str = "") -> None:
        """Write a line that stays."""
        self._out.write(("\r\x1b[K" if self._live else "") + line + "\n")
        self._out.flush()

    def load(self, plan: Plan, at: float, latest: Mapping[str, float | None], broken: str) -> None:
        """Show where the load is, what the system says, and what was broken last."""
        phase = next((one.name for one in plan.phases if at < one.end_s), "settling: everybody finishes")
        share = min(1.0, at / plan.seconds)
        if self._live:
            bar = "█" * int(share * WIDE) + "░" * (WIDE - int(share * WIDE))
            line = f"{bar} {share:4.0%}  {at:4.0f} s  {phase}{_told(latest)}{broken and f'  {broken}'}"
            self._out.write(f"\r\x1b[K{line[: get_terminal_size().columns - 1]}")  # a line that wraps stays there
            self._out.flush()
        elif phase != self._phase:
            self.say(f"{share:4.0%}  {at:4.0f} s  {phase}{_told(latest)}")
        self._phase = phase


def _told(latest: Mapping[str, float | None]) -> str:
    decided, backlog = latest.get("decided"), latest.get("backlog")
    if decided is None:
        return ""
    return f"  decided {decided:.0f}" + ("" if backlog is None else f", backlog {backlog:.0f}")
