"""empty_counter: answers whatever a generator asks at once and keeps nothing, so that the generator is the limit."""

import asyncio
import json
import os
import re
import socket

_DRAFT = "01900000-0000-7000-8000-000000000000"
_RECEIPT = "x" * 600  # as long as a receipt is
_INSTANT = "2025-11-20T09:00:00.000Z"
_length = re.compile(rb"content-length: (\d+)")


def _answer(status: str, body: object) -> bytes:
    content = json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    return head.encode() + content


_OPENED = _answer("201 Created", {"draft_id": _DRAFT, "access_token": "x" * 72, "sections": []})
_SAVED = _answer("200 OK", {"revision": 1, "saved_at": _INSTANT, "problems": [], "receipt": _RECEIPT})
_FILED = _answer(
    "202 Accepted", {"number": "AAAA-AAAA", "arrived_at": _INSTANT, "filed_at": _INSTANT, "receipt": _RECEIPT}
)
_READ = _answer("200 OK", {"sections": [], "state": "payment_ordered"})


class _Line(asyncio.Protocol):
    """One connection, whose requests come one after the other."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._got = transport, b""

    def data_received(self, data: bytes) -> None:
        self._got += data
        end = self._got.find(b"\r\n\r\n")
        if end < 0:
            return
        told = _length.search(self._got, 0, end)
        if len(self._got) >= end + 4 + (int(told[1]) if told else 0):
            self._transport.write(self._fitting())
            self._got = b""

    def _fitting(self) -> bytes:
        if self._got.startswith(b"PUT"):
            return _SAVED
        if self._got.startswith(b"POST /v1/drafts "):
            return _OPENED
        return _FILED if self._got.startswith(b"POST") else _READ


async def _serve() -> None:
    listening = socket.socket(fileno=int(os.environ["APPRODO_SOCKET_FD"]))
    server = await asyncio.get_running_loop().create_server(_Line, sock=listening)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
