"""Group commit: concurrent requests share one transaction and one flush, and each answers after the shared commit."""

import asyncio
from collections import Counter, deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

import asyncpg

from core.clock import Clock, SystemClock
from core.domain.draft import Channel, Draft
from core.domain.errors import ApprodoError, OutcomeUnknown, StoreUnavailable, TooManyWaiting
from core.hooks import Observe, nobody
from core.storage.database import COMMIT_SECONDS, CONNECT_SECONDS, UNREACHABLE, Connection, is_of_the_day, leave

RETRIES = 3  # of a batch that met a deadlock or a serialization failure, before COMMIT
TOLERATED = timedelta(seconds=2)  # two clocks may differ by this much, and both are believed
MOST_WAITING = 4_096
LOOK_SECONDS = 0.25  # between two looks for a store that is away
MOST_IN_A_BATCH = 256


class _Item(Protocol):
    @property
    def draft_id(self) -> UUID: ...


Item = TypeVar("Item", bound=_Item)
Result = TypeVar("Result")
_Item_contra = TypeVar("_Item_contra", bound=_Item, contravariant=True)
_Result_co = TypeVar("_Result_co", covariant=True)


@dataclass(frozen=True)
class Locked:
    """What a batch holds under lock: its drafts, and the two times of its transaction."""

    rows: Sequence[Any]  # of the drafts
    machine_now: datetime
    civil_now: datetime
    trial: bool  # the civil clock is shifted
    apart: timedelta = timedelta(0)  # by how much our own clock is ahead of the database's, beyond what is tolerated

    @cached_property
    def drafts(self) -> Mapping[UUID, Draft]:
        """The drafts by their ids, made when first asked for; none where no unit of the batch reads them."""
        return {row["draft_id"]: draft_of(row) for row in self.rows}


class Unit(Protocol[_Item_contra, _Result_co]):
    """One kind of write that batches can carry.

    One that needs the lock of its drafts and never looks at them says `reads_drafts = False`.
    """

    name: str

    async def write(
        self, connection: Connection, locked: Locked, items: Sequence[_Item_contra]
    ) -> Sequence[_Result_co | ApprodoError]:
        """Write all items inside the open transaction, and return what becomes of each, in their order.

        An ApprodoError is an item's own answer and fails nobody else. Anything raised is a fault of the whole
        batch: it is rolled back and its items are run again one by one.
        """


class _Gone(Exception):
    """The connection broke, or (`silent`) nobody answered on it; `sent` says whether COMMIT was on its way."""

    def __init__(self, cause: BaseException, *, sent: bool) -> None:
        super().__init__(type(cause).__name__)
        self.sent, self.silent = sent, isinstance(cause, TimeoutError)


@dataclass(slots=True, eq=False)
class _Entry(Generic[Item, Result]):
    unit: Unit[Item, Result]
    item: Item
    answer: "asyncio.Future[Result]"
    since: float  # monotonic seconds

    def settle(self, outcome: Result | BaseException) -> None:
        if self.answer.done():  # its caller went away; the write stands or falls with the batch all the same
            return
        if isinstance(outcome, BaseException):
            self.answer.set_exception(outcome)
        else:
            self.answer.set_result(outcome)


