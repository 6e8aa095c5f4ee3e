"""An outage as long as a test wants it: PostgreSQL is killed, and whoever would start it again stands still."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.stack.running import until
from tests.journeys.system import System

START = {"programme": "bonus-mamme-2025", "channel": "web"}


@contextmanager
def without_a_store(system: System) -> Iterator[None]:
    """Let nothing be read or written while a block runs; an emergency register that is on stands in for it."""
    supervisor = system.running.process.pid
    os.kill(supervisor, signal.SIGSTOP)
    try:
        system.running.kill("postgres")
        until(lambda: system.client.post("/v1/drafts", json=START).status_code == 503)
        yield
    finally:
        os.kill(supervisor, signal.SIGCONT)


def store_is_back(system: System) -> None:
    """Wait until things are read and written again."""
    until(lambda: system.client.get("/readyz").json()["status"] == "ready")
