"""The operators' port: the pages, their numbers, the series of this process, and the addresses of all."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.types import ASGIApp

from core.clock import ROME
from core.hooks import Observe
from core.storage.audit import Trail
from core.storage.operators import Operators
from core.storage.switches import Switches
from monitoring import preflight
from monitoring.console import (
    casework,
    charts,
    clock,
    entrance,
    letters,
    officer_acts,
    outages,
    problems,
    switchboard,
    told,
    trail,
    worklist,
)
from monitoring.console.entrance import Entrance
from monitoring.console.forecast import forecast
from monitoring.console.guarded import Guarded
from monitoring.console.lights import lights
from monitoring.console.notices import notices
from monitoring.console.pages import Pages
from monitoring.console.readings import run_files
from monitoring.console.roster import Roster
from monitoring.console.sampler import Sampler
from monitoring.console.sessions import Sessions
from monitoring.console.snapshot import Snapshot
from monitoring.console.worklist import Groups
from monitoring.launch import Found

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Hands:
    """What is done by hand at the console, and where it is written down."""

    operators: Operators
    read_case: casework.ReadCase
    switches: Switches
    turn: switchboard.TurnIt
    trail: Trail
    roster: Roster
    bulletin: outages.Bulletin


@dataclass(frozen=True, slots=True)
class Console:
    """What the port is made from."""

    sampler: Sampler
    registry: CollectorRegistry
    run_folder: Path
    read_clock: Callable[[], Awaitable[clock.Reading]]
    move_clock: Callable[[datetime], Awaitable[clock.Reading]]
    look_before_launch: Callable[[], Awaitable[Found]]
    hands: Hands
    observe: Observe
    monotonic: Callable[[], float]


def build(console: Console, *others: APIRouter, development: bool, loopback_only: bool = True) -> ASGIApp:
    """Return the application, with the routes of others.

    The civil clock can be moved in development only, and only there is it ever open.
    """
    app = FastAPI(title="Approdo, operators' port", docs_url=None, redoc_url=None, openapi_url=None)
    pages = Pages(lambda: _civil(console.sampler.last()), (letters.PLACE,) if development else ())
    sessions = Sessions(console.hands.roster, console.monotonic)
    _add_first_page(app, console, pages)
    _add_machines(app, console)
    _add_hands(app, console, pages)
    login = entrance.routes(
        pages, console.hands.roster, sessions, console.observe, secure=not development, monotonic=console.monotonic
    )
    for router in (login, *others):
        app.include_router(router)
    if development:
        app.include_router(clock.routes(console.read_clock, console.move_clock))
        app.include_router(letters.routes(pages, console.run_folder.parent / "mail"))
    app.include_router(charts.routes())
    app.mount("/static", StaticFiles(directory=FOLDER / "static"))
    problems.install(app)
    app.add_middleware(BaseHTTPMiddleware, dispatch=told.in_words(pages))
    behind = Entrance(app, sessions, console.hands.roster, development=development)
    return Guarded(behind, loopback_only=loopback_only)


def _add_first_page(app: FastAPI, console: Console, pages: Pages) -> None:
    @app.get("/")
    async def first_page(request: Request) -> Response:
        console.sampler.look()
        return pages.page(request, "console.html", charts=charts.address())

    @app.get("/v1/snapshot")
    async def snapshot() -> Response:
        return _json(_told(console.sampler.look()))


def _add_machines(app: FastAPI, console: Console) -> None:
    @app.get("/v1/preflight")
    async def before_launch() -> Response:
        found = await console.look_before_launch()
        return Response(preflight.as_json(found), media_type="application/json")

    @app.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(console.registry), headers={"content-type": CONTENT_TYPE_LATEST})

    @app.get("/targets")
    async def targets() -> Response:
        return _json([_target(file.process, file.metrics) for file in run_files(console.run_folder)])

    @app.get("/livez")
    async def alive() -> Response:
        return _json({"status": "alive"})


def _add_hands(app: FastAPI, console: Console, pages: Pages) -> None:
    hands = console.hands

    def groups() -> Groups:
        now = console.sampler.last()
        return Groups({row.name: row.count for row in now.buried}, timedelta(seconds=now.ledger.age_seconds))

    app.include_router(worklist.routes(pages, hands.operators, groups))
    app.include_router(casework.routes(pages, hands.operators, hands.read_case, hands.trail))
    app.include_router(officer_acts.routes(hands.operators, hands.read_case))
    app.include_router(switchboard.routes(pages, hands.switches, hands.turn, hands.trail))
    app.include_router(outages.routes(pages, hands.bulletin))
    app.include_router(trail.routes(pages, hands.trail))


def _told(now: Snapshot) -> dict[str, Any]:
    left = forecast(now.figures.backlog, now.paces)
    return {
        **asdict(now),
        "notices": [asdict(notice) for notice in notices(now)],
        "lights": [asdict(light) for light in lights(now, left)],
        "forecast": asdict(left),
        "civil_text": _civil(now),
    }


def _civil(now: Snapshot) -> str | None:
    """The date people are judged by, where it is not today's, as Italy reads it."""
    return None if now.civil is None else f"{now.civil.now.astimezone(ROME):%d/%m/%Y %H:%M}"


def _target(process: str, metrics: str) -> dict[str, Any]:
    """One target of Prometheus' HTTP service discovery."""
    address = urlsplit(metrics)
    return {"targets": [address.netloc], "labels": {"process": process, "__metrics_path__": address.path}}


def _json(value: object) -> Response:
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), media_type="application/json")
