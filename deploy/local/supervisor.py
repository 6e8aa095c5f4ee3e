"""The supervisor: brings children up, keeps them up, and takes them down in order."""

import signal
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.local.child import Child, Stage, Step
from deploy.local.leftovers import end_adopted, reap_adopted
from deploy.local.linux import adopt_orphans
from deploy.local.process import Process
from deploy.local.refusal import CannotStart
from deploy.local.stop_request import StopRequest
from deploy.local.terminal import Terminal
from deploy.local.watch import Watch

LOOK_INTERVAL = 0.2  # seconds between two looks when nothing happens
START_PATIENCE = 120.0  # seconds until a child that is not ready is called a failure
PROGRESS_INTERVAL = 10.0  # seconds between two lines about what is still missing
TRIES = 2  # starts of a child that ends by itself before it was ready
TRIES_IF_KILLED = 5  # the same, of one that others kill
KILLED = 0.5  # seconds the kernel needs to end what was killed: of a stage, and of whatever is left at the end


class Supervisor:
    """All children of one copy of the system, started in the order in which they are brought up."""

    def __init__(self, logs: Path, terminal: Terminal, stop_request: StopRequest) -> None:
        self._logs, self._terminal, self._stop_request = logs, terminal, stop_request
        self._watches: list[Watch] = []
        adopt_orphans()

    def bring_up(self, children: Sequence[Child]) -> None:
        """Start these children at once and return when all are ready.

        Errors: CannotStart with the last lines of the child that fails; Interrupted if asked to stop meanwhile.
        """
        fresh = [Watch(child, self._logs, self._terminal) for child in children]
        self._watches += fresh
        started = told = time.monotonic()
        while missing := [watch for watch in fresh if not watch.ready]:
            self._look()
            for watch in missing:
                _must_not_fail(watch, late=time.monotonic() > started + START_PATIENCE)
            if time.monotonic() > told + PROGRESS_INTERVAL:
                told = time.monotonic()
                self._terminal.say(f"still waiting for {', '.join(watch.child.title for watch in missing)}")
            self._stop_request.tick()

    def keep_up(self) -> None:
        """Start again whatever dies, until somebody asks to stop. Errors: Interrupted, always."""
        while True:
            self._look()
            self._stop_request.wait(LOOK_INTERVAL)
            self._stop_request.check()

    def take_down(self) -> None:
        """Stop every child, stage by stage, each within its time; a second request makes it a matter of seconds."""
        for stage in Stage:
            self._stop_together([watch for watch in self._watches if watch.child.stage is stage])
        self._end_adopted()
        if self._watches:
            self._terminal.say("stopped")

    def _look(self) -> None:
        before = sum(watch.deaths for watch in self._watches)
        for watch in self._watches:
            watch.look(time.monotonic(), self._stop_request.tick)
        known = [watch.process.pid for watch in self._watches if watch.process]
        if sum(watch.deaths for watch in self._watches) > before:
            end_adopted(known)
        reap_adopted(known)

    def _end_adopted(self) -> None:
        """Kill what nobody else looks after any more, and return when it is gone: each may leave us others."""
        started = time.monotonic()
        end_adopted(known=())
        while reap_adopted(known=()) and time.monotonic() < started + KILLED:
            self._stop_request.wait(LOOK_INTERVAL)
            end_adopted(known=())

    def _stop_together(self, watches: Sequence[Watch]) -> None:
        """Ask the children of one stage to end, each in its own steps; kill what is left."""
        running = [(watch.child, watch.process) for watch in watches if watch.process]
        for number in range(max((len(child.stop) for child, _ in running), default=0)):
            asked = [(child.stop[number], process) for child, process in running if number < len(child.stop)]
            for step, process in asked:
                process.ask(step.signal)
            self._wait_for_all(asked)
        for child, process in running:
            if process.ended() is None:
                self._terminal.say(f"{child.title}: did not end in time, is killed")
            process.end_group()
        self._wait_for_all([(Step(signal.SIGKILL, KILLED, last=True), process) for _, process in running])

    def _wait_for_all(self, asked: Sequence[tuple[Step, Process]]) -> None:
        started = time.monotonic()
        while any(self._still_waits(step, process, time.monotonic() - started) for step, process in asked):
            self._stop_request.wait(LOOK_INTERVAL)

    def _still_waits(self, step: Step, process: Process, waited: float) -> bool:
        hurried = self._stop_request.count > 1 and not step.last
        return process.ended() is None and not hurried and waited < step.seconds


def _must_not_fail(watch: Watch, *, late: bool) -> None:
    """Give up on a child that keeps ending before it was ever ready, or that never gets there."""
    failed = watch.deaths >= (TRIES_IF_KILLED if (watch.last_code or 0) < 0 else TRIES)
    if failed and not watch.ready:
        raise CannotStart(f"{watch.child.title} does not start, its last lines are:\n{watch.last_words}")
    if late and not watch.ready:
        words = watch.process.last_lines() if watch.process else watch.last_words
        raise CannotStart(
            f"{watch.child.title} is not ready after {START_PATIENCE:.0f} s, its last lines are:\n{words}"
        )
