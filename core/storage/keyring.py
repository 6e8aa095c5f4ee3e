"""The marks of the keys a database was begun with, so that another set of keys is noticed before it does harm."""

from collections.abc import Mapping

from core.storage.database import connected


async def strangers(database_url: str, marks: Mapping[str, bytes]) -> list[str]:
    """Return the purposes whose key is not the one this database knows; what it does not know yet it learns.

    Arguments: one mark (a hash that tells nothing about the key) for each key that must never change under its data:
    with another person key one mother could file twice, with another number key a number could be given twice.
    Errors: StoreUnavailable.
    """
    async with connected(database_url) as connection:
        await connection.execute(_LEARN, list(marks), list(marks.values()))
        known = dict(await connection.fetch("SELECT purpose, mark FROM keyring"))
    return [purpose for purpose, mark in marks.items() if known[purpose] != mark]


_LEARN = """
INSERT INTO keyring (purpose, mark) SELECT * FROM unnest($1::text[], $2::bytea[]) ON CONFLICT DO NOTHING
"""
