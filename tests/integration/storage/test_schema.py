"""The schema: what the migrations build is what the tables say, and the allowed moves are the domain's."""

import re

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import create_async_engine

from core.domain.submission import MOVES
from core.storage.database import for_sqlalchemy
from core.storage.migrate import migrate
from core.storage.tables import metadata


@pytest.fixture
async def connection(database_url):
    """A connection to a migrated database."""
    engine = create_async_engine(for_sqlalchemy(database_url))
    async with engine.connect() as connection:
        yield connection
    await engine.dispose()


def differences(connection):
    return compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)


async def test_migrations_build_the_tables(connection):
    """No column, index or constraint more or less."""
    assert [] == await connection.run_sync(differences)


async def test_a_difference_would_be_seen(connection):
    """The check above, on a planted fault."""
    await connection.execute(text("ALTER TABLE work DROP COLUMN crashes"))

    assert [] != await connection.run_sync(differences)


async def test_the_ledger_allows_the_moves_of_the_domain(connection):
    """One truth in two places, held equal."""
    name = "ck_submission_event_allowed_move"
    constraint = f"SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = '{name}'"
    listed = re.findall(r"'(\w+ > \w+)'", (await connection.execute(text(constraint))).scalar_one())

    assert sorted(f"{source} > {to}" for source, targets in MOVES.items() for to in targets) == sorted(listed)


async def test_a_forbidden_move_cannot_be_written(connection):
    """A suspended submission is never refused: a source that does not answer decides nothing."""
    event = (
        "INSERT INTO submission_event (draft_id, seq, at, kind, from_state, to_state, reasons)"
        " VALUES (gen_random_uuid(), 1, now(), 'moved', 'suspended', 'refused', '[]')"
    )

    with pytest.raises(IntegrityError):
        await connection.execute(text(event))


async def test_migrating_again_changes_nothing(database_url):
    """Also with another civil time: an offset once set is kept with the data."""
    first = await migrate(database_url)
    again = await migrate(database_url)

    assert first["civil_offset_seconds"] == again["civil_offset_seconds"] == 0


@pytest.mark.parametrize(("revision", "works"), [("9999", True), ("0000", False)])
async def test_the_version_before_starts_on_the_tables_of_the_next(database_url, connection, revision, works):
    """Going back leaves them as they are; what is not of a later version is not taken for one."""
    await connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    await connection.execute(text("ALTER TABLE draft ADD COLUMN planted text"))
    await connection.commit()

    if works:
        await migrate(database_url)
    else:
        with pytest.raises(CommandError, match="Can't locate revision"):
            await migrate(database_url)

    assert revision == (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar()
    assert [] != await connection.run_sync(differences)
