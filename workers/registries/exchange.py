"""exchange: one request to a registry and what came back."""

from collections.abc import Callable, Mapping
from typing import Final

import httpx

from core.clock import Clock
from retry.failure import Failure, Malformed, Permanent, Throttled, Transient
from retry.inline import through_a_blip
from workers.registries.limits import Limits
from workers.registries.lines import Line
from workers.registries.retry_after import retry_after

REFUSED_QUESTION: Final = frozenset({400, 413, 422})  # the registry is well; it is this question that it refuses
QUESTION_REFUSED: Final = "question-refused"
SENT_ALWAYS: Final = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "approdo"}


class Unauthorized(Transient):
    """The registry does not accept the voucher."""


class Exchange:
    """Posts to one address and returns the JSON of a 200; anything else is a failure."""

    def __init__(self, url: str, limits: Limits, clock: Clock) -> None:
        read = limits.read.total_seconds()
        timeout = httpx.Timeout(connect=limits.connect.total_seconds(), read=read, write=read, pool=read)
        self._url = httpx.URL(url)
        self._extensions = {"timeout": timeout.as_dict()}
        self._limits = limits
        self._clock = clock

    async def post(self, line: Line, body: bytes, headers: Mapping[str, str], may_repeat: Callable[[], bool]) -> bytes:
        """Return the body of the answer; nothing is followed, nothing unpacked, nothing long is read to its end.

        `may_repeat`: whether a refused or reset connection may be tried once more, at once.
        Errors: Transient, Malformed, Throttled, Permanent, Unauthorized. The caller sets the time limit of the whole.
        """
        request = httpx.Request(
            "POST", self._url, content=body, headers={**SENT_ALWAYS, **headers}, extensions=self._extensions
        )
        try:
            return await self._send(line, request, may_repeat)
        except httpx.TimeoutException:
            raise Transient("no-answer-in-time") from None
        except httpx.TransportError as error:
            raise Transient("connection-failed") if _is_blip(error) else Malformed("answer-not-http") from error

    async def _send(self, line: Line, request: httpx.Request, may_repeat: Callable[[], bool]) -> bytes:
        async def send() -> httpx.Response:
            return await line.handle_async_request(request)

        response = await through_a_blip(send, is_blip=_is_blip, may_repeat=may_repeat, clock=self._clock)
        try:
            self._classify(response)
            return await _bounded(response, self._limits.answer_bytes)
        finally:
            await response.aclose()

    def _classify(self, response: httpx.Response) -> None:
        if response.status_code != httpx.codes.OK:
            raise self._failure(response)
        if response.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            raise Malformed("answer-not-json")
        if response.headers.get("content-encoding", "identity") != "identity":
            raise Malformed("answer-encoded")

    def _failure(self, response: httpx.Response) -> Failure:
        status = response.status_code
        wait = retry_after(response.headers.get("retry-after"), self._clock.now(), self._limits.retry_after)
        if status == httpx.codes.TOO_MANY_REQUESTS:
            return Throttled("status-429", wait)
        if status == httpx.codes.UNAUTHORIZED:
            return Unauthorized("voucher-refused", wait)
        if status in REFUSED_QUESTION:
            return Permanent(QUESTION_REFUSED)
        if status >= httpx.codes.BAD_REQUEST:
            return Transient(f"status-{status}", wait)
        return Malformed(f"status-{status}")


async def _bounded(response: httpx.Response, most: int) -> bytes:
    body = bytearray()
    try:
        async for piece in response.aiter_raw():
            body += piece
            if len(body) > most:
                raise Malformed("answer-too-long")
    except (httpx.RemoteProtocolError, httpx.ReadError):
        raise Malformed("answer-cut-short") from None
    return bytes(body)


def _is_blip(error: BaseException) -> bool:
    """Say whether the connection was refused or reset before any answer."""
    if isinstance(error, httpx.RemoteProtocolError):
        return "without sending a response" in str(error)
    return isinstance(error, httpx.ConnectError | httpx.ReadError | httpx.WriteError)
