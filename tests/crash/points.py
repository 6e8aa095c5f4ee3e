"""points: every place where a process waits for an answer, counted; at one of them it may be made to die.

A coroutine that waits has sent what it waits for. Killed there, before the reply, it never learns what became of it;
killed when it goes on, after the reply, it never says so. Between them these are all the moments in which a process
and the world can come to differ (robustness, recipe 1).
"""

import asyncio
import os
import signal
import sqlite3
import threading
import time
from asyncio.selector_events import _SelectorSocketTransport
from collections.abc import Coroutine, Generator
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from redis.connection import AbstractConnection

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("core", "bonus", "ingest", "workers", "retry")


class Side(StrEnum):
    """Of a wait: when its request is on its way, or when its reply is there."""

    SENT = "before the reply"
    HEARD = "after the reply"


class Moment(NamedTuple):
    """A moment in which it may die: a side of a wait, where in our code that is, and what had passed by then.

    `passed` counts what went out to the world or came in from it. Two moments between which nothing passed are one to
    the world: whoever dies in either leaves the same behind.
    """

    side: Side
    place: str
    passed: int


class Points:
    """The moments of this process, in their order, from `armed` on; at `stop`, counted from 1, it dies."""

    def __init__(self, stop: int | None = None) -> None:
        self.moments: list[Moment] = []
        self.armed = False
        self.busy = False  # a coroutine is running, so that nothing is being waited for
        self.passed = 0
        self._stop = stop

    def sent(self, place: str) -> str | None:
        """Note a wait that begins; return what `heard` is to be told at its end, if it is counted."""
        return self._note(Side.SENT, place) if self.armed else None

    def heard(self, place: str | None) -> None:
        """Note that a wait is over."""
        if self.armed and place:
            self._note(Side.HEARD, place)

    def _note(self, side: Side, place: str) -> str:
        self.moments.append(Moment(side, place, self.passed))
        if len(self.moments) == self._stop:
            os.kill(os.getpid(), signal.SIGKILL)
        return place

    def loop(self) -> asyncio.AbstractEventLoop:
        """Return a loop of whose tasks every wait is counted."""
        loop = asyncio.new_event_loop()
        loop.set_task_factory(lambda of, coro, **named: asyncio.Task(Counted(coro, self), loop=of, **named))
        return loop

    def watch_the_world(self) -> None:
        """Note what goes out and comes in, and count the calls of Redis too.

        Those are made in threads, while the loop waits for them.
        """
        self._note_passing(_SelectorSocketTransport, "write", "_read_ready")
        send, read = AbstractConnection.send_packed_command, AbstractConnection.read_response

        def sent(connection: Any, *command: object, **options: object) -> None:
            while self.busy and threading.current_thread() is not threading.main_thread():
                time.sleep(0)
            send(connection, *command, **options)
            self.passed += 1
            connection.counted = self.sent("redis")

        def heard(connection: Any, *asked: object, **options: object) -> object:
            reply = read(connection, *asked, **options)
            self.passed += 1
            self.heard(getattr(connection, "counted", None))
            return reply

        AbstractConnection.send_packed_command, AbstractConnection.read_response = sent, heard
        self._watch_the_journal()

    def _watch_the_journal(self) -> None:
        """Each statement of the emergency register's journal is a wait: what it writes is on the disk when it ends."""
        points, connect = self, sqlite3.connect

        class Watched(sqlite3.Connection):
            def execute(self, *asked: Any) -> sqlite3.Cursor:
                while points.busy and threading.current_thread() is not threading.main_thread():
                    time.sleep(0)
                counted = points.sent("journal")
                cursor = super().execute(*asked)
                points.passed += 1
                points.heard(counted)
                return cursor

        sqlite3.connect = partial(connect, factory=Watched)

    def note_passing(self) -> None:
        """Note that something went out, or came in."""
        self.passed += 1

    def _note_passing(self, kind: Any, *names: str) -> None:
        for name in names:
            setattr(kind, name, self._noting(getattr(kind, name)))

    def _noting(self, method: Any) -> Any:
        def noted(*given: Any) -> Any:
            self.passed += 1
            return method(*given)

        return noted


class Counted(Coroutine[Any, Any, Any]):
    """A coroutine whose waits are counted."""

    def __init__(self, coro: Coroutine[Any, Any, Any], points: Points) -> None:
        self._coro, self._points = coro, points
        self._waits: str | None = None

    def send(self, value: object) -> object:
        """Go on to the next wait."""
        return self._go_on(self._coro.send, value)

    def throw(self, *raised: Any) -> object:
        """Go on with an error for a reply."""
        return self._go_on(self._coro.throw, *raised)

    def close(self) -> None:
        """Give it up."""
        self._coro.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        return self._coro.__await__()

    def _go_on(self, step: Any, *given: Any) -> object:
        self._points.heard(self._waits)
        self._waits, self._points.busy = None, True
        try:
            waited_for = step(*given)
            self._waits = self._points.sent(place(self._coro))
        finally:
            self._points.busy = False
        return waited_for


def place(coro: Any) -> str:
    """Return where in our own code a coroutine waits: the innermost function that is ours."""
    found = "the test"
    while coro is not None:
        code = getattr(coro, "cr_code", None) or getattr(coro, "gi_code", None)
        if code is not None and (named := _ours(code)):
            found = named
        coro = getattr(coro, "cr_await", None) or getattr(coro, "gi_yieldfrom", None)
    return found


def _ours(code: Any) -> str | None:
    path = Path(code.co_filename)
    if not path.is_relative_to(ROOT) or path.relative_to(ROOT).parts[0] not in ROOMS:
        return None
    return f"{path.relative_to(ROOT)} {code.co_qualname if hasattr(code, 'co_qualname') else code.co_name}"
