"""The switches: what operators can hold back, by name, and the turns that are remembered of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from core.domain.draft import Channel
from core.domain.work import REGISTRIES, Kind

LONGEST = timedelta(days=7)  # of a pause that ends by itself
STARTS = "starts"  # new drafts of every channel; those begun go on


def intake(channel: str) -> str:
    """Return the switch of what one channel hands in: new drafts, saves, filings."""
    return f"intake:{channel}"


def registry(name: str) -> str:
    """Return the switch of the calls to one registry."""
    return f"registry:{name}"


def work(kind: str) -> str:
    """Return the switch of one kind of work."""
    return f"work:{kind}"


SWITCHES: Mapping[str, str] = MappingProxyType(
    {
        STARTS: "No new draft is begun. Drafts begun before are saved and filed as always.",
        **{
            intake(channel): f"Nothing new is taken from {channel.value.replace('_', ' ')}: no start, save or filing."
            " What was acknowledged before is answered as always, and can be read."
            for channel in Channel
        },
        **{
            registry(name): "No question is sent to it. Work that needs an answer waits, and loses no attempt."
            for name in REGISTRIES
        },
        **{work(kind): "Work of this kind is not begun. It stays due, and nothing is lost." for kind in Kind},
    }
)  # by name: what pausing it does


@dataclass(frozen=True, slots=True)
class Pause:
    """A switch that is off. Times are the machine's."""

    switch: str
    since: datetime
    until: datetime | None  # it ends by itself; None: when somebody ends it
    who: str
    why: str

    def holds(self, now: datetime) -> bool:
        """Say whether it has not ended by itself."""
        return self.until is None or now < self.until

    def left(self, now: datetime) -> timedelta | None:
        """Return how long it still holds; None where nobody has said."""
        return None if self.until is None else max(self.until - now, timedelta())


@dataclass(frozen=True, slots=True)
class Turn:
    """An operator's decision about one switch; `lasting` ends a pause by itself."""

    switch: str
    paused: bool
    who: str
    why: str
    lasting: timedelta | None = None
