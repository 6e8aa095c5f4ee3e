"""Letters that were written in place of being sent: development only, newest first, as whoever gets them reads them."""

from collections.abc import Iterator
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import NamedTuple

from fastapi import APIRouter, Request, Response

from monitoring.console.pages import Pages, Place

PLACE = Place("/letters", "Letters")
SHOWN = 50


class Letter(NamedTuple):
    """One letter as it lies in the folder."""

    to: str
    subject: str
    date: str
    text: str


def routes(pages: Pages, folder: Path) -> APIRouter:
    """Return `GET /letters`."""
    router = APIRouter()

    @router.get(PLACE.address)
    async def letters(request: Request) -> Response:
        return pages.page(request, "letters.html", letters=list(_newest(folder)), folder=str(folder), most=SHOWN)

    return router


def _newest(folder: Path) -> Iterator[Letter]:
    files = sorted(folder.glob("*.eml"), key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in files[:SHOWN]:
        message = message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=default)
        yield Letter(message["To"], message["Subject"], message["Date"], message.get_content())
