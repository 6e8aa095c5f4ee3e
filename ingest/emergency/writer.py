"""The writer: one thread that enters what waits in one transaction, and answers once it is durable everywhere."""

import asyncio
import sqlite3
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace

from core.domain.errors import ApprodoError, OutcomeUnknown, StoreUnavailable, TooManyWaiting
from core.domain.register import Entry
from core.hooks import Observe
from ingest.emergency.copies import Peers
from ingest.emergency.journal import CommitUnknown, Journal
from ingest.emergency.sealing import Unreadable

MOST_WAITING = 4_096
MOST_AT_ONCE = 256
SECONDS = 8.0  # from joining to the answer; less than a request's deadline

Decide = Callable[[Journal], Entry | ApprodoError]  # called in the transaction; what it enters is new


@dataclass(slots=True, eq=False)
class _Asked:
    decide: Decide
    answer: "asyncio.Future[Entry]"
    loop: asyncio.AbstractEventLoop

    def settle(self, outcome: Entry | ApprodoError) -> None:
        """Answer from the writer's thread; a loop that has ended wants no answer."""
        try:
            self.loop.call_soon_threadsafe(_answer, self.answer, outcome)
        except RuntimeError:
            return


def _answer(answer: "asyncio.Future[Entry]", outcome: Entry | ApprodoError) -> None:
    if answer.done():
        return
    if isinstance(outcome, ApprodoError):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)


class Writer:
    """Group commit for the journal: while one batch is flushed the next one gathers."""

    def __init__(self, open_journal: Callable[[], Journal], peers: Peers, copies: int, observe: Observe) -> None:
        """Arguments: how to open the journal; the other counters; the durable copies an acknowledgement needs, this
        one included."""
        self._open, self._peers, self._copies, self._observe = open_journal, peers, copies, observe
        self._journal: Journal | None = None
        self._queue: deque[_Asked] = deque()
        self._woken = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None  # begun by the first who enters something

    async def enter(self, decide: Decide) -> Entry:
        """Return the entry once it is durable in as many copies as are asked for.

        Errors: what `decide` says; StoreUnavailable (nothing is kept), TooManyWaiting, OutcomeUnknown (it may be kept:
        the same request settles it).
        """
        if self._closing or len(self._queue) >= MOST_WAITING:
            raise TooManyWaiting
        loop = asyncio.get_running_loop()
        asked = _Asked(decide, loop.create_future(), loop)
        self._queue.append(asked)
        self._woken.set()
        self._begin()
        try:
            async with asyncio.timeout(SECONDS):
                return await asked.answer
        except TimeoutError:
            raise OutcomeUnknown from None

    def _begin(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="register", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Enter what waits, and end."""
        self._closing = True
        self._woken.set()
        if self._thread is not None:
            self._thread.join(SECONDS)

    def _run(self) -> None:
        while not (self._closing and not self._queue):
            self._woken.wait()
            self._woken.clear()
            while self._queue:
                self._enter([self._queue.popleft() for _ in range(min(len(self._queue), MOST_AT_ONCE))])
        if self._journal is not None:
            self._journal.close()

    def _enter(self, batch: list[_Asked]) -> None:
        try:
            outcomes = self._written(batch)
        except Exception as error:  # noqa: BLE001  one fault must not take the writer down
            self._drop()
            self._observe("register.failed", failure=type(error).__name__, exc_info=error)
            unknown = isinstance(error, CommitUnknown)
            outcomes = [OutcomeUnknown() if unknown else StoreUnavailable() for _ in batch]
        for asked, outcome in zip(batch, outcomes, strict=True):
            asked.settle(outcome)

    def _written(self, batch: Sequence[_Asked]) -> list[Entry | ApprodoError]:
        journal = self._journal = self._journal or self._open()
        with journal.transaction():
            before = journal.next_number()
            outcomes = [_decided(asked, journal) for asked in batch]
        return self._copied(journal, outcomes, before)

    def _copied(
        self, journal: Journal, outcomes: list[Entry | ApprodoError], before: int
    ) -> list[Entry | ApprodoError]:
        """Have as many copies made as are asked for; what has too few and is surely nowhere else is taken back."""
        entries = [one for one in outcomes if isinstance(one, Entry) and one.copies < self._copies and one.content]
        if not entries:
            return outcomes
        kept, doubtful = self._peers.keep(entries, self._copies - 1)
        if kept >= self._copies - 1:
            journal.has_copies(entries, 1 + kept)
            return [replace(one, copies=1 + kept) if one in entries else one for one in outcomes]
        new = [one for one in entries if one.number >= before and one.register == journal.register]
        surely_alone = kept == 0 and not doubtful
        if surely_alone:
            journal.void(new)
        self._observe("register.failed", failure="TooFewCopies")
        return [_without_copies(one, entries, new if surely_alone else []) for one in outcomes]

    def _drop(self) -> None:
        """Leave a journal that failed; the next batch opens it anew."""
        if self._journal is not None:
            with suppress(sqlite3.Error):
                self._journal.close()
            self._journal = None


def _decided(asked: _Asked, journal: Journal) -> Entry | ApprodoError:
    try:
        return asked.decide(journal)
    except Unreadable:  # of an entry before it, until a person has it
        return StoreUnavailable()
    except ApprodoError as error:
        return error


def _without_copies(one: Entry | ApprodoError, entries: Sequence[Entry], void: Sequence[Entry]) -> Entry | ApprodoError:
    if one not in entries:
        return one
    return StoreUnavailable() if one in void else OutcomeUnknown()
