"""The office: looks, keeps the book, writes it into the ledger when that answers, and hands the word to the press."""

import asyncio
import secrets
import threading
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from core.clock import Clock
from core.domain.book import Alarm, Book
from core.domain.errors import ApprodoError
from core.domain.incident import Cause, Effect, Function, Incident
from core.hooks import Observe
from core.storage.audit import Done
from monitoring.public import kept
from monitoring.public.alerts import Sent
from monitoring.public.desk import Desk, Laid, Request, act_of
from monitoring.public.press import Press
from monitoring.public.probes import COUNTER, REGISTER, STORE, Probes, Seen
from monitoring.public.terms import effect
from monitoring.public.word import Takes, word

EVERY_SECONDS = 2.0
SETTLED = timedelta(seconds=15)  # after an end, until every attempt of it lies in the log
UNEXPLAINED = (Function.ALL, Cause.OTHER)


@dataclass(frozen=True, slots=True)
class Eyes:
    """What the office looks with; each is bounded in time, and may fail."""

    see: Callable[[], Awaitable[Seen]]
    takes: Callable[[], Takes | None]
    trial: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Files:
    """The incidents in the ledger; each raises StoreUnavailable where it does not answer."""

    latest: Callable[[], Awaitable[list[Incident]]]
    write: Callable[[list[Incident]], Awaitable[None]]
    civil_span: Callable[[Incident], Awaitable[tuple[datetime, datetime]]]
    attest: Callable[[str, Effect], Awaitable[None]]
    note: Callable[[Sequence[Done]], Awaitable[None]]


