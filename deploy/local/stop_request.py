"""A request to stop: the signals of a terminal, of `make` and of a service manager, noticed at once."""

import os
import select
import signal
import time
from types import FrameType

from deploy.local.refusal import Interrupted

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT)
ONE_WISH = 1.0  # seconds in which signals are one request: `make` hands on what its whole group was sent already


class Wishes:
    """How often somebody wished for a stop, however many signals each wish came with."""

    def __init__(self) -> None:
        self.count = 0
        self._over_at = float("-inf")

    def heard(self, now: float) -> None:
        """Take note of a signal at this instant (seconds of a steady clock)."""
        if now >= self._over_at:
            self.count += 1
            self._over_at = now + ONE_WISH


class StopRequest:
    """Counts the requests: after the first everything is stopped in order, after the second in a hurry."""

    def __init__(self) -> None:
        self._wishes = Wishes()
        self._wakes, self._woken = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(self._woken, warn_on_full_buffer=False)
        for number in SIGNALS:
            if number is not signal.SIGHUP or signal.getsignal(number) is not signal.SIG_IGN:  # as under nohup
                signal.signal(number, self._asked)
        signal.signal(signal.SIGCHLD, _only_wake)

    @property
    def count(self) -> int:
        """How often somebody has asked."""
        return self._wishes.count

    def wait(self, seconds: float) -> None:
        """Wait so long, or until a signal or a child's death, whichever is first."""
        readable, _, _ = select.select([self._wakes], [], [], seconds)
        if readable:
            os.read(self._wakes, 4096)

    def tick(self) -> None:
        """Wait a moment. Errors: Interrupted once somebody has asked to stop."""
        self.wait(0.02)
        self.check()

    def check(self) -> None:
        """Errors: Interrupted once somebody has asked to stop."""
        if self.count:
            raise Interrupted

    def _asked(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        self._wishes.heard(time.monotonic())


def _only_wake(number: int, frame: FrameType | None) -> None:
    """Nothing: the wake-up descriptor has done it."""