class GroupCommit:
    """One writer connection and the queue in front of it.

    Nothing waits for company: a lone request is committed at once, and while one batch commits the next one gathers.
    A store that is gone, or does not answer, is remembered until it does: nobody else waits to find out the same, and
    the writer itself looks for it again and again.
    """

    def __init__(
        self,
        connect: Callable[[], Awaitable[Connection]],
        *,
        batch: int = MOST_IN_A_BATCH,
        waiting: int = MOST_WAITING,
        deadline: float = 10.0,
        clock: Clock | None = None,
        observe: Observe = nobody,
    ) -> None:
        """Arguments: how to open the writer's connection; the most items of a batch and of the queue; the seconds
        an item may take from joining to its answer."""
        self._connect = connect
        self._batch, self._most_waiting, self._deadline = batch, waiting, deadline
        self._clock, self._observe = clock or SystemClock(), observe
        self._queue: deque[_Entry[Any, Any]] = deque()  # oldest first
        self._under_way: Sequence[_Entry[Any, Any]] = ()  # the batch being committed, oldest first
        self._timer: asyncio.TimerHandle | None = None
        self._woken = asyncio.Event()
        self._connection: Connection | None = None
        self._notices: list[str] = []
        self._task: asyncio.Task[None] | None = None
        self._closing = False
        self.away = False  # the store did not answer last

    async def put(self, unit: Unit[Item, Result], item: Item) -> Result:
        """Join the next batch and return this item's result once the shared commit is durable.

        Errors: what the unit answers for this item; TooManyWaiting, StoreUnavailable (nothing was written);
        OutcomeUnknown (COMMIT was sent, or is still under way at the deadline; the same request settles it).
        """
        # The future alone is waited for, and no task is made: a caller that is cancelled leaves the batch untouched.
        answer: Result = await self._join(unit, item)
        return answer

    async def put_all(self, wanted: Sequence[tuple[Unit[Any, Result], Any]]) -> list[Result | Exception]:
        """`put` many at once; return for each, in their order, its result or the error that `put` would raise."""
        answers = [self._joined(unit, item) for unit, item in wanted]
        outcomes: list[Result | Exception] = []
        try:
            for answer in answers:
                try:
                    outcomes.append(await answer)
                except Exception as error:  # noqa: BLE001  whatever it is, it is this item's own
                    outcomes.append(error)
        finally:
            for answer in answers:
                answer.cancel()  # those still open, where the caller was cancelled: nobody asks for them any more
        return outcomes

    def _joined(self, unit: Unit[Any, Result], item: Any) -> "asyncio.Future[Result]":
        try:
            return self._join(unit, item)
        except ApprodoError as refused:
            answer: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
            answer.set_exception(refused)
            return answer

    def _join(self, unit: Unit[Item, Result], item: Item) -> "asyncio.Future[Result]":
        if self._closing or len(self._queue) >= self._most_waiting:
            raise TooManyWaiting
        if self.away:
            raise StoreUnavailable
        entry = _Entry(unit, item, asyncio.get_running_loop().create_future(), self._clock.monotonic())
        self._queue.append(entry)
        self._woken.set()
        if self._timer is None:
            self._look_in(self._deadline)
        return entry.answer

    async def start(self) -> None:
        """Begin to commit. The first connection is opened when the first item needs it."""
        self._task = asyncio.create_task(self._run(), name="group-commit")

    async def close(self) -> None:
        """Take nothing more, commit what waits, and close the connection."""
        self._closing = True
        self._woken.set()
        if self._task is not None:
            await self._task
        if self._timer is not None:
            self._timer.cancel()
        if self._connection is not None and not self._connection.is_closed():
            await leave(self._connection)

    @property
    def waiting(self) -> int:
        """Items that wait for the next batch."""
        return len(self._queue)

    def _look_in(self, seconds: float) -> None:
        """Come back when the oldest item is due. All have equal time, so that one timer serves them."""
        self._timer = asyncio.get_running_loop().call_later(seconds, self._give_up)

    def _give_up(self) -> None:
        """Answer at the deadline: what still waits is taken out and was not written; what is under way is unknown."""
        due = self._clock.monotonic() - self._deadline
        while self._queue and self._queue[0].since <= due:
            self._queue.popleft().settle(StoreUnavailable())
        open_ = [entry for entry in self._under_way if not entry.answer.done()]
        while open_ and open_[0].since <= due:
            open_.pop(0).settle(OutcomeUnknown())
        oldest = min((entries[0].since for entries in (open_, self._queue) if entries), default=None)
        self._timer = None
        if oldest is not None:
            self._look_in(oldest - due)

    async def _run(self) -> None:
        while not (self._closing and not self._queue):
            await self._woken.wait()
            self._woken.clear()
            while self._queue:
                self._under_way = batch = self._take()
                await self._commit(batch)
                self._under_way = ()
                if self.away:
                    await self._find_again()

    async def _find_again(self) -> None:
        """Let nobody wait for a store that is away, and look for it until it is there."""
        while self._queue:
            self._queue.popleft().settle(StoreUnavailable())
        while self.away and not self._closing:
            try:
                await self._open()
                self.away = False
            except Exception:  # noqa: BLE001  whatever it is, it is looked for again: the writer must not end
                await asyncio.sleep(LOOK_SECONDS)

    def _take(self) -> list[_Entry[Any, Any]]:
        """Take the next batch: at most one item per draft; those passed over keep their place."""
        chosen: dict[UUID, _Entry[Any, Any]] = {}
        passed: list[_Entry[Any, Any]] = []
        while self._queue and len(chosen) < self._batch:
            entry = self._queue.popleft()
            if entry.item.draft_id in chosen:
                passed.append(entry)
            else:
                chosen[entry.item.draft_id] = entry
        self._queue.extendleft(reversed(passed))
        return list(chosen.values())

    async def _commit(self, batch: list[_Entry[Any, Any]]) -> None:
        started = self._clock.monotonic()
        try:
            outcomes = await self._transact(batch)
        except _Gone as gone:
            self.away = gone.silent
            self._fail(batch, OutcomeUnknown if gone.sent else StoreUnavailable, str(gone), sent=gone.sent)
        except StoreUnavailable as error:
            self.away = True
            self._fail(batch, StoreUnavailable, type(error.__cause__ or error).__name__, sent=False)
        except Exception as error:  # noqa: BLE001  a fault of one item must not take the writer down
            self._observe("batch.failed", failure=type(error).__name__, stage="before-commit", size=len(batch))
            await self._split(batch, error)
        else:
            self._settle(batch, outcomes, started)

    def _settle(self, batch: list[_Entry[Any, Any]], outcomes: Sequence[Any], started: float) -> None:
        for entry, outcome in zip(batch, outcomes, strict=True):
            entry.settle(outcome)
        now = self._clock.monotonic()
        self._observe(
            "batch.committed",
            units=Counter(entry.unit.name for entry in batch),
            size=len(batch),
            seconds=now - started,
            waits=tuple(now - entry.since for entry in batch),
        )

    def _fail(self, batch: list[_Entry[Any, Any]], error: type[ApprodoError], failure: str, *, sent: bool) -> None:
        for entry in batch:
            entry.settle(error())
        stage = "commit" if sent else "before-commit"
        self._observe("batch.failed", failure=failure, stage=stage, size=len(batch))

    async def _split(self, batch: list[_Entry[Any, Any]], error: Exception) -> None:
        """Run each item of a failed batch alone, once, so that one bad item never fails its neighbours.

        Where it waited for locks in vain, those that can be had are run together, and nobody waits for the others
        again: they may be many, and everybody would stand behind each of them in turn.
        """
        if len(batch) == 1:
            batch[0].settle(_unavailable(error) if is_of_the_day(error) else error)
            return
        held = await self._held(batch) if isinstance(error, asyncpg.LockNotAvailableError) else set[UUID]()
        free = [entry for entry in batch if entry.item.draft_id not in held]
        for entry in batch:
            if entry.item.draft_id in held:
                entry.settle(_unavailable(error))
        if held and free:
            await self._commit(free)
            return
        for entry in free:
            if self.away:
                entry.settle(StoreUnavailable())
            else:
                await self._commit([entry])

    async def _held(self, batch: list[_Entry[Any, Any]]) -> set[UUID]:
        """Return the drafts that somebody else holds; none where nobody answers, which the next attempt meets too."""
        try:
            connection = await self._open()
            return {row[0] for row in await connection.fetch(_HELD, [entry.item.draft_id for entry in batch])}
        except (*UNREACHABLE, asyncpg.PostgresError, StoreUnavailable):
            return set()

    async def _transact(self, batch: list[_Entry[Any, Any]]) -> Sequence[Any]:
        """Try again what is safe to try again: a lost race, or a connection that broke before COMMIT was sent."""
        for _ in range(RETRIES - 1):
            try:
                return await self._transact_once(batch)
            except (asyncpg.DeadlockDetectedError, asyncpg.SerializationError):
                continue
            except _Gone as gone:
                if gone.sent or gone.silent:
                    raise
        return await self._transact_once(batch)

    async def _transact_once(self, batch: list[_Entry[Any, Any]]) -> Sequence[Any]:
        connection = await self._open()
        sent = False
        try:
            await connection.execute(_BEGIN, timeout=CONNECT_SECONDS)  # waits for nobody: so long is silence
            locked = await self._lock(connection, batch)
            outcomes = await _write(connection, locked, batch)
            sent = True
            self._notices.clear()
            await connection.execute("COMMIT", timeout=COMMIT_SECONDS)
        except UNREACHABLE as error:
            self._drop()
            raise _Gone(error, sent=sent) from error
        except asyncio.CancelledError:  # the process ends: rolling back would be one more wait for the same server
            self._drop()
            raise
        except BaseException as error:
            if sent:  # an error that answers COMMIT says nothing about what is on disk
                self._drop()
                raise _Gone(error, sent=sent) from error
            await self._roll_back()
            raise
        if self._notices:  # a cancelled wait for a standby is told as a WARNING after which "COMMIT" looks well
            raise _Gone(RuntimeWarning(self._notices[0]), sent=True)
        return outcomes

    async def _lock(self, connection: Connection, batch: Sequence[_Entry[Any, Any]]) -> Locked:
        reads = any(getattr(entry.unit, "reads_drafts", True) for entry in batch)
        before = self._clock.now()
        *rows, clock = await connection.fetch(
            _LOCK_AND_READ if reads else _LOCK, [entry.item.draft_id for entry in batch]
        )
        now, ahead = clock["machine_now"], clock["ahead"]
        between = apart(before, now, self._clock.now())
        if between:
            self._observe("clocks.parted", seconds=between.total_seconds())
        return Locked(rows, machine_now=now, civil_now=now + ahead, trial=bool(ahead), apart=between)

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.is_closed():
            self._connection = await self._connect()
            self._connection.add_log_listener(self._note)
        return self._connection

    def _note(self, _: Connection, notice: Any) -> None:
        if notice.severity_en == "WARNING":
            self._notices.append(notice.sqlstate)

    async def _roll_back(self) -> None:
        try:
            if self._connection is not None:
                await self._connection.execute("ROLLBACK")
        except (*UNREACHABLE, asyncpg.PostgresError):
            self._drop()

    def _drop(self) -> None:
        """Leave a connection whose state is not known; the next batch opens another."""
        if self._connection is not None:
            self._connection.terminate()
            self._connection = None


