"""The only place that asks the time.

Two times. *Machine* time is asked here and never shifted. *Civil* time (arrivals, deadlines, "today" in the rules) is
machine time plus one offset, zero in production; the database keeps it and adds it inside the transaction that needs it
(core/storage/civil.py), so that no process can hold a stale copy.
"""

import time
from datetime import UTC, datetime
from typing import Protocol
from zoneinfo import ZoneInfo

ROME = ZoneInfo("Europe/Rome")


class Clock(Protocol):
    """Machine time. It is never shifted: leases, due times, backoff and the life of tokens are measured with it."""

    def now(self) -> datetime:
        """Return the current instant, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go back, for durations only."""


class SystemClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()
