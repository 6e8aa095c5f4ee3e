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
        super().__init__(port)
        self._unsent, self.stands = b"", False

    def _connected(self, where: tuple[str, int]) -> socket.socket:
        begun = socket.socket()
        begun.settimeout(0)
        if (fault := begun.connect_ex(where)) not in (0, errno.EINPROGRESS):
            begun.close()
            raise OSError(fault, os.strerror(fault))
        return begun

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
