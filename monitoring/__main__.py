"""The monitoring process: `python -m monitoring` serves the operators' port and the public word."""

import asyncio
import socket
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from errno import EADDRINUSE
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp

from core import settings
from core.clock import SystemClock
from core.domain.switch import Turn
from core.settings import Environment, Place, Settings
from core.storage.audit import CONSOLE, Trail
from core.storage.civil import civil_now, move_civil_clock
from core.storage.database import connect
from core.storage.group_commit import GroupCommit
from core.storage.operators import Operators
from core.storage.reader import Reader
from core.storage.switches import Switches, of_reader, turn
from core.storage.work import LeaseTerms, WorkRows, open_pool
from monitoring.balance import page
from monitoring.balance.scales import Scales
from monitoring.console.app import Console, Hands, build
from monitoring.console.clock import Reading
from monitoring.console.outages import Bulletin
from monitoring.console.roster import Roster
from monitoring.console.sampler import Sampler
from monitoring.exporter import Exporter
from monitoring.launch import Found, look
from monitoring.objective_series import Objectives
from monitoring.process import Watch, watched
from monitoring.public import opening
from monitoring.public.door import AlertsDoor, PublicDoor
from monitoring.public.press import Press

DRAIN_SECONDS = 1  # how long answers under way may take when the process is told to stop
PATIENCE = 12.0  # seconds a look at the ledger may take: more than the ledger itself gives it
POOL = 5  # connections: for the exporter, the clock, the switches, the public word and the balance
CLOSE_SECONDS = 0.5  # a database that does not answer keeps nobody from leaving


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    try:
        known = settings.load()
        known.database_url()
    except settings.SettingsError as error:
        sys.exit(str(error))
    place = known.place
    with watched(place.process or "monitoring", place.data, traces_url=place.traces_url) as watch:
        asyncio.run(_serve(known, watch))


async def _serve(known: Settings, watch: Watch) -> None:
    reader = Reader(known.database_url(), pool_size=POOL, patience=PATIENCE)
    exporter = Exporter(reader, watch.observe)
    watch.series.registry.register(exporter)
    watch.series.registry.register(Objectives())
    switches = Switches(of_reader(reader), SystemClock(), watch.observe)
    sampler = Sampler(known.place.run_folder, exporter, known.place.environment, watch.observe, switches.all)

    async def read_clock() -> Reading:
        async with reader.snapshot() as connection:
            return await civil_now(connection)

    async def move_clock(now: datetime) -> Reading:
        civil, offset = await move_civil_clock(known.database_url(), now)
        exporter.civil_clock_moved(offset)
        return civil, offset

    async def before_launch() -> Found:
        return await look(known, reader)

    client = httpx.AsyncClient(trust_env=False)
    scales = Scales(reader, lambda: opening.published_keys(known.place, client), watch.observe)
    watch.series.registry.register(scales)
    synthetic = opening.synthetic(known, client, watch.observe)
    watch.series.registry.register(synthetic)
    office = opening.office(known, reader, exporter, sampler, watch.observe, client)
    bulletin = Bulletin(lambda: office.book, office.do, lambda: opening.outside(known.place))
    async with _hands(known, switches, bulletin) as hands:
        console = Console(
            sampler,
            watch.series.registry,
            known.place.run_folder,
            read_clock,
            move_clock,
            before_launch,
            hands,
            watch.observe,
            time.monotonic,
        )
        development = known.place.environment is Environment.DEVELOPMENT
        behind = build(console, page.routes(scales, synthetic), development=development)
        app = PublicDoor(office.press, AlertsDoor(opening.alerts_key(known.place.public_folder), office.hear, behind))
        forever = (exporter.run(), sampler.run(), office.run(), scales.run(), synthetic.run(), switches.watch())
        await _run(app, office.press, known.place, forever)
    await client.aclose()
    await reader.close()


@asynccontextmanager
async def _hands(known: Settings, switches: Switches, bulletin: Bulletin) -> AsyncIterator[Hands]:
    """What the console does by hand: the same as the commands do, through the same writer."""
    url = known.database_url()
    commit, pool = GroupCommit(lambda: connect(url)), await open_pool(url)
    await commit.start()
    rows = WorkRows(pool, commit, LeaseTerms(known.loop.lease, known.loop.reoffer))

    async def turn_it(done: Turn) -> None:
        await turn(pool, done, CONSOLE)

    try:
        operators = Operators(pool, commit, CONSOLE)
        roster = Roster(known.place.keys_folder)
        yield Hands(operators, rows.case, switches, turn_it, Trail(pool), roster, bulletin)
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await commit.close()
                await pool.close()
        pool.terminate()


async def _run(app: ASGIApp, press: Press, place: Place, forever: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Serve until told to stop, and do beside it what never ends."""
    loops = [asyncio.create_task(one) for one in forever]
    try:
        async with asyncio.TaskGroup() as servers:
            operators = _server(app)
            serving = servers.create_task(operators.serve(sockets=[_socket(place)]))
            if place.status_port is not None:
                public = _server(PublicDoor(press))
                servers.create_task(public.serve(sockets=[_public_socket(place)]))
                serving.add_done_callback(lambda _: setattr(public, "should_exit", True))
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


def _server(app: ASGIApp) -> uvicorn.Server:
    return uvicorn.Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=DRAIN_SECONDS)
    )


def _public_socket(place: Place) -> socket.socket:
    """The port of the public page alone."""
    assert place.status_port is not None
    try:
        return socket.create_server((place.status_host, place.status_port))
    except OSError as error:
        if error.errno == EADDRINUSE:
            sys.exit(f"APPRODO_STATUS_PORT: port {place.status_port} is taken")
        sys.exit(f"APPRODO_STATUS_HOST and APPRODO_STATUS_PORT name no place to listen at ({error.strerror})")


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
