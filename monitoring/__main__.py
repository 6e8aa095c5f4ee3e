"""The monitoring process: `python -m monitoring` serves the operators' port and reads the ledger's series."""

import asyncio
import socket
import sys
from datetime import datetime

import uvicorn

from core import settings
from core.settings import Environment, Place, Settings
from core.storage.civil import civil_now
from core.storage.civil_moves import move_civil_clock
from core.storage.database import Reader
from monitoring.console.app import Console, build
from monitoring.console.clock import Reading
from monitoring.console.sampler import Sampler
from monitoring.exporter import Exporter
from monitoring.launch import Found, look
from monitoring.process import Watch, watched

DRAIN_SECONDS = 3  # how long answers under way may take when the process is told to stop
PATIENCE = 12.0  # seconds a look at the ledger may take: more than the ledger itself gives it
POOL = 2  # connections: one for the exporter, one for the clock


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    try:
        known = settings.load()
        known.database_url()
    except settings.SettingsError as error:
        sys.exit(str(error))
    with watched(known.place.process or "monitoring", known.place.data) as watch:
        asyncio.run(_serve(known, watch))


async def _serve(known: Settings, watch: Watch) -> None:
    reader = Reader(known.database_url(), pool_size=POOL, patience=PATIENCE)
    exporter = Exporter(reader, watch.observe)
    watch.series.registry.register(exporter)
    sampler = Sampler(known.place.run_folder, exporter, known.place.environment, watch.observe)

    async def read_clock() -> Reading:
        async with reader.snapshot() as connection:
            return await civil_now(connection)

    async def move_clock(now: datetime) -> Reading:
        civil, offset = await move_civil_clock(known.database_url(), now)
        exporter.seen.civil_offset = offset
        return civil, offset

    async def before_launch() -> Found:
        return await look(known, reader)

    console = Console(sampler, watch.series.registry, known.place.run_folder, read_clock, move_clock, before_launch)
    app = build(console, development=known.place.environment is Environment.DEVELOPMENT)
    loops = [asyncio.create_task(exporter.run()), asyncio.create_task(sampler.run())]
    try:
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=DRAIN_SECONDS
        )
        await uvicorn.Server(config).serve(sockets=[_socket(known.place)])
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await reader.close()


def _socket(place: Place) -> socket.socket:
    """The socket the supervisor opened, or a loopback one of our own."""
    if place.socket_fd is not None:
        return socket.socket(fileno=place.socket_fd)
    try:
        return socket.create_server(("127.0.0.1", place.ops_port))
    except OSError:
        sys.exit(f"APPRODO_OPS_PORT: port {place.ops_port} is taken")


if __name__ == "__main__":
    main()
