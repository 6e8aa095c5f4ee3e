"""The only place that asks the time: the machine's time and the civil time people are judged by."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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


@dataclass(frozen=True, slots=True)
class CivilOffset:
    """How far civil time (arrivals, deadlines, "today" in the rules) runs ahead of machine time.

    Zero in production. A rehearsal sets it once, it is kept in the database, and storage applies it inside the
    transaction that needs it, so that no process can hold a stale copy.
    """

    by: timedelta = timedelta()

    @classmethod
    def to_read(cls, civil: datetime, machine: datetime) -> "CivilOffset":
        """Return the offset with which `machine` time reads as `civil`."""
        return cls(civil - machine)

    def civil(self, machine: datetime) -> datetime:
        """Return the civil time of a machine instant."""
        return machine + self.by

    @property
    def is_set(self) -> bool:
        """Say whether civil time is shifted at all; preflight is red while it is."""
        return self.by != timedelta()
