"""The monitoring process: `python -m monitoring` serves the operators' port and the public word."""

import asyncio
import socket
import sys
from datetime import datetime

import httpx
import uvicorn
from starlette.types import ASGIApp

from core import settings
from core.settings import Environment, Place, Settings
from core.storage.civil import civil_now
from core.storage.civil_moves import move_civil_clock
from core.storage.database import Reader
from monitoring.balance import page
from monitoring.balance.scales import Scales
from monitoring.console.app import Console, build
from monitoring.console.clock import Reading
from monitoring.console.sampler import Sampler
from monitoring.exporter import Exporter
from monitoring.launch import Found, look
from monitoring.objectives import Objectives
from monitoring.process import Watch, watched
from monitoring.public import opening
from monitoring.public.door import AlertsDoor, PublicDoor

DRAIN_SECONDS = 3  # how long answers under way may take when the process is told to stop
PATIENCE = 12.0  # seconds a look at the ledger may take: more than the ledger itself gives it
POOL = 4  # connections: for the exporter, the clock, the public word and the balance


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
    watch.series.registry.register(Objectives())
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
    client = httpx.AsyncClient(trust_env=False)
    scales = Scales(reader, lambda: opening.published_keys(known.place, client), watch.observe)
    watch.series.registry.register(scales)
    behind = build(console, page.routes(scales), development=known.place.environment is Environment.DEVELOPMENT)
    office = opening.office(known, reader, exporter, sampler, watch.observe, client)
    app = PublicDoor(office.press, AlertsDoor(opening.alerts_key(known.place.public_folder), office.hear, behind))
    loops = [asyncio.create_task(one.run()) for one in (exporter, sampler, office, scales)]
    try:
        async with asyncio.TaskGroup() as servers:
            operators = _server(app)
            serving = servers.create_task(operators.serve(sockets=[_socket(known.place)]))
            if known.place.status_port is not None:
                public = _server(PublicDoor(office.press))
                servers.create_task(public.serve(sockets=[_public_socket(known.place)]))
                serving.add_done_callback(lambda _: setattr(public, "should_exit", True))
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)
        await client.aclose()
        await reader.close()


def _server(app: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=DRAIN_SECONDS)
    )


def _public_socket(place: Place) -> socket.socket:
    """The port of the public page alone."""
    assert place.status_port is not None
    try:
        return socket.create_server((place.status_host, place.status_port))
    except OSError:
        sys.exit(f"APPRODO_STATUS_PORT: port {place.status_port} is taken")


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
