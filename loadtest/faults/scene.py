"""scene: what an act works with: the system, the people on it, time, and what was promised of its fault."""

import asyncio
import os
import random
import signal
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import asyncpg
import redis

from loadtest.bench import program
from loadtest.bench.cpu import descendants
from loadtest.faults.heard import Stretch
from loadtest.faults.house import House, Lines
from loadtest.faults.load import Load
from loadtest.faults.scenario import NotAsPromised, TooLate
from loadtest.faults.standstill import Witness
from loadtest.processes import stand_still
from loadtest.rehearsal.stack import ROOT
from loadtest.stored import NO_ROWS

WARM: Final = 1.5  # seconds of load before a fault, and after it
PATIENCE: Final = 40.0  # seconds any fact may take; nothing here measures speed
GLANCE: Final = 0.03
RESTARTS: Final = 5.0  # seconds within which the supervisor starts again what died


@dataclass(frozen=True, slots=True)
class Bar:
    """How long something took to recover, and how long it may take at most, in seconds."""

    what: str
    seconds: float
    at_most: float

    @property
    def met(self) -> bool:
        """Whether it was soon enough."""
        return self.seconds <= self.at_most

    def told(self) -> str:
        """Return it in words."""
        return f"{self.what} {self.seconds:.1f} s (bar {self.at_most:g} s)"


