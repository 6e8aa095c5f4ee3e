"""The audit trail, shown and taken away as a file."""

import csv
import io
import json
from collections.abc import AsyncIterator

from fastapi import APIRouter, Request, Response
from starlette.responses import StreamingResponse

from core.storage.audit import MOST_LINES, Line, Trail
from monitoring.console.pages import Pages

HEADINGS = ("line", "at", "who", "via", "action", "subject", "why", "until", "said")
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")  # how a cell begins that a spreadsheet would run


def routes(pages: Pages, trail: Trail) -> APIRouter:
    """Return the page `/audit` and its file."""
    router = APIRouter()

    @router.get("/audit")
    async def shown(request: Request, before: int | None = None, subject: str = "") -> Response:
        lines = await trail.latest(before=before, subject=subject or None)
        more = lines[-1].line if len(lines) == MOST_LINES else None
        return pages.page(request, "audit.html", lines=lines, more=more, subject=subject)

    @router.get("/audit.csv")
    async def taken() -> Response:
        first = await trail.latest()  # a ledger that is away is told before the file begins
        headers = {"content-disposition": 'attachment; filename="approdo-audit.csv"'}
        return StreamingResponse(_file(trail, first), media_type="text/csv; charset=utf-8", headers=headers)

    return router


async def _file(trail: Trail, lines: list[Line]) -> AsyncIterator[str]:
    """Yield the newest first, in pages, so that a long trail is never held whole."""
    yield _rows([HEADINGS])
    while lines:
        yield _rows([_cells(line) for line in lines])
        lines = await trail.latest(before=lines[-1].line)


def _cells(line: Line) -> tuple[str, ...]:
    act = line.act
    until = act.until.isoformat() if act.until else ""
    told = (str(line.line), line.at.isoformat(), act.who, line.via, act.action, act.subject, act.why or "", until)
    return tuple(f"'{cell}" if cell.startswith(_FORMULAS) else cell for cell in (*told, json.dumps(dict(act.said))))


def _rows(rows: list[tuple[str, ...]]) -> str:
    written = io.StringIO()
    csv.writer(written).writerows(rows)
    return written.getvalue()
