"""Listening: a crowd is let in within a few turns of the loop, and a full process goes on when there is room."""

import asyncio
import errno
import socket
from contextlib import ExitStack

import pytest
import uvloop

from ingest import listening
from ingest.listening import Listener

WAITING = 300


class _Counted(asyncio.Protocol):
    def __init__(self, turns: list[int], turn: list[int]) -> None:
        self._turns, self._turn = turns, turn

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._turns.append(self._turn[0])
        transport.abort()


async def _let_in(listener_of) -> list[int]:
    """Return the turn of the loop in which each of those who waited was let in."""
    turns: list[int] = []
    turn = [0]
    with ExitStack() as open_ones:
        waiting = open_ones.enter_context(socket.create_server(("127.0.0.1", 0), backlog=WAITING))
        for _ in range(WAITING):
            open_ones.enter_context(socket.create_connection(waiting.getsockname()))
        closing = await listener_of(waiting, lambda: _Counted(turns, turn))
        while len(turns) < WAITING and turn[0] < 10 * WAITING:
            turn[0] += 1
            await asyncio.sleep(0)
        await closing()
    return turns


async def _ours(waiting, protocol):
    return Listener(waiting, protocol).close


async def _uvloops(waiting, protocol):
    server = await asyncio.get_running_loop().create_server(protocol, sock=waiting)

    async def close() -> None:
        server.close()

    return close


def test_a_crowd_is_let_in_within_a_few_turns():
    """uvloop alone takes as many turns as there are lines: where it no longer does, ours can go."""
    assert max(uvloop.run(_let_in(_ours))) < WAITING // 10
    assert max(uvloop.run(_let_in(_uvloops))) >= WAITING - 1


def test_a_process_without_room_goes_on_when_there_is_some(monkeypatch: pytest.MonkeyPatch):
    """Who waits meanwhile is let in later, and nothing spins."""
    monkeypatch.setattr(listening, "PAUSE_SECONDS", 0.01)
    told: list[int] = []

    class Full(socket.socket):
        def accept(self):
            told.append(1)
            if len(told) == 1:
                raise OSError(errno.EMFILE, "too many open files")
            return super().accept()

    async def _one() -> None:
        made = asyncio.Event()

        class Made(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                transport.abort()
                made.set()

        with Full() as waiting:
            waiting.bind(("127.0.0.1", 0))
            waiting.listen()
            listener = Listener(waiting, Made)
            with socket.create_connection(waiting.getsockname()):
                await asyncio.wait_for(made.wait(), 60)
            await listener.close()

    uvloop.run(_one())

    assert 2 <= len(told) <= 4


def test_who_was_taken_when_it_closes_has_a_protocol():
    """Else nobody would tell that line that the counter leaves."""

    async def _closed() -> int:
        made: list[object] = []

        class Made(asyncio.Protocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                made.append(transport)
                transport.abort()

        with socket.create_server(("127.0.0.1", 0)) as waiting, socket.create_connection(waiting.getsockname()):
            listener = Listener(waiting, Made)
            listener._take()
            await listener.close()
            return len(made)

    assert 1 == uvloop.run(_closed())
