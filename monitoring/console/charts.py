"""The chart library: Apache ECharts as its wheel ships it, served from where it is installed; nothing is copied."""

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

WHEEL, FILE = "instaui-echarts", "echarts.esm.min.js"
FOR_GOOD = {"cache-control": "public, max-age=31536000, immutable"}


def address() -> str:
    """Return where the page finds the library: another version has another address."""
    return f"/static/echarts-{version(WHEEL)}.js"


def routes() -> APIRouter:
    """Return the library, to be kept for good by whoever fetched it."""
    router, file = APIRouter(), _file()

    @router.get(address())
    async def library() -> FileResponse:
        return FileResponse(file, media_type="text/javascript", headers=FOR_GOOD)

    return router


def _file() -> Path:
    """Find the file without running the package: only this one file of it is used."""
    spec = find_spec(WHEEL.replace("-", "_"))
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "static" / FILE
