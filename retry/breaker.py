"""breaker: stops calls to a failing registry, and lets one probe at a time find out whether it is back."""

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum

from core.clock import Clock
from retry.failure import BreakerOpen, Failure, Throttled
from retry.policy import BreakerPolicy


class State(StrEnum):
    """Where the breaker stands; half open means that one probe is on its way."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """One per registry per process. It opens after so many consecutive failures, or a share of the latest calls."""

    def __init__(self, policy: BreakerPolicy, clock: Clock, changed: Callable[[State], None]) -> None:
        """Begin closed. `changed` is told each new state."""
        self._policy = policy
        self._clock = clock
        self._changed = changed
        self._state = State.CLOSED
        self._turn = 0  # raised at each change, so that a verdict from before it is worth nothing
        self._consecutive = 0
        self._latest: deque[bool] = deque(maxlen=policy.window)  # True for a failure
        self._openings = 0  # since it was last closed
        self._until = 0.0  # open: when a probe may leave; half open: when the probe is given up

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._state

    def enter(self) -> "Permit":
        """Let one call through.

        Errors: BreakerOpen with the wait until a probe may be made (nothing where one is on its way).
        """
        if self._state is State.CLOSED:
            return Permit(self, self._turn, probe=False)
        if (wait := self._until - self._clock.monotonic()) > 0:
            raise BreakerOpen("left-alone", timedelta(seconds=wait if self._state is State.OPEN else 0))
        self._until = self._clock.monotonic() + self._policy.probe_limit.total_seconds()
        self._become(State.HALF_OPEN)
        return Permit(self, self._turn, probe=True)

    def succeeded(self, turn: int) -> None:
        """Note an answer: a probe's closes the breaker."""
        if turn != self._turn:
            return
        self._consecutive = 0
        if self._state is State.HALF_OPEN:
            self._openings = 0
            self._latest.clear()
            self._become(State.CLOSED)
        else:
            self._latest.append(False)

    def failed(self, turn: int, failure: Failure) -> None:
        """Note a failure: a probe's opens the breaker again, for longer."""
        if turn != self._turn:
            return
        self._consecutive += 1
        if not isinstance(failure, Throttled):  # "too often" is no sign of illness until nothing else comes
            self._latest.append(True)
        if self._state is State.HALF_OPEN or self._is_failing():
            self._open(failure.retry_after or timedelta())

    def dropped(self, turn: int) -> None:
        """Note that the call told nothing (cancelled): the next one may be the probe."""
        if turn == self._turn and self._state is State.HALF_OPEN:
            self._until = self._clock.monotonic()
            self._become(State.OPEN)

    def _is_failing(self) -> bool:
        full = len(self._latest) == self._policy.window
        share = sum(self._latest) / self._policy.window
        return self._consecutive >= self._policy.failures or (full and share >= self._policy.ratio)

    def _open(self, asked_to_wait: timedelta) -> None:
        ours = self._policy.open_for * 2.0 ** min(self._openings, 32)
        wait = min(max(ours, asked_to_wait), self._policy.open_at_most)
        self._until = self._clock.monotonic() + wait.total_seconds()
        self._openings += 1
        self._become(State.OPEN)

    def _become(self, state: State) -> None:
        self._turn += 1
        if state is not self._state:
            self._state = state
            self._changed(state)


class Permit:
    """Leave to make one call; its verdict counts only for the state in which it was given."""

    __slots__ = ("_breaker", "_turn", "probe")

    def __init__(self, breaker: Breaker, turn: int, *, probe: bool) -> None:
        self._breaker = breaker
        self._turn = turn
        self.probe = probe

    def succeeded(self) -> None:
        """The registry answered."""
        self._breaker.succeeded(self._turn)

    def failed(self, failure: Failure) -> None:
        """The registry did not answer."""
        self._breaker.failed(self._turn, failure)

    def dropped(self) -> None:
        """Nothing was learned."""
        self._breaker.dropped(self._turn)
