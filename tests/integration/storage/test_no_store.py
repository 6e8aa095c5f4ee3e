"""A store that is starting, stopping or gone is one that cannot be had, however it says so."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from core.domain.errors import StoreUnavailable
from core.storage.reader import Reader

STARTING = b"SFATAL\0C57P03\0Mthe database system is starting up\0\0"
FULL = b"SFATAL\0C53300\0Msorry, too many clients already\0\0"
ANOTHER_PASSWORD = b"SFATAL\0C28P01\0Mpassword authentication failed\0\0"
NO_DATABASE = b"SFATAL\0C3D000\0Mdatabase does not exist\0\0"
NO_TLS = b"N"


@asynccontextmanager
async def refusing(answer):
    """What listens where PostgreSQL should, and answers who connects with this error, or hangs up."""

    async def serve(reader, writer):
        await reader.readexactly(8)
        writer.write(NO_TLS)
        await reader.read(1024)
        if answer:
            writer.write(b"E" + (len(answer) + 4).to_bytes(4, "big") + answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"postgresql://nobody@127.0.0.1:{server.sockets[0].getsockname()[1]}/nothing"
    finally:
        server.close()
        await server.wait_closed()


@pytest.mark.parametrize(
    "answer",
    [STARTING, FULL, ANOTHER_PASSWORD, NO_DATABASE, b""],
    ids=["starting", "full", "another password", "no such database", "hanging up"],
)
async def test_a_reader_says_that_the_store_cannot_be_had(answer):
    """It is 503 with what to do, never a fault of ours."""
    async with refusing(answer) as url:
        reader = Reader(url)
        try:
            with pytest.raises(StoreUnavailable):
                async with reader.snapshot():
                    pass
        finally:
            await reader.close()
