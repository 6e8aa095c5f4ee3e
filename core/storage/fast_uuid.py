"""The driver's own UUID: made, compared and sent to PostgreSQL without a line of Python; a `uuid.UUID` to everybody."""

from uuid import UUID

from asyncpg.pgproto import pgproto


def uuid_of(sixteen_bytes: bytes) -> UUID:
    """Return the UUID of its 16 bytes. Errors: ValueError for another length."""
    made: UUID = pgproto.UUID(sixteen_bytes)
    return made
