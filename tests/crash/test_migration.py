"""The migration is killed at each of its statements: the tables are as before, and it can go again."""

import asyncio
import os
import signal
import time
import traceback
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import asyncpg
import pytest
from alembic import command
from sqlalchemy import event
from sqlalchemy.engine import Engine

from core.storage.migrate import migrate
from tests.conftest import MEASURED, PATIENCE

FIRST = "0001"
HOW_MANY = 20  # statements at the least; fewer would mean that some are not seen
SCHEMA = """
SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2, 3
"""


def migrated(url: str, *, die_at: int = 0, up_to: str = "head") -> bool:
    """Migrate in a process of its own, which kills itself at a statement or at COMMIT; say whether it came to an end.

    Statements are numbered from 1; where there is none of that number nothing happens to it.
    """
    child = os.fork()
    if child == 0:
        os._exit(_in_the_child(url, die_at, up_to))
    _, status = os.waitpid(child, 0)
    assert status in (0, signal.SIGKILL)
    return status == 0


def _in_the_child(url: str, die_at: int, up_to: str) -> int:
    numbers, whole = count(1), command.upgrade

    def comes(*_: Any) -> None:
        if next(numbers) == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "after_cursor_execute", comes)
    event.listen(Engine, "commit", comes)
    command.upgrade = lambda config, _: whole(config, up_to)
    try:
        asyncio.run(migrate(url))
    except BaseException:  # noqa: BLE001  it must never come back into the test as a second pytest
        traceback.print_exc()
        return 1
    return 0


def schema(url: str) -> Sequence[tuple[str, ...]]:
    """Return every column and index there is, when whoever was killed is known to be gone."""

    async def read() -> Sequence[tuple[str, ...]]:
        connection = await asyncpg.connect(url)
        try:
            await _left_alone(connection)
            return [tuple(row) for row in await connection.fetch(SCHEMA)]
        finally:
            await connection.close()

    return asyncio.run(read())


async def _left_alone(connection: Any) -> None:
    others = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    give_up_at = time.monotonic() + PATIENCE
    while await connection.fetchval(others):
        assert time.monotonic() < give_up_at, "somebody is still connected"
        await asyncio.sleep(0.002)


@pytest.mark.parametrize(("from_", "to"), [(None, FIRST), (FIRST, "head")], ids=["to the first", "from the first"])
def test_a_migration_killed_at_any_statement_leaves_nothing_half_done(
    empty_database_url: str, from_: str | None, to: str, record_property: Callable[[str, str], None]
) -> None:
    """One transaction for all versions: until its COMMIT nobody sees anything, and then everything."""
    url = empty_database_url
    if from_ is not None:
        migrated(url, up_to=from_)
    before, killed = schema(url), 0
    while not migrated(url, die_at=killed + 1, up_to=to):
        killed += 1
        assert before == schema(url), f"killed at statement {killed}"
    after = schema(url)

    record_property(MEASURED, f"migration from {from_} to {to}: killed at {killed} statements")
    assert migrated(url, up_to=to)
    assert len(before) < len(after) == len(schema(url))
    assert killed > HOW_MANY
