"""The operators' port: the page, its numbers, the series of this process, and the addresses of all."""

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import orjson
from fastapi import APIRouter, FastAPI, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.types import ASGIApp

from monitoring import preflight
from monitoring.console import clock, problems
from monitoring.console.guarded import Guarded
from monitoring.console.notices import notices
from monitoring.console.readings import run_files
from monitoring.console.sampler import Sampler
from monitoring.console.snapshot import Snapshot
from monitoring.launch import Found

FOLDER = Path(__file__).parent
ROME = ZoneInfo("Europe/Rome")


@dataclass(frozen=True, slots=True)
class Console:
    """What the port is made from."""

    sampler: Sampler
    registry: CollectorRegistry
    run_folder: Path
    read_clock: Callable[[], Awaitable[clock.Reading]]
    move_clock: Callable[[datetime], Awaitable[clock.Reading]]
    look_before_launch: Callable[[], Awaitable[Found]]


def build(console: Console, *others: APIRouter, development: bool, loopback_only: bool = True) -> ASGIApp:
    """Return the application, with the routes of others; the civil clock can be moved in development only."""
    app = FastAPI(title="Approdo, operators' port", docs_url=None, redoc_url=None, openapi_url=None)
    page = Environment(
        loader=PackageLoader("monitoring.console"), autoescape=True, undefined=StrictUndefined
    ).get_template("console.html")

    @app.get("/")
    async def first_page() -> Response:
        return Response(page.render(civil=_civil(console.sampler.look())), media_type="text/html")

    @app.get("/v1/snapshot")
    async def snapshot() -> Response:
        return _json(_told(console.sampler.look()))

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

    for router in others:
        app.include_router(router)
    if development:
        app.include_router(clock.routes(console.read_clock, console.move_clock))
    app.mount("/static", StaticFiles(directory=FOLDER / "static"))
    problems.install(app)
    return Guarded(app, loopback_only=loopback_only)


def _told(now: Snapshot) -> dict[str, Any]:
    return {**asdict(now), "notices": [asdict(notice) for notice in notices(now)], "civil_text": _civil(now)}


def _civil(now: Snapshot) -> str | None:
    """The date people are judged by, where it is not today's, as Italy reads it."""
    return None if now.civil is None else f"{now.civil.now.astimezone(ROME):%d/%m/%Y %H:%M}"


def _target(process: str, metrics: str) -> dict[str, Any]:
    """One target of Prometheus' HTTP service discovery."""
    address = urlsplit(metrics)
    return {"targets": [address.netloc], "labels": {"process": process, "__metrics_path__": address.path}}


def _json(value: object) -> Response:
    return Response(orjson.dumps(value, option=orjson.OPT_UTC_Z), media_type="application/json")
