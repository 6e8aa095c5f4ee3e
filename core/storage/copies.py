"""What a launch asks of PostgreSQL: settings that keep what is committed, a second copy, and its clock."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text

from core.storage.reader import Reader


@dataclass(frozen=True, slots=True)
class Copies:
    """`weak`: settings without which a commit may be lost, or damage goes unseen; `standbys`: copies that confirm."""

    weak: list[str]
    standbys: int
    clock: datetime
    civil_offset: timedelta
    for_a_person: int = 0  # entries of emergency registers that nobody has settled


async def look(reader: Reader) -> Copies:
    """Return it. Errors: StoreUnavailable."""
    async with reader.snapshot() as connection:
        settings = (await connection.execute(_SETTINGS)).all()
        row = (await connection.execute(_STANDING)).one()
    return Copies(
        [name for name, setting in settings if setting != "on"], row.standbys, row.clock, row.ahead, row.for_a_person
    )


_SETTINGS = text("""
SELECT name, setting FROM pg_settings
WHERE name IN ('fsync', 'full_page_writes', 'data_checksums', 'synchronous_commit') ORDER BY name
""")
_STANDING = text("""
SELECT (SELECT count(*) FROM pg_stat_replication WHERE sync_state IN ('sync', 'quorum')) AS standbys,
       (SELECT count(*) FROM register_entry WHERE for_a_person AND settled_at IS NULL) AS for_a_person,
       clock_timestamp() AS clock, ahead
FROM civil_clock
""")
