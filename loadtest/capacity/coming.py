"""coming: a line nobody waits for until it stands."""

import errno
import os
import socket

from loadtest.bench.line import Line, LineBroken


class Coming(Line):
    """A connection that is on its way: what is sent before it stands waits with it.

    Where the server's queue of connections is full, the kernel tries again after a second. That is the second of
    whoever comes; a generator that waits for her keeps all others from asking, and from reading their answers.
    """

    __slots__ = ("_unsent", "stands")

    def __init__(self, port: int) -> None:
        self._socket = socket.socket()
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.settimeout(0)
        if (fault := self._socket.connect_ex(("127.0.0.1", port))) not in (0, errno.EINPROGRESS):
            self._socket.close()
            raise OSError(fault, os.strerror(fault))
        self._got, self._unsent, self.stands = b"", b"", False
        self.about: object = None
        self.since = 0.0

    def send(self, request: bytes) -> None:
        """Send one whole request, now or as soon as it stands. Errors: LineBroken."""
        if self.stands:
            super().send(request)
        else:
            self._unsent = request

    def arrive(self) -> None:
        """It stands, or will not: send what waited. Errors: LineBroken."""
        if fault := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise LineBroken(os.strerror(fault))
        self.stands, unsent, self._unsent = True, self._unsent, b""
        if unsent:
            super().send(unsent)
