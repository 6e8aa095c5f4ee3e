"""The book of incidents: how alarms open them, how calm closes them; pure, so that it holds while nothing answers."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from core.domain.incident import Cause, Function, Incident

QUIET = timedelta(seconds=60)  # without an alarm for so long, an incident is over; it ended when the quiet began
WORD = timedelta(minutes=30)  # by when the public hears again about an open one
MOST = 100  # incidents the book keeps; the ledger keeps them all

NewId = Callable[[], str]


@dataclass(frozen=True, slots=True)
class Alarm:
    """A reason to hold an incident open. The same key again is the same alarm."""

    key: str
    function: Function
    cause: Cause
    since: datetime


@dataclass(frozen=True, slots=True)
class Book:
    """Every incident known here, latest first. `muted`: alarms that sound on though somebody closed their incident."""

    incidents: tuple[Incident, ...] = ()
    muted: frozenset[str] = frozenset()

    @property
    def open(self) -> tuple[Incident, ...]:
        """Return the incidents that last."""
        return tuple(one for one in self.incidents if one.is_open)

    def find(self, incident_id: str) -> Incident | None:
        """Return an incident by its id."""
        return next((one for one in self.incidents if one.incident_id == incident_id), None)

    def sounded(self, alarm: Alarm, now: datetime, new_id: NewId) -> "Book":
        """Return the book after an alarm: it joins the open incident of its function and cause, or opens one."""
        if alarm.key in self.muted or any(alarm.key in one.alarms for one in self.open):
            return self
        for one in self.open:
            if (one.function, one.cause) == (alarm.function, alarm.cause):
                started = min(one.started_at, alarm.since)
                return self._with(replace(one, alarms=one.alarms | {alarm.key}, calm_since=None, started_at=started))
        opened = Incident(
            incident_id=new_id(),
            function=alarm.function,
            cause=alarm.cause,
            started_at=min(alarm.since, now),
            said_at=now,
            next_word_at=now + WORD,
            alarms=frozenset({alarm.key}),
        )
        return replace(self, incidents=(opened, *self.incidents)[:MOST])

    def turned_out(self, told: Iterable[Incident], to: Cause, at: datetime) -> "Book":
        """Return the book after these turned out to be of another cause, or to be told in other words by now.

        It is the same outage, with the same number. Where one of that cause is open already, it takes over what held
        them, and they end.
        """
        book = self
        for one in told:
            there = next((other for other in book.open if (other.function, other.cause) == (one.function, to)), None)
            if there is None:
                book = book._with(replace(one, cause=to, said_at=at))
                continue
            alarms, started = there.alarms | one.alarms, min(there.started_at, one.started_at)
            book = book._with(replace(there, alarms=alarms, started_at=started, calm_since=None))
            book = book._with(replace(one, ended_at=at, said_at=at, alarms=frozenset()))
        return book

    def hushed(self, key: str, at: datetime) -> "Book":
        """Return the book after an alarm fell silent; what nothing holds open any more begins to be calm."""
        book = replace(self, muted=self.muted - {key})
        for one in self.open:
            if key in one.alarms:
                left = one.alarms - {key}
                calm = None if left else max(at, one.started_at)
                book = book._with(replace(one, alarms=left, calm_since=calm))
        return book

    def only(self, family: str, sounding: AbstractSet[str], at: datetime) -> "Book":
        """Return the book after every alarm of a family (`probe:`) that does not sound was hushed."""
        known = {key for one in self.open for key in one.alarms} | self.muted
        book = self
        for key in sorted(known):
            if key.startswith(family) and key not in sounding:
                book = book.hushed(key, at)
        return book

    def settled(self, now: datetime) -> "Book":
        """Return the book as time has made it: the calm are over, and who was promised a word has it."""
        book = self
        for one in self.open:
            if one.calm_since is not None and now - one.calm_since >= QUIET:
                book = book._with(replace(one, ended_at=one.calm_since, said_at=now))
            elif now >= one.next_word_at:
                book = book._with(replace(one, said_at=now, next_word_at=now + WORD))
        return book

    def closed(self, incident_id: str, at: datetime) -> "Book":
        """Return the book after somebody closed an incident: its alarms are muted until they fall silent."""
        one = self.find(incident_id)
        if one is None or not one.is_open:
            return self
        ended = replace(one, ended_at=max(at, one.started_at), said_at=at, alarms=frozenset(), calm_since=None)
        return replace(self._with(ended), muted=self.muted | {key for key in one.alarms if not key.startswith("hand:")})

    def promised(self, incident_id: str, now: datetime, next_word_at: datetime) -> "Book":
        """Return the book after somebody said when the public hears again."""
        one = self.find(incident_id)
        if one is None or not one.is_open:
            return self
        return self._with(replace(one, said_at=now, next_word_at=next_word_at))

    def _with(self, changed: Incident) -> "Book":
        one_by_one = (changed if one.incident_id == changed.incident_id else one for one in self.incidents)
        return replace(self, incidents=tuple(one_by_one))