def _unavailable(error: BaseException) -> StoreUnavailable:
    unavailable = StoreUnavailable()
    unavailable.__cause__ = error
    return unavailable


# No role or database default may weaken an acknowledgement, so the transaction says it itself.
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL synchronous_commit = on"

# Locking and comparing are two statements: one that does both compares with the snapshot it began with. Taking a row
# lock writes to the log, so even a batch that only repeats old answers ends in a flushed, replicated commit.
_LOCK_AND_READ = """
WITH locked AS MATERIALIZED (
    SELECT draft_id, programme, channel, created_at, expires_at, fingerprint,
           sealed_at IS NOT NULL AS sealed, num_nonnulls(deleted_at, expired_at) > 0 AS gone
    FROM draft WHERE draft_id = ANY($1::uuid[]) ORDER BY draft_id FOR NO KEY UPDATE
)
SELECT locked.*, NULL::timestamptz AS machine_now, NULL::interval AS ahead FROM locked
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, clock_timestamp(), ahead FROM civil_clock
"""
_LOCK = """
WITH locked AS MATERIALIZED (
    SELECT FROM draft WHERE draft_id = ANY($1::uuid[]) ORDER BY draft_id FOR NO KEY UPDATE
)
SELECT clock_timestamp() AS machine_now, ahead FROM civil_clock WHERE (SELECT count(*) FROM locked) >= 0
"""
_HELD = """
WITH free AS MATERIALIZED (
    SELECT draft_id FROM draft WHERE draft_id = ANY($1::uuid[]) FOR NO KEY UPDATE SKIP LOCKED
)
SELECT draft_id FROM draft WHERE draft_id = ANY($1::uuid[]) AND draft_id NOT IN (SELECT draft_id FROM free)
"""


