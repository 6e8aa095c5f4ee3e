"""The schema of the ledger as text, read off the tables; that migrations build the same is a test of its own."""

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateSequence, CreateTable

from core.storage.tables import metadata

DIALECT = postgresql.dialect()


def schema() -> str:
    """Return the statements that would build it, table by table."""
    sequences = [_said(CreateSequence(one)) for one in sorted(metadata._sequences.values(), key=lambda one: one.name)]
    tables = [_table(table) for table in sorted(metadata.tables.values(), key=lambda one: one.name)]
    return "\n".join([*sequences, "", *tables])


def _table(table) -> str:
    indexes = [_said(CreateIndex(one)) for one in sorted(table.indexes, key=lambda one: one.name)]
    return "\n".join([_said(CreateTable(table)), *indexes, ""])


def _said(statement) -> str:
    lines = str(statement.compile(dialect=DIALECT)).strip().splitlines()
    return "\n".join(line.rstrip().replace("\t", "    ") for line in lines) + ";"
