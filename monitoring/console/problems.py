"""Problems of the operators' port (RFC 9457): what went wrong, never what was sent."""

from http import HTTPStatus

import orjson
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from core.domain.errors import StoreUnavailable

MEDIA_TYPE = "application/problem+json"


class Problem(Exception):
    """A request that cannot be answered as asked; the message is the detail."""

    def __init__(self, status: int, code: str, detail: str, retry_after: int | None = None) -> None:
        """Take the HTTP status, a stable code, one sentence, and the seconds after which to ask again, if any."""
        super().__init__(detail)
        self.status, self.code, self.retry_after = status, code, retry_after


def install(app: FastAPI) -> None:
    """Answer every error of `app` with a problem, the framework's own ones too."""
    app.add_exception_handler(Problem, _ours)
    app.add_exception_handler(StoreUnavailable, _no_store)
    app.add_exception_handler(HTTPException, _frameworks)
    app.add_exception_handler(Exception, _unforeseen)


def answer(status: int, code: str, detail: str, retry_after: int | None = None) -> Response:
    """Return a problem as a response."""
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "code": code, "detail": detail}
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Response(orjson.dumps(body), status, headers, MEDIA_TYPE)


async def _ours(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)
    return answer(error.status, error.code, str(error), error.retry_after)


async def _no_store(_request: Request, _error: Exception) -> Response:
    return answer(503, "store-unavailable", "PostgreSQL does not answer; nothing was changed.", retry_after=5)


async def _frameworks(_request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    refused = answer(error.status_code, phrase.lower().replace(" ", "-"), f"{phrase}.")
    refused.headers.update(error.headers or {})
    return refused


async def _unforeseen(_request: Request, _error: Exception) -> Response:
    return answer(500, "internal-server-error", "Something went wrong here; the lines of this process say where.")
