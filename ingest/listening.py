"""Listening: uvicorn's server, which lets in many lines at each turn of the loop."""

import asyncio
import socket
from collections.abc import Callable
from errno import EMFILE, ENFILE, ENOBUFS, ENOMEM

import uvicorn

MOST_A_TURN = 32  # lines; a turn stays short, and a crowd of thousands is in after a hundred
PAUSE_SECONDS = 0.5  # until the next try, where the process or the machine can hold no more lines
_NO_ROOM = (EMFILE, ENFILE, ENOBUFS, ENOMEM)


class Listener:
    """Takes the lines that wait on a listening socket, and gives a protocol to each.

    uvloop takes one a turn. In a crowd a turn is long, so the queue of the kernel runs over, and whoever comes to it
    then tries again after a second, or three: the counter is idle to them and they are late to it.
    """

    def __init__(self, waiting: socket.socket, protocol: Callable[[], asyncio.Protocol]) -> None:
        self._waiting, self._protocol = waiting, protocol
        self._loop = asyncio.get_running_loop()
        self._coming: set[asyncio.Task[object]] = set()
        self._is_open = True
        waiting.settimeout(0)
        self._loop.add_reader(waiting, self._take)

    def _take(self) -> None:
        for _ in range(MOST_A_TURN):
            try:
                line, _ = self._waiting.accept()
            except BlockingIOError:
                return
            except ConnectionAbortedError:
                continue
            except OSError as error:
                if error.errno not in _NO_ROOM:
                    raise
                self._pause()
                return
            line.settimeout(0)
            coming = self._loop.create_task(self._let_in(line))
            self._coming.add(coming)
            coming.add_done_callback(self._coming.discard)

    async def _let_in(self, line: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(self._protocol, line)
        except OSError:  # gone meanwhile
            line.close()

    def _pause(self) -> None:
        self._loop.remove_reader(self._waiting)
        self._loop.call_later(PAUSE_SECONDS, self._go_on)

    def _go_on(self) -> None:
        if self._is_open:
            self._loop.add_reader(self._waiting, self._take)

    async def close(self) -> None:
        """Take no more; return once all that were taken have their protocol."""
        self._is_open = False
        self._loop.remove_reader(self._waiting)
        await asyncio.gather(*self._coming)


class Server(uvicorn.Server):
    """uvicorn's server on sockets that are bound already."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen on each of the sockets."""
        await super().startup([])
        self._listeners = []
        for one in sockets or []:
            one.listen(self.config.backlog)
            self._listeners.append(Listener(one, self._speak))

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more lines, then end those that are there."""
        for one in self._listeners:
            await one.close()
        await super().shutdown(sockets)

    def _speak(self) -> asyncio.Protocol:
        speaking = self.config.http_protocol_class
        return speaking(config=self.config, server_state=self.server_state, app_state=self.lifespan.state)  # type: ignore[call-arg]
