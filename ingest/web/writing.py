"""Writing: a step's content, given to the counter as any caller gives it."""

from typing import Any

from ingest import sections
from ingest.http.preconditions import etag
from ingest.http.refusal import Refusal
from ingest.http.reply import Headers
from ingest.web.fields import Section
from ingest.web.form import BY_SLUG
from ingest.web.visit import Visit
from ingest.web.web import Web


def step_of(visit: Visit) -> Section:
    """Return the step an address names. Errors: Refusal not-found."""
    step = BY_SLUG.get(visit.call.path.get("passo", ""))
    if step is None:
        raise Refusal("not-found")
    return step


def revision_of(typed: str) -> int:
    """Return the revision a form builds on; 0 where it was made before the first save."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


async def written(web: Web, visit: Visit, step: Section, content: object, base: int) -> dict[str, Any]:
    """Save a section on a revision (0: never saved) as the API does. Errors: those of a save."""
    seen: Headers = [(b"if-match", etag(base))] if base else [(b"if-none-match", b"*")]
    told = await web.ask(visit, sections.save, path={"section": step.name}, body=content, headers=seen)
    saved: dict[str, Any] = told.json
    return saved


def after(told: dict[str, Any], base: int) -> int:
    """Return the revision to build on next: the one written, or the one the emergency register will have written."""
    revision: int = told.get("revision", base + 1)
    return revision
