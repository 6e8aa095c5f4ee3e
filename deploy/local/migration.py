"""The migrations: run before anything of ours starts; they also set the civil date of a new database."""

import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from deploy.local import civil
from deploy.local.civil import Civil
from deploy.local.environment import of_a_room
from deploy.local.process import Command, run_to_end
from deploy.local.refusal import CannotStart

PATIENCE = 300.0  # seconds


def migrate(
    database_url: str, ours: Mapping[str, str], logs: Path, tick: Callable[[], None], *, development: bool
) -> Civil:
    """Bring the database to this version's tables and return what its civil clock reads.

    `ours` is our own environment; in `development` a new database gets a civil date inside a filing window.
    Errors: CannotStart with the last thing the migrations said; whatever `tick` raises.
    """
    asked = civil.asked_for(ours, datetime.now(UTC), development=development)
    environment = of_a_room(asked, DATABASE_URL=database_url, APPRODO_PROCESS="migrate")
    command = Command("migrate", [sys.executable, "-m", "core.storage.migrate"], environment)
    code, said = run_to_end(command, logs, patience=PATIENCE, tick=tick)
    answers = [line for line in said.splitlines() if line.startswith("{")]
    if code != 0 or not answers:
        last = said.splitlines()[-1:] or [f"exit code {code}"]
        raise CannotStart(f"the database cannot be brought to this version's tables: {last[0]}")
    return civil.read(answers[-1])