@dataclass(slots=True)
class Office:
    """One office for one copy of the system: it alone opens and closes incidents."""

    folder: Path
    eyes: Eyes
    files: Files
    press: Press
    clock: Clock
    observe: Observe
    book: Book = field(init=False)
    _probes: Probes = field(default_factory=Probes)
    _written: dict[str, Incident] = field(default_factory=dict)
    _attested: set[str] = field(default_factory=set)
    _noted: set[str] = field(default_factory=set)
    _printing: threading.Lock = field(default_factory=threading.Lock)
    _recalled: bool = False
    _store: Cause = Cause.STORE  # what an absence of the store is told as
    _away: bool = False  # the store, when we last looked

    def __post_init__(self) -> None:
        """Read the book that was kept, and print: there is a page before the first look."""
        self.book = kept.read(self._file) or Book()
        self._print()

    @property
    def desk(self) -> Desk:
        """Return where requests are laid down."""
        return Desk(self.folder / "desk")

    @property
    def _file(self) -> Path:
        return self.folder / "book.json"

    async def run(self) -> None:
        """Look for ever; a look that fails is told, and the last word stays."""
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the page stays, whatever is wrong
                self.observe("office.failed", failure=type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def look(self) -> None:
        """Look once at everything, and say what there is to say."""
        seen = await self.eyes.see()
        now = self.clock.now()
        alarms = self._probes.sounding(seen, now)
        book = self._of_the_store(seen, alarms, now).only("probe:", {alarm.key for alarm in alarms}, now)
        self.turn(_all(book, alarms, now).settled(now))
        self._see_to_the_desk()
        await asyncio.to_thread(self._print)  # answers go on meanwhile
        if seen.store_answers:
            await self._file_away()

    def do(self, asked: Request) -> None:
        """Do at once what somebody asks by hand, and say it; what changes nothing is written down as that."""
        self.desk.lay(asked)
        self._see_to_the_desk()

    def hear(self, sent: Sent) -> None:
        """Take what Alertmanager sent."""
        now, book = self.clock.now(), self.book
        for key, ended_at in sent.silent.items():
            book = book.hushed(key, min(ended_at, now))
        self.turn(_all(book, map(self._as_seen, sent.sounding), now))
        self._print()

    def _of_the_store(self, seen: Seen, alarms: Iterable[Alarm], now: datetime) -> Book:
        """Tell an absence of the store by what is left: on the emergency register most of the service goes on.

        A counter that is slow to answer once has not left the register: that has to last, as anything that is told.
        What was told before anybody knew of the absence was the same outage.
        """
        sounds = any(alarm.cause is Cause.STORE for alarm in alarms)
        self._away = seen.store_answers is False
        if seen.on_register:
            self._store = Cause.REGISTER
        elif seen.store_answers or sounds:
            self._store = Cause.STORE
        if not self._away:
            return self.book
        told = [one for one in self.book.open if one.cause is not self._store and _is_of_the_store(one)]
        return self.book.turned_out(told, self._store, now)

    def _as_seen(self, alarm: Alarm) -> Alarm:
        """Alertmanager knows of the store alone, and of promises refused before it knows why."""
        of_the_store = alarm.cause is Cause.STORE or (self._away and (alarm.function, alarm.cause) == UNEXPLAINED)
        return replace(alarm, cause=self._store) if of_the_store else alarm

    def turn(self, book: Book) -> None:
        """Turn the page: keep the book where it changed, and say which incidents began and ended."""
        before, self.book = {one.incident_id: one for one in self.book.incidents}, book
        if not self._keep_if_changed(before):
            return
        for one in book.incidents:
            if fact := _became(before.get(one.incident_id), one):
                self.observe(fact, incident=one.incident_id, function=one.function, cause=one.cause)

    def _keep_if_changed(self, before: dict[str, Incident]) -> bool:
        if list(before.values()) == list(self.book.incidents):
            return False
        try:
            kept.keep(self._file, self.book)
        except OSError as error:
            self.observe("book.unkept", failure=type(error).__name__)
        return True

    def _see_to_the_desk(self) -> None:
        for laid in self.desk.laid():
            self._by_hand(laid)

    def _by_hand(self, laid: Laid) -> None:
        asked, now = laid.request, self.clock.now()
        incident_id, before = asked.incident_id, self.book
        book = before
        if asked.does == "open":
            alarm = Alarm(f"hand:{laid.file.stem}", asked.function, asked.cause, min(asked.at or now, now))
            book = book.sounded(alarm, now, new_id)
            incident_id = next(one.incident_id for one in book.open if alarm.key in one.alarms)
        elif asked.does == "close":
            book = book.closed(incident_id, min(asked.at or now, now))
        if asked.next_word_minutes:
            book = book.promised(incident_id, now, now + timedelta(minutes=asked.next_word_minutes))
        self.turn(book)
        self._print()  # whoever laid it down is told that it is done once it is gone
        self.desk.seen_to(laid, now, incident_id, changed=book != before)

    def _print(self) -> None:
        """One at a time, also from another thread: what was begun before must not come out last."""
        with self._printing:
            self.press.print(word(self.book, self.eyes.takes(), self.clock.now(), trial=self.eyes.trial()))

    async def _file_away(self) -> None:
        """Write into the ledger what it does not know, and learn from it what this machine does not."""
        try:
            await self._recall()
            new = [one for one in self.book.incidents if self._written.get(one.incident_id) != _as_filed(one)]
            if new:
                await self.files.write(new)
                self._written |= {one.incident_id: _as_filed(one) for one in new}
            await self._note()
            await self._attest()
        except ApprodoError as error:
            self.observe("incidents.unfiled", failure=type(error).__name__)

    async def _recall(self) -> None:
        """A machine that begins anew has no book, and the ledger has it."""
        if self._recalled:
            return
        here = {one.incident_id for one in self.book.incidents}
        there = [one for one in await self.files.latest() if one.incident_id not in here]
        told = sorted((*self.book.incidents, *there), key=lambda one: one.started_at, reverse=True)
        self.turn(replace(self.book, incidents=tuple(told)))
        self._recalled = True

    async def _note(self) -> None:
        """Write what was done by hand into the audit trail, however long the ledger was away."""
        done = [one for one in self.desk.done() if one.get("laid") and one["laid"] not in self._noted]
        acts = [act_of(one) for one in done if one["changed"]]
        if acts:
            await self.files.note(acts)
        self._noted |= {str(one["laid"]) for one in done}

    async def _attest(self) -> None:
        for one in self.book.incidents:
            over = one.ended_at is not None and self.clock.now() - one.ended_at >= SETTLED
            if over and one.incident_id not in self._attested:
                await self.files.attest(one.incident_id, effect(*await self.files.civil_span(one)))
                self._attested.add(one.incident_id)


def new_id() -> str:
    """Return an id that people can read out."""
    return secrets.token_hex(4)


def _all(book: Book, alarms: Iterable[Alarm], now: datetime) -> Book:
    for alarm in alarms:
        book = book.sounded(alarm, now, new_id)
    return book


def _became(before: Incident | None, now: Incident) -> str | None:
    """Return what there is to say of an incident that was so before."""
    was_open = before is not None and before.is_open
    if now.is_open is not was_open:
        return "incident.opened" if now.is_open else "incident.closed"
    return "incident.renamed" if before is not None and before.cause is not now.cause else None


def _is_of_the_store(one: Incident) -> bool:
    """Say whether an incident is an absence of the store by another name; what somebody opened by hand stays theirs."""
    by_itself = one.alarms and not any(key.startswith("hand:") for key in one.alarms)
    return bool(by_itself) and (one.function, one.cause) in (STORE, REGISTER, COUNTER, UNEXPLAINED)


def _as_filed(one: Incident) -> Incident:
    """What the ledger keeps of it; a new word alone is not written again."""
    return replace(one, said_at=one.started_at, next_word_at=one.started_at, alarms=frozenset(), calm_since=None)
