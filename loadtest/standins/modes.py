"""modes: every way in which a stand-in can answer, as it looks on the wire."""

import asyncio
from collections.abc import Sequence
from typing import Final

import orjson
from starlette.types import Receive, Send

from loadtest.standins.rules import Rule

SLOW_SECONDS: Final = 2.0
HANG_SECONDS: Final = 3600.0
HUGE_PIECE: Final = b"x" * 65_536
HUGE_PIECES: Final = 32  # 2 MB, without saying so before
WRONG: Final = b'{"answer":"yes","evidence":12,"outcome":"ok"}'
PAGE: Final = b"<!doctype html><html lang=it><title>Manutenzione</title><h1>Servizio in manutenzione</h1></html>"

Headers = Sequence[tuple[bytes, bytes]]


async def reply(rule: Rule, answer: bytes, receive: Receive, send: Send) -> bool:
    """Answer as the rule says; return whether `answer`, the JSON of what would be said without a fault, was sent."""
    match rule.mode:
        case "slow":
            return await _slow(rule, answer, receive, send)
        case "hang":
            await _hang(rule, receive, send)
        case "400" | "401" | "429" | "503":
            await _status(rule, send)
        case "wrong_body":
            await send_json(send, 200, WRONG)
        case "truncated":
            await _truncated(answer, send)
        case "huge":
            await _huge(send)
        case "html":
            await _send(send, 200, PAGE, b"text/html; charset=utf-8")
        case "redirect":
            await _send(send, 302, b"", b"text/plain", [(b"location", b"/elsewhere")])
        case _:
            await send_json(send, 200, answer)
            return True
    return False


async def send_json(send: Send, status: int, body: bytes, headers: Headers = ()) -> None:
    """Send a whole JSON answer."""
    await _send(send, status, body, b"application/json", headers)


async def _send(send: Send, status: int, body: bytes, kind: bytes, headers: Headers = ()) -> None:
    fields = [(b"content-type", kind), (b"content-length", b"%d" % len(body)), *headers]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": body})


async def _slow(rule: Rule, answer: bytes, receive: Receive, send: Send) -> bool:
    stayed = await _stays(receive, SLOW_SECONDS if rule.seconds is None else rule.seconds)
    if stayed:
        await send_json(send, 200, answer)
    return stayed


async def _hang(rule: Rule, receive: Receive, send: Send) -> None:
    if await _stays(receive, HANG_SECONDS if rule.seconds is None else rule.seconds):
        await _send(send, 504, b"", b"text/plain")


async def _stays(receive: Receive, seconds: float) -> bool:
    """Wait; say whether the caller is still there at the end."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        return True
    return False


async def _status(rule: Rule, send: Send) -> None:
    wait = rule.retry_after or ("1" if rule.mode == "429" else None)
    headers = [(b"retry-after", wait.encode())] if wait else []
    problem = orjson.dumps({"type": "about:blank", "status": int(rule.mode)})
    await _send(send, int(rule.mode), problem, b"application/problem+json", headers)


async def _truncated(answer: bytes, send: Send) -> None:
    fields = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(answer))]
    await send({"type": "http.response.start", "status": 200, "headers": fields})
    await send({"type": "http.response.body", "body": answer[: len(answer) // 2], "more_body": True})


async def _huge(send: Send) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    for piece in (b'{"answer":"ok","reason":null,"evidence":"', *[HUGE_PIECE] * HUGE_PIECES):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b'"}'})