def apart(before: datetime, theirs: datetime, after: datetime) -> timedelta:
    """Return by how much our clock is ahead of theirs, which was read between two looks at ours.

    Nothing where they may agree within what is tolerated; no answer that was slow in coming makes a difference.
    """
    if before - TOLERATED > theirs:
        return before - theirs
    return after - theirs if after + TOLERATED < theirs else timedelta(0)


def draft_of(row: Any) -> Draft:
    """Return the draft of a row that says whether it is sealed, or gone."""
    return Draft(
        draft_id=row["draft_id"],
        programme=row["programme"],
        channel=Channel(row["channel"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        sealed=row["sealed"],
        gone=row["gone"],
        fingerprint=row["fingerprint"],
    )


async def _write(connection: Connection, locked: Locked, batch: list[_Entry[Any, Any]]) -> list[Any]:
    """Let each kind of unit write its items; return the outcomes in the order of the batch."""
    groups: dict[str, list[int]] = {}
    for place, entry in enumerate(batch):
        groups.setdefault(entry.unit.name, []).append(place)
    outcomes: list[Any] = [None] * len(batch)
    for places in groups.values():
        written = await batch[places[0]].unit.write(connection, locked, [batch[place].item for place in places])
        for place, outcome in zip(places, written, strict=True):
            outcomes[place] = outcome
    return outcomes
