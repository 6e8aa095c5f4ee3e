"""Bring the database to this version, and set the civil clock once: `python -m core.storage.migrate`."""

import asyncio
import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import create_async_engine

from core import settings
from core.storage import civil
from core.storage.database import for_sqlalchemy

LOCK_SECONDS = 2  # a migration that cannot have its lock gives up, and traffic flows


async def migrate(database_url: str, civil_now: datetime | None = None) -> dict[str, Any]:
    """Run the migrations that are missing.

    Arguments: the database; the instant the civil clock shall read, used only where the database is new.
    Returns `{"civil_offset_seconds": float, "civil_now": RFC 3339}`.
    """
    engine = create_async_engine(
        for_sqlalchemy(database_url), connect_args={"server_settings": {"lock_timeout": f"{LOCK_SECONDS}s"}}
    )
    try:
        # One transaction, so that a new database is never without the civil date it was to begin with.
        async with engine.begin() as connection:
            new = await connection.run_sync(_upgrade)
            if new and civil_now is not None:
                await civil.set_civil_now(connection, civil_now)
            now, ahead = await civil.civil_now(connection)
    finally:
        await engine.dispose()
    return {"civil_offset_seconds": ahead.total_seconds(), "civil_now": now.isoformat()}


def _upgrade(connection: Connection) -> bool:
    """Upgrade, one runner at a time; return whether the database was empty before."""
    connection.execute(text("SELECT pg_advisory_xact_lock(hashtext('approdo.migrate'))"))
    new = not connection.dialect.has_table(connection, "alembic_version")
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if not _is_of_a_later_version(connection, config):
        command.upgrade(config, "head")
    return new


def _is_of_a_later_version(connection: Connection, config: Config) -> bool:
    """Say whether a later version has been here: the one before it runs on its tables, so going back changes nothing.

    Migrations expand first and contract a version later; their numbers rise.
    """
    there, ours = MigrationContext.configure(connection).get_current_revision(), ScriptDirectory.from_config(config)
    known = {script.revision for script in ours.walk_revisions()}
    return there is not None and there not in known and there > str(ours.get_current_head())


def main() -> None:
    """Migrate the database that DATABASE_URL names, and print what the civil clock reads."""
    try:
        known = settings.load()
        answer = asyncio.run(migrate(known.database_url(), known.place.civil_now))
    except settings.SettingsError as error:
        sys.exit(str(error))
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main()
