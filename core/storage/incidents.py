"""Incidents in the ledger: written when it answers, so that certificates can name them and outages be attested."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text

from core.domain.book import MOST
from core.domain.errors import NotFound
from core.domain.incident import OURS, Cause, Effect, Function, Incident, Outage
from core.storage.audit import Done, write_once
from core.storage.database import connected
from core.storage.reader import Reader


async def write(database_url: str, incidents: Sequence[Incident]) -> None:
    """Write incidents as they stand; one that is over there stays as it was written. Errors: StoreUnavailable."""
    rows = [(one.incident_id, _operation(one.function), one.cause, one.started_at, one.ended_at) for one in incidents]
    await _do(database_url, _WRITE, rows)


async def attest(database_url: str, incident_id: str, effect: Effect, now: datetime) -> None:
    """Write down what an incident that is over did, once; a second time changes nothing. Errors: StoreUnavailable."""
    await _do(database_url, _ATTEST, [(incident_id, effect, sorted(OURS), now)])


async def note(database_url: str, done: Sequence[Done]) -> None:
    """Write what was done by hand into the audit trail, each once. Errors: StoreUnavailable."""
    async with connected(database_url) as connection, connection.transaction():
        await write_once(connection, done)


async def _do(database_url: str, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
    async with connected(database_url) as connection:
        await connection.executemany(statement, rows)


async def latest(reader: Reader) -> list[Incident]:
    """Return the latest incidents, latest first. Errors: StoreUnavailable."""
    async with reader.snapshot() as connection:
        rows = (await connection.execute(_LATEST, {"most": MOST})).all()
    return [_incident(row) for row in rows]


async def civil_span(reader: Reader, one: Incident) -> tuple[datetime, datetime]:
    """Return the civil start and end of an incident that is over. Errors: StoreUnavailable."""
    async with reader.snapshot() as connection:
        ahead: timedelta = (await connection.execute(_AHEAD)).scalar_one()
    assert one.ended_at
    return one.started_at + ahead, one.ended_at + ahead


class Outages:
    """The attested outages, as the counter reads them."""

    def __init__(self, reader: Reader) -> None:
        """Take the readers' pool."""
        self._reader = reader

    async def find(self, incident_id: str) -> Outage:
        """Return an outage as it is attested. Errors: NotFound where there is none, or it lasts; StoreUnavailable."""
        async with self._reader.snapshot() as connection:
            row = (await connection.execute(_OUTAGE, {"incident_id": incident_id})).one_or_none()
        if row is None:
            raise NotFound
        return _outage(row)

    async def between(self, first: datetime, last: datetime) -> list[Outage]:
        """Return those that overlap a span of civil time, oldest first. Errors: StoreUnavailable."""
        async with self._reader.snapshot() as connection:
            rows = (await connection.execute(_BETWEEN, {"first": first, "last": last, "most": MOST})).all()
        return [_outage(row) for row in rows]


def _outage(row: Any) -> Outage:
    return Outage(
        incident_id=row.incident_id,
        function=Function(row.operation or Function.ALL),
        started_at=row.started_at + row.ahead,
        ended_at=row.ended_at + row.ahead,
        refused=row.refused,
        effect=Effect(row.effect),
        trial=bool(row.ahead),
        attested_at=row.attested_at,
    )


def _operation(function: Function) -> str | None:
    return None if function is Function.ALL else str(function)


def _incident(row: Any) -> Incident:
    return Incident(
        incident_id=row.incident_id,
        function=Function(row.operation or Function.ALL),
        cause=Cause(row.cause or Cause.OTHER),
        started_at=row.started_at,
        said_at=row.ended_at or row.started_at,
        next_word_at=row.ended_at or row.started_at,
        ended_at=row.ended_at,
    )


_WRITE = """
INSERT INTO incident (incident_id, operation, cause, started_at, ended_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (incident_id) DO UPDATE
SET cause = EXCLUDED.cause, started_at = EXCLUDED.started_at, ended_at = EXCLUDED.ended_at
WHERE incident.attested_at IS NULL
"""

# Attempts are in civil time. What named this incident, and what was refused by a fault of ours while it lasted.
_ATTEST = """
UPDATE incident SET effect = $2, attested_at = $4, ahead = clock.ahead, refused = coalesce((
    SELECT sum(times) FROM attempt_log
    WHERE attempted_at BETWEEN incident.started_at + clock.ahead AND incident.ended_at + clock.ahead
      AND (incident.operation IS NULL OR attempt_log.operation = incident.operation)
      AND (code = ANY($3::text[]) OR attempt_log.incident = incident.incident_id)
), 0)
FROM civil_clock clock
WHERE incident_id = $1 AND ended_at IS NOT NULL AND attested_at IS NULL
"""

_AHEAD = text("SELECT ahead FROM civil_clock")
_LATEST = text("""
SELECT incident_id, operation, cause, started_at, ended_at FROM incident ORDER BY started_at DESC LIMIT :most
""")
_OUTAGE = text("SELECT * FROM incident WHERE incident_id = :incident_id AND attested_at IS NOT NULL")
_BETWEEN = text("""
SELECT * FROM incident
WHERE attested_at IS NOT NULL AND started_at + ahead <= :last AND ended_at + ahead >= :first
ORDER BY started_at LIMIT :most
""")
