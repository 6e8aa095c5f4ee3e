"""poison: an application whose sealed content our code cannot read, put into the ledger behind its back."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

import asyncpg
import httpx

from loadtest.alerts.load import a_case, file_one
from loadtest.rehearsal.stack import Stack

NOT_JSON = b"{"


@contextmanager
def broken(stack: Stack) -> Iterator[None]:
    """Let one application be unreadable while the block runs, and whole again afterwards.

    A registry that does not answer about this one person keeps it undecided until it is spoilt.
    """
    where = stack.where()
    case = a_case()
    control, about = f"{where['registries']}/control", {"registry": "*", "tax_code": case["applicant"]["tax_code"]}
    with httpx.Client(base_url=str(where["http"]), timeout=15, trust_env=False) as client:
        client.put(control, json={**about, "mode": "503"}).raise_for_status()
        applicant, _ = file_one(client, case)
        whole = asyncio.run(_replace(str(where["database_url"]), applicant.draft_id, NOT_JSON))
        client.put(control, json={**about, "mode": "ok"}).raise_for_status()
        try:
            yield
        finally:
            asyncio.run(_replace(str(where["database_url"]), applicant.draft_id, whole))


async def _replace(database_url: str, draft_id: str, content: bytes) -> bytes:
    """Replace what is sealed of a section, and return what it was."""
    connection = await asyncpg.connect(database_url, timeout=10)
    try:
        was = await connection.fetchval(_READ, UUID(draft_id))
        await connection.execute(_WRITE, UUID(draft_id), content)
        return bytes(was)
    finally:
        await connection.close(timeout=5)


_READ = "SELECT content FROM section_revision WHERE draft_id = $1 AND section = 'applicant' AND revision = 1"
_WRITE = "UPDATE section_revision SET content = $2 WHERE draft_id = $1 AND section = 'applicant' AND revision = 1"
