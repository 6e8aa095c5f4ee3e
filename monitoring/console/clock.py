"""The civil clock on the operators' port: read, and moved; in development only."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Request
from pydantic import AwareDatetime, BaseModel, ConfigDict, ValidationError

from core.domain.errors import StoreUnavailable
from monitoring.console.problems import Problem

EARLIEST, LATEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
MOST_BYTES = 1_024

Reading = tuple[datetime, timedelta]  # what civil time is, and how far it is ahead of machine time


class Move(BaseModel):
    """What a move of the clock asks for."""

    model_config = ConfigDict(extra="forbid", strict=True)

    now: AwareDatetime


def routes(read: Callable[[], Awaitable[Reading]], move: Callable[[datetime], Awaitable[Reading]]) -> APIRouter:
    """Return `GET /clock` and `PUT /clock {"now": RFC 3339 with its offset}`."""
    router = APIRouter()

    @router.get("/clock")
    async def clock() -> dict[str, Any]:
        return _shown(await _from_store(read()))

    @router.put("/clock")
    async def move_clock(request: Request) -> dict[str, Any]:
        wanted = _asked(request.headers.get("content-type", ""), await _body(request))
        return _shown(await _from_store(move(wanted.now)))

    return router


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Problem(413, "body-too-large", f"The body may hold {MOST_BYTES} bytes.")
    return body


def _asked(content_type: str, body: bytes) -> Move:
    """Only JSON is taken: a form of another site cannot send it."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "unsupported-media-type", "Send application/json.")
    try:
        move = Move.model_validate_json(body)
    except ValidationError:
        raise Problem(422, "not-an-instant", 'Send {"now": an RFC 3339 instant with its offset}.') from None
    if not EARLIEST <= move.now < LATEST:
        raise Problem(422, "out-of-range", f"The civil clock moves between {EARLIEST.year} and {LATEST.year}.")
    return move


async def _from_store(reading: Awaitable[Reading]) -> Reading:
    try:
        return await reading
    except StoreUnavailable:
        raise Problem(503, "store-unavailable", "PostgreSQL does not answer; nothing was changed.", 5) from None


def _shown(reading: Reading) -> dict[str, Any]:
    civil, offset = reading
    return {
        "civil_now": civil.isoformat(),
        "machine_now": (civil - offset).isoformat(),
        "offset_seconds": offset.total_seconds(),
    }
