"""The embedded parts as children: the ledger and the bell, where no other is named."""

import signal
from collections.abc import Callable, Mapping
from pathlib import Path

from deploy.local.binaries import postgres_folder, valkey_program
from deploy.local.child import Child, Stage, Step
from deploy.local.environment import bare
from deploy.local.folders import Folders
from deploy.local.ordinary import choose
from deploy.local.postgres import Postgres, is_stuck
from deploy.local.valkey import Valkey

FAST_SHUTDOWN = Step(signal.SIGINT, 2.5)
IMMEDIATE_SHUTDOWN = Step(signal.SIGQUIT, 0.8, last=True)


def ledger(
    folders: Folders, programs: Path | None, environment: Mapping[str, str], tick: Callable[[], None]
) -> tuple[Child, str]:
    """Prepare PostgreSQL; return it as a child, and its address. Errors: CannotStart, Interrupted.

    `programs` is the folder of its programs that a setting names, if any.
    """
    binaries = postgres_folder(programs)
    who = choose(binaries / "postgres", folders.data)
    sockets = folders.sockets / "postgres"
    server = Postgres(binaries, folders.postgres, sockets, folders.logs, who, bare(environment))
    server.prepare(tick)
    stop = (FAST_SHUTDOWN, IMMEDIATE_SHUTDOWN)
    child = Child(
        "PostgreSQL", server.command(), server.is_ready, Stage.LEDGER, stop, clear=server.clear, is_stuck=is_stuck
    )
    return child, server.url()


def bell(folders: Folders, environment: Mapping[str, str]) -> tuple[Child, str]:
    """Return Valkey as a child, and its address. Errors: CannotStart."""
    server = Valkey(valkey_program(), folders.valkey, folders.sockets, bare(environment))
    return Child("Valkey", server.command(), server.is_ready, Stage.BELL, (Step(signal.SIGTERM, 0.5),)), server.url()