@dataclass(slots=True)
class Scene:
    """One scenario while it runs. `bars`: judged; `notes`: printed."""

    house: House
    load: Load
    random: random.Random
    witness: Witness
    began: float = field(default_factory=time.time)
    bars: list[Bar] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def lines(self) -> Lines:
        """The proxies of a wired system."""
        assert self.house.lines is not None, "this system has no proxies"
        return self.house.lines

    async def warm(self, seconds: float = WARM) -> None:
        """Let the load go on."""
        await asyncio.sleep(seconds)

    async def until(self, fact: Callable[[], object], what: str, within: float = PATIENCE) -> float:
        """Wait for a fact; return when it was one, in seconds since the epoch. Errors: TooLate."""
        give_up_at = time.monotonic() + within
        while not fact():
            if time.monotonic() > give_up_at:
                raise TooLate(f"not within {within:.0f} s: {what}")
            await asyncio.sleep(GLANCE)
        return time.time()

    async def until_asked(self, fact: Callable[[], Awaitable[object]], what: str, within: float = PATIENCE) -> float:
        """Wait for a fact that must be asked for. Errors: TooLate."""
        give_up_at = time.monotonic() + within
        while not await fact():
            if time.monotonic() > give_up_at:
                raise TooLate(f"not within {within:.0f} s: {what}")
            await asyncio.sleep(GLANCE)
        return time.time()

    def must(self, fact: object, what: str) -> None:
        """Errors: NotAsPromised where something is not as it was promised."""
        if not fact:
            raise NotAsPromised(what)

    def must_be_fast(self, fact: object, what: str) -> None:
        """Errors: TooLate where something is not as fast as it was promised."""
        if not fact:
            raise TooLate(what)

    def bar(self, what: str, seconds: float | None, at_most: float) -> None:
        """Note how long something took; None: it never came."""
        self.bars.append(Bar(what, float("inf") if seconds is None else seconds, at_most))

    def silence(self, what: str, stretch: Stretch, at_most: float) -> None:
        """Hold the longest silence to a bar, less what the machine itself stood still in it."""
        stood, silent = self.witness.longest(stretch.since, stretch.until), stretch.longest_silence
        if stood:
            self.note(f"the machine itself stood still for {stood:.1f} s")
        self.bar(what, max(0.0, silent - stood), at_most)

    def note(self, text: str) -> None:
        """Have something printed beside the result."""
        self.notes.append(text)

    def stretch(self, since: float, until: float = float("inf")) -> Stretch:
        """Return what people heard between two instants."""
        return self.house.heard(since, until)

    async def acked_after(self, instant: float, what: str, at_most: float) -> None:
        """Wait until something asked for after an instant is acknowledged, and hold it to a bar."""
        await self.until(lambda: self.stretch(instant).first_ack is not None, f"{what}: nothing is acknowledged")
        first = self.stretch(instant).first_ack
        self.bar(what, None if first is None else first - instant, at_most)

    async def effect_after(self, instant: float, what: str, at_most: float) -> None:
        """Wait for an effect that is written after an instant, and hold it to a bar."""

        found: list[float] = []

        async def there() -> bool:
            if at := await self.value(_EFFECT, instant):
                found.append(float(at))
            return bool(found)

        await self.until_asked(there, f"{what}: nothing is decided")
        self.bar(what, found[0] - instant, at_most)

    def pid(self, part: str) -> int:
        """Return the process id of a part. Errors: NotAsPromised where it does not run."""
        found = self.house.stack.pids().get(part)
        if found is None:
            raise NotAsPromised(f"{part} does not run")
        return found

    def kill(self, part: str, number: signal.Signals = signal.SIGKILL) -> int:
        """Send a part a signal; return the process id it had."""
        old = self.pid(part)
        os.kill(old, number)
        return old

    async def back(self, part: str, old: int) -> float:
        """Wait until another process is in the place of the old one, and ready; return when."""
        return await self.until(lambda: self.house.stack.pids().get(part) not in (None, old), f"{part} is not back")

    async def killed(self, *parts: str) -> None:
        """Kill parts, and wait until the supervisor has started others in their place, and they are ready."""
        await self.until(self.house.is_whole, f"{parts} cannot be killed, for not all are there")
        began, stack = time.time(), self.house.stack
        old = {part: self.kill(part) for part in parts}
        started = await self.until(
            lambda: all(stack.started(part) not in (None, pid) for part, pid in old.items()), f"{parts} stay dead"
        )
        self.bar(f"{', '.join(parts)} killed, started again", started - began, RESTARTS)
        for part, pid in old.items():
            await self.back(part, pid)

    @contextmanager
    def frozen(self, *pids: int) -> Iterator[None]:
        """Let processes and their children stand still while the block runs; a parent first, so that it has no more."""
        still: list[int] = []
        try:
            for pid in pids:
                stand_still(pid)
                still += [pid, *descendants(pid)]
            for pid in still:
                with suppress(ProcessLookupError):  # it was ending already
                    os.kill(pid, signal.SIGSTOP)
            yield
        finally:
            for pid in still:
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    async def connect(self, **settings: str) -> Any:
        """Open a connection to PostgreSQL past every proxy."""
        return await asyncpg.connect(self.house.database_url, timeout=5, server_settings=settings)

    async def value(self, statement: str, *arguments: object) -> Any:
        """Return the first value a statement finds; None while nobody answers."""
        with suppress(*NO_ROWS):
            connection = await self.connect()
            try:
                return await connection.fetchval(statement, *arguments)
            finally:
                connection.terminate()
        return None

    async def postgres_back(self, since: float) -> float:
        """Wait until PostgreSQL takes a connection again; return when."""

        async def answers() -> bool:
            return bool(await self.value("SELECT 1"))

        at = await self.until_asked(answers, "PostgreSQL is not back")
        self.note(f"PostgreSQL back {at - since:.1f} s after it went")
        return at

    def bell(self) -> "redis.Redis":
        """Return a client of Redis past every proxy."""
        parts = self.house.parts
        url = parts.redis_url if parts else str(self.house.stack.where()["redis_url"])
        return redis.Redis.from_url(url, socket_timeout=5)

    async def start_again(self, prepare: Callable[[], None] = lambda: None) -> None:
        """Start the supervisor again, which has ended or been told to, once something is prepared."""
        stack = self.house.stack

        def start() -> None:
            stack.popen.wait(PATIENCE)
            prepare()
            stack.start_again()

        await asyncio.get_running_loop().run_in_executor(self.house.starter, start)

    def start_beside(
        self, name: str, *arguments: str, root: Path = ROOT, more: Mapping[str, str] | None = None
    ) -> program.Program:
        """Start a process of ours beside those of the system, with `more` settings; it ends with the scenario."""
        given = {**self.house.environment(name), **(more or {})}
        begun = program.start(name, ["-m", *arguments], given, self.house.logs, root=root)
        self.house.beside.append(begun)
        return begun


_EFFECT = "SELECT extract(epoch FROM min(at))::float8 FROM effect WHERE at > to_timestamp($1)"
