"""A database as the bench asks it: one connection, one statement at a time, from code that waits."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg


class Database:
    """One open connection."""

    def __init__(self, connection: Any, runner: asyncio.Runner) -> None:
        self._connection, self._runner = connection, runner

    def do(self, statement: str, *arguments: object) -> None:
        """Run a statement."""
        self._runner.run(self._connection.execute(statement, *arguments))

    def value(self, statement: str, *arguments: object) -> Any:
        """Return the first value that a statement finds."""
        return self._runner.run(self._connection.fetchval(statement, *arguments))

    def column(self, statement: str, *arguments: object) -> list[Any]:
        """Return the first value of each row that a statement finds."""
        return [row[0] for row in self._runner.run(self._connection.fetch(statement, *arguments))]


@contextmanager
def opened(url: str) -> Iterator[Database]:
    """Open a connection until the block ends."""
    with asyncio.Runner() as runner:
        connection = runner.run(_connected(url))
        try:
            yield Database(connection, runner)
        finally:
            runner.run(connection.close())


async def _connected(url: str) -> Any:
    return await asyncpg.connect(url, timeout=10)
