"""`python -m loadtest.faults.spins MODULE [ARGUMENT ...]`: a program whose main thread can be kept busy by a signal."""

import runpy
import signal
import sys
import time
from typing import Final

SPINS: Final = signal.SIGUSR2
SECONDS: Final = 4.5


def _spin(*_: object) -> None:
    """Do nothing with all one's might: no other task of this thread has a turn meanwhile."""
    over_at = time.monotonic() + SECONDS
    while time.monotonic() < over_at:
        pass


if __name__ == "__main__":
    _, module, *sys.argv[1:] = sys.argv
    signal.signal(SPINS, _spin)
    runpy.run_module(module, run_name="__main__", alter_sys=True)
