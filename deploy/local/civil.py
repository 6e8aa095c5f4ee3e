"""The civil date on one machine: a day inside a filing window when today is in none."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

# Circular INPS 139 of 28 October 2025: ordinary window to 9 December, late requests to 31 January 2026.
OPENS = datetime.fromisoformat("2025-10-28T00:00:00+01:00")
CLOSES = datetime.fromisoformat("2026-02-01T00:00:00+01:00")
REHEARSAL = "2025-11-20T09:00:00+01:00"
A_MOMENT = timedelta(minutes=5)  # longer than a start takes


@dataclass(frozen=True, slots=True)
class Civil:
    """What the database answered: how far civil time is shifted, in seconds, and what it reads now."""

    offset_seconds: float
    now: datetime

    @property
    def is_set(self) -> bool:
        """Say whether it is shifted at all."""
        return self.offset_seconds != 0

    def is_another_time_than(self, asked: datetime) -> bool:
        """Say whether it reads something else than what was asked for a moment ago."""
        return abs(self.now - asked) > A_MOMENT

    @property
    def in_rome(self) -> date:
        """Return the day on which people there would be standing at the counter."""
        return self.now.astimezone(ZoneInfo("Europe/Rome")).date()


def asked_for(environment: Mapping[str, str], now: datetime, *, development: bool) -> Mapping[str, str]:
    """Return the settings with a civil date: the one that is set, else one inside a window if `now` is in none."""
    if environment.get("APPRODO_CIVIL_NOW") or not development or OPENS <= now < CLOSES:
        return environment
    return {**environment, "APPRODO_CIVIL_NOW": REHEARSAL}


def read(last_line: str) -> Civil:
    """Read what the migrations print in the end. Errors: ValueError, KeyError."""
    said = json.loads(last_line)
    return Civil(float(said["civil_offset_seconds"]), datetime.fromisoformat(said["civil_now"]))
