"""`python -m deploy.local.parts`: PostgreSQL and Valkey alone, on a data folder of their own, for whoever measures."""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from core import settings
from deploy.local import folders
from deploy.local.child import Child
from deploy.local.embedded import bell, ledger
from deploy.local.folders import Folders
from deploy.local.process import Process, start
from deploy.local.refusal import CannotStart

PATIENCE = 60.0  # seconds a part may take to come up


def main() -> None:
    """Start both, say on one line of JSON where they are, and stop them when standard input ends.

    The folder is APPRODO_DATA, which must be named: nothing is ever started on another copy's data by mistake.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        data = os.environ.get("APPRODO_DATA")
        if not data:
            raise CannotStart("APPRODO_DATA is not set: name the folder these parts may use")
        programs = settings.load().stores.postgres_bin
        with _running(folders.make(Path(data)), programs, os.environ) as said, suppress(KeyboardInterrupt):
            sys.stdout.write(json.dumps(said) + "\n")
            sys.stdout.flush()
            sys.stdin.read()
    except (CannotStart, settings.SettingsError) as error:
        sys.exit(f"approdo: {error}")


@contextmanager
def _running(place: Folders, programs: Path | None, environment: Mapping[str, str]) -> Iterator[dict[str, object]]:
    """Run both, and say their addresses and the process ids whose descendants are all there is of them."""
    lock = folders.hold(place.data)
    folders.forget_previous_run(place)
    started: list[tuple[Child, Process]] = []
    try:
        for child, _ in (parts := (ledger(place, programs, environment, _a_moment), bell(place, environment))):
            started.append((child, start(child.command, place.logs)))
            _wait_for(*started[-1])
        (_, database_url), (_, redis_url) = parts
        postgres, valkey = (process.pid for _, process in started)
        yield {"database_url": database_url, "redis_url": redis_url, "postgresql": postgres, "valkey": valkey}
    finally:
        for child, process in reversed(started):
            _end(child, process)
        folders.let_go(place)
        os.close(lock)


def _wait_for(child: Child, process: Process) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not child.is_ready(process.pid):
        if process.ended() is not None or time.monotonic() > give_up_at:
            raise CannotStart(f"{child.title} does not start, its last lines are:\n{process.last_lines()}")
        _a_moment()


def _end(child: Child, process: Process) -> None:
    for step in child.stop:
        if process.ended() is None:
            process.ask(step.signal)
        give_up_at = time.monotonic() + step.seconds
        while process.ended() is None and time.monotonic() < give_up_at:
            _a_moment()
    process.end_group()
    process.popen.wait()


def _a_moment() -> None:
    time.sleep(0.02)


if __name__ == "__main__":
    main()
