"""The rooms as children: the command line, readiness and way of stopping of each process of ours."""

import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.local.child import Child, Stage, Step
from deploy.local.ports import address
from deploy.local.process import Command
from deploy.local.readiness import answers, has_said_where

LONE = "lone-worker"  # sees to what its worker died with; on one machine one is enough
FROZEN_FOR = 5.0  # seconds a process may be frozen before another takes its place
WORKER_FROZEN_FOR = 30.0  # a worker: longer than a lease, so that what it held has moved on without it
# Each is longer than the room's own drain; all stages together stay under the 25 seconds promised to whoever stops us.
COUNTER_STOPS = (Step(signal.SIGTERM, 10.5),)
RELAY_STOPS = (Step(signal.SIGTERM, 1.5),)
WORKER_STOPS = (Step(signal.SIGTERM, 6.0),)
OTHERS_STOP = (Step(signal.SIGTERM, 2.0),)


@dataclass(frozen=True, slots=True)
class Rooms:
    """All the children that are ours.

    `settings` is the environment each gets, addresses of the ledger and the bell included; `standins` is None where
    the registries are somewhere else.
    """

    settings: Mapping[str, str]
    run: Path
    public: socket.socket
    operators: socket.socket
    standins: socket.socket | None
    counters: int
    workers: int
    relays: int

    def children(self) -> list[Child]:
        """Return them in the order in which progress is best told."""
        return [*self._standins(), *self._counters(), *self._relays(), *self._workers(), self._monitoring()]

    def _standins(self) -> Iterator[Child]:
        if self.standins is not None:
            command = self._command("standins", "loadtest.standins", listener=self.standins)
            ready = partial(_livez, f"{address(self.standins)}/livez")
            yield Child("registries (stand-ins)", command, ready, Stage.BESIDE, OTHERS_STOP)

    def _counters(self) -> Iterator[Child]:
        for name in _numbered("counter", self.counters):
            command = self._command(name, "ingest", listener=self.public)
            ready = partial(self._counter_is_ready, name)
            yield Child(name, command, ready, Stage.COUNTER, COUNTER_STOPS, frozen_for=FROZEN_FOR)

    def _relays(self) -> Iterator[Child]:
        for name in _numbered("relay", self.relays):
            command = self._command(name, "workers", "relay")
            yield Child(name, command, self._said(name), Stage.RELAY, RELAY_STOPS, frozen_for=FROZEN_FOR)

    def _workers(self) -> Iterator[Child]:
        for name in _numbered("worker", self.workers):
            yield self._worker(name, "run")
        yield self._worker(LONE, "lone")

    def _worker(self, name: str, does: str) -> Child:
        command, ready = self._command(name, "workers", does), self._said(name)
        return Child(name, command, ready, Stage.WORKER, WORKER_STOPS, frozen_for=WORKER_FROZEN_FOR)

    def _monitoring(self) -> Child:
        command = self._command("monitoring", "monitoring", listener=self.operators)
        ready = partial(_livez, f"{address(self.operators)}/livez")
        return Child("monitoring", command, ready, Stage.BESIDE, OTHERS_STOP)

    def _command(self, name: str, room: str, *arguments: str, listener: socket.socket | None = None) -> Command:
        given = {"APPRODO_PROCESS": name}
        if listener is not None:
            given["APPRODO_SOCKET_FD"] = str(listener.fileno())
        sockets = [listener.fileno()] if listener is not None else []
        return Command(name, [sys.executable, "-m", room, *arguments], {**self.settings, **given}, sockets=sockets)

    def _said(self, name: str) -> "partial[bool]":
        return partial(has_said_where, self.run / f"{name}.json")

    def _counter_is_ready(self, name: str, pid: int) -> bool:
        """Several share one socket: this one has started, and one that has started answers."""
        return has_said_where(self.run / f"{name}.json", pid) and answers(f"{address(self.public)}/readyz")


def _livez(url: str, pid: int) -> bool:  # noqa: ARG001 (whoever answers on a socket of ours is ours)
    return answers(url)


def _numbered(name: str, count: int) -> list[str]:
    return [f"{name}-{number}" for number in range(1, count + 1)]
