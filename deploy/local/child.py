"""A child: what the supervisor needs to know to start, watch and stop one process."""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from deploy.local.process import Command

Tick = Callable[[], None]  # called while something waits; raises Interrupted to give up


class Stage(IntEnum):
    """The order in which children are stopped."""

    COUNTER = 0
    RELAY = 1
    WORKER = 2
    BESIDE = 3
    BELL = 4
    LEDGER = 5


@dataclass(frozen=True, slots=True)
class Step:
    """One way of asking a child to end, and the seconds it has for it; `last` is given even in a hurry."""

    signal: signal.Signals
    seconds: float
    last: bool = False


def never_stuck(pid: int) -> bool:  # noqa: ARG001
    """Most children end where they cannot go on."""
    return False


def nothing_to_clear(tick: Tick) -> None:
    """Most children leave nothing behind when they are killed."""


@dataclass(frozen=True, slots=True)
class Child:
    """One process of the stack.

    `is_ready` is given its process id and answers at once (half a second at most). `stop` is how it is asked to
    end, one step after the other; what is still there then is killed. `clear` ends what a killed one may have left
    running, before the next is started. `is_stuck` says of a process id that it runs and will be of no use any more;
    it is replaced when that has been so for a few seconds. `frozen_for` is how long, in seconds, it may be stopped (as
    by SIGSTOP) before it is replaced; None means for ever.
    """

    title: str
    command: Command
    is_ready: Callable[[int], bool]
    stage: Stage
    stop: Sequence[Step]
    clear: Callable[[Tick], None] = nothing_to_clear
    is_stuck: Callable[[int], bool] = never_stuck
    frozen_for: float | None = None
