"""Ports: opened by the supervisor and handed to the children, so that a restart refuses nobody."""

import socket
from errno import EADDRINUSE

from deploy.local.refusal import CannotStart

LOOPBACK = "127.0.0.1"
BACKLOG = 2048  # connections that may wait while a counter is started again


def listen(port: int, setting: str) -> socket.socket:
    """Listen on a loopback port. Errors: CannotStart naming the setting if it is taken or not allowed."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        why = "is in use by another program" if error.errno == EADDRINUSE else f"cannot be used ({error.strerror})"
        raise CannotStart(f"port {port} {why}: set {setting} to another one") from None
    return listener


def address(listener: socket.socket) -> str:
    """Return where to reach it, as a URL without a path."""
    return f"http://{LOOPBACK}:{listener.getsockname()[1]}"
