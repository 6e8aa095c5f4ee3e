"""Told: a problem as a page, for who looks through a browser; programs get the same as problem+json."""

from collections.abc import Awaitable, Callable

import orjson
from fastapi import Request, Response

from monitoring.console import problems
from monitoring.console.pages import Pages

Next = Callable[[Request], Awaitable[Response]]


def in_words(pages: Pages) -> Callable[[Request, Next], Awaitable[Response]]:
    """Return the middleware that shows a problem as a page where a page was asked for."""

    async def told(request: Request, answer: Next) -> Response:
        given = await answer(request)
        is_problem = given.headers.get("content-type", "") == problems.MEDIA_TYPE
        if not is_problem or given.status_code < 400 or "text/html" not in request.headers.get("accept", ""):
            return given
        body = b"".join([piece async for piece in given.body_iterator])  # type: ignore[attr-defined]
        page = pages.page(request, "problem.html", status=given.status_code, problem=orjson.loads(body))
        if wait := given.headers.get("retry-after"):
            page.headers["retry-after"] = wait
        return page

    return told
