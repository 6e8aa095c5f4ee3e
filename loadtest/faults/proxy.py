"""proxy: a line between two parts that can be cut, held up, slowed, and cut just when a reply was due."""

import random
import socket
import struct
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

PIECE: Final = 65_536
CONNECTS: Final = 3.0  # seconds
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: close with RST


class Proxy:
    """Relays TCP on loopback to a TCP or Unix address; what is wrong with the line may be changed while it runs."""

    def __init__(self, target: tuple[str, int] | Path) -> None:
        self.target = target
        self.delay, self.jitter = 0.0, 0.0  # seconds, of each piece that comes back
        self.refuses = False
        self.mirrors = False  # of each new connection, all that is sent is said a second time, beside it
        self._flows, self._replies, self._ends = threading.Event(), threading.Event(), threading.Event()
        for whole in (self._flows, self._replies, self._ends):
            whole.set()
        self._cut_reply_to: bytes | None = None
        self._lose_reply = True
        self._sent = self._cut_at = 0  # pieces
        self.cut = threading.Event()  # the line was cut
        self.ended = threading.Event()  # a server hung up, and all that it said has been passed on
        self._cut_after: Iterator[int] | None = None
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self._listener.getsockname()[1])

    def refuse(self) -> None:
        """Reset every connection, and each new one at once."""
        self.refuses = True
        self.reset()

    def black_hole(self) -> None:
        """Let nothing through, and say nothing: what is sent now arrives when the line is whole, if at all."""
        self._flows.clear()

    def half_open(self) -> None:
        """Let all through that is sent, and nothing back: what is asked is done, and nobody hears of it."""
        self._replies.clear()

    def lose_ends(self) -> None:
        """Let all through but that the other side hung up: what it said last arrives, and the line stays open."""
        self._ends.clear()

    def cut_reply_to(self, marker: bytes, *, forward: bool = True) -> None:
        """Cut the line of the next request that holds these bytes: after it arrived there, or just before."""
        self.cut.clear()
        self._lose_reply, self._cut_reply_to = forward, marker

    def cut_at(self, piece: int) -> None:
        """Cut the line when the piece of this number is sent, counted from now; 0: never."""
        self.cut.clear()
        self._sent, self._cut_at = 0, piece

    def cut_after(self, lengths: Iterable[int]) -> None:
        """Cut each new connection after so many bytes came back over it; when they are used up, no more."""
        self._cut_after = iter(lengths)

    def heal(self) -> None:
        """Be a line again."""
        self.refuses, self.mirrors, self.delay, self.jitter = False, False, 0.0, 0.0
        self._cut_reply_to = self._cut_after = None
        self._cut_at = 0
        for whole in (self._flows, self._replies, self._ends):
            whole.set()

    def reset(self) -> None:
        """Reset every open connection."""
        with self._lock:
            opened = list(self._open)
        for one in opened:
            _reset(one)

    def close(self) -> None:
        """End."""
        self.heal()
        self._listener.close()
        self.reset()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        if self.refuses:
            _reset(client)
            return
        try:
            server = self._reach()
        except OSError:
            _reset(client)
            return
        with self._lock:
            self._open |= {client, server}
        left = next(self._cut_after, None) if self._cut_after is not None else None
        line = _Line(client, server, self, left)
        threading.Thread(target=line.there, daemon=True).start()
        line.back()
        with self._lock:
            self._open -= {client, server}

    def _reach(self) -> socket.socket:
        if isinstance(self.target, Path):
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(self.target))
            return server
        server = socket.create_connection(self.target, timeout=CONNECTS)
        server.settimeout(None)
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return server

    def meets(self, piece: bytes) -> str:
        """Say when the line of this piece is to be cut: never, before it, after it, or where its reply comes; once."""
        with self._lock:
            self._sent += 1
            if self._sent == self._cut_at:
                return "after"
            if self._cut_reply_to is None or self._cut_reply_to not in piece:
                return "never"
            self._cut_reply_to = None
            return "reply" if self._lose_reply else "before"

    def hold(self) -> None:
        """Wait while the line is a black hole."""
        self._flows.wait()

    def hold_back(self) -> None:
        """Wait while nothing comes back."""
        self._flows.wait()
        self._replies.wait()

    def hold_end(self) -> None:
        """Wait while nobody hears that the other side hung up."""
        self.ended.set()
        self._ends.wait()

    def mirror(self) -> socket.socket | None:
        """Return a line beside the next one, whose replies nobody reads; None where nothing is said twice."""
        if not self.mirrors:
            return None
        beside = self._reach()
        threading.Thread(target=_drain, args=(beside,), daemon=True).start()
        return beside

    def held_up(self) -> float:
        """Return how long the next piece takes to come back, in seconds."""
        return self.delay + random.uniform(0, self.jitter)  # noqa: S311 (no secret)


class _Line:
    """One connection through the proxy. `left`: bytes that may still come back."""

    def __init__(self, client: socket.socket, server: socket.socket, proxy: Proxy, left: int | None) -> None:
        self._client, self._server, self._proxy, self._left = client, server, proxy, left
        self._silent = False
        self._beside = proxy.mirror()

    def there(self) -> None:
        """Carry what the client sends."""
        with suppress(OSError):
            while piece := self._client.recv(PIECE):
                self._proxy.hold()
                met = self._proxy.meets(piece)
                self._silent = self._silent or met == "reply"
                if met != "before":
                    self._server.sendall(piece)
                    self._say_again(piece)
                if met in ("before", "after"):
                    self._cut()
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_WR)

    def _say_again(self, piece: bytes) -> None:
        if self._beside is not None:
            with suppress(OSError):
                self._beside.sendall(piece)

    def back(self) -> None:
        """Carry what comes back."""
        with suppress(OSError):
            while piece := self._server.recv(PIECE):
                self._proxy.hold_back()
                if self._silent:
                    self._cut()
                    return
                if wait := self._proxy.held_up():
                    time.sleep(wait)
                if self._left is not None and len(piece) >= self._left:
                    self._client.sendall(piece[: self._left])
                    self._cut()
                    return
                self._client.sendall(piece)
                self._left = None if self._left is None else self._left - len(piece)
            self._proxy.hold_end()
        for end in (self._client, self._server, *([self._beside] if self._beside else [])):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # closing alone does nothing while another thread reads from it
            end.close()

    def _cut(self) -> None:
        self._proxy.cut.set()
        for end in (self._client, self._server):
            _reset(end)


def _drain(line: socket.socket) -> None:
    with suppress(OSError):
        while line.recv(PIECE):
            pass
    line.close()


def _reset(line: socket.socket) -> None:
    with suppress(OSError):
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    with suppress(OSError):
        line.shutdown(socket.SHUT_RD)  # wakes whoever reads from it, and sends nothing
    with suppress(OSError):
        line.close()


@contextmanager
def proxied(target: tuple[str, int] | Path) -> Iterator[Proxy]:
    """Give a proxy while the block runs."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
