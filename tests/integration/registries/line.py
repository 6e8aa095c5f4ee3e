"""A scripted far end, below HTTP: it can reset, send nonsense, or never stop."""

import asyncio
import socket
import struct
from collections import deque

OK = b'{"answer":"ok","evidence":"line","reason":null}'
VOUCHER = b'{"access_token":"voucher","expires_in":600}'


def json_answer(body, head=b"HTTP/1.1 200 OK"):
    return b"%s\r\ncontent-type: application/json\r\ncontent-length: %d\r\n\r\n%s" % (head, len(body), body)


class Line:
    """Answers ok unless scripted. Each script is used once, for one request: an async function of the writer."""

    def __init__(self):
        self.scripts = deque()
        self.connections = []
        self.requests = []
        self.heads = []  # as they came
        self.under_way = 0
        self.most_under_way = 0
        self.hold = None
        self._held = asyncio.Semaphore(0)
        self._tasks = set()

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def holds(self, requests):
        """Wait until so many requests are held back at once; `hold.set()` lets them go on."""
        for _ in range(requests):
            await self._held.acquire()

    async def _serve(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        self.connections.append(writer)
        try:
            while await self._one(reader, writer):
                pass
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._tasks.discard(asyncio.current_task())
            writer.close()

    async def _one(self, reader, writer):
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((int(h[15:]) for h in head.split(b"\r\n") if h.lower().startswith(b"content-length:")), 0)
        await reader.readexactly(length)
        path = head.split(b" ", 2)[1].decode()
        self.requests.append(path)
        self.heads.append(head)
        if path.endswith("/token"):
            writer.write(json_answer(VOUCHER))
            return True
        if self.scripts:
            return await self.scripts.popleft()(writer)
        self.under_way += 1
        self.most_under_way = max(self.under_way, self.most_under_way)
        if self.hold:
            self._held.release()
            await self.hold.wait()
        self.under_way -= 1
        writer.write(json_answer(OK))
        return True


async def reset(writer):
    """Reset the connection before any answer."""
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.close()
    return False


async def hang_up(writer):
    """Close the connection in good order, before any answer."""
    return False


def raw(*pieces):
    """Send these bytes and close."""

    async def send(writer):
        for piece in pieces:
            writer.write(piece)
        await writer.drain()
        return False

    return send


async def endless(writer):
    """Begin an answer and never stop."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"1000\r\n%s\r\n" % (b"x" * 4096))
        await writer.drain()


async def trickle(writer):
    """Send one byte at a time, each well within the time between two reads."""
    writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.1)
