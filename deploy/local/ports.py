"""Ports: opened by the supervisor and handed to the children, so that a restart refuses nobody."""

import socket
import time
from errno import EADDRINUSE

from deploy.local.refusal import CannotStart

LOOPBACK = "127.0.0.1"
PATIENCE = 1.0  # seconds
BACKLOG = 2048  # connections that may wait while a counter is started again


def listen(port: int, setting: str) -> socket.socket:
    """Listen on a loopback port. Errors: CannotStart naming the setting if it is taken or not allowed.

    A port that is taken is tried again for a moment: it may be that of a copy that has just been killed.
    """
    give_up_at = time.monotonic() + PATIENCE
    while True:
        try:
            return _listen(port)
        except OSError as error:
            if error.errno != EADDRINUSE:
                raise CannotStart(f"port {port} cannot be used ({error.strerror}): set {setting} to another") from None
        if time.monotonic() > give_up_at:
            raise CannotStart(f"port {port} is in use by another program: set {setting} to another")
        time.sleep(0.05)


def address(listener: socket.socket) -> str:
    """Return where to reach it, as a URL without a path."""
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((LOOPBACK, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener
