"""`python -m loadtest.standins`: serve the stand-ins on this machine only."""

import gc
import os
import socket
import sys

import uvicorn

from loadtest.standins.app import build

PORT = "8002"


def main() -> None:
    """Serve on the socket handed down (APPRODO_SOCKET_FD), or on a loopback port (APPRODO_STANDINS_PORT)."""
    try:
        listening = _socket()
    except (OSError, ValueError) as error:
        sys.exit(f"standins: cannot listen as APPRODO_SOCKET_FD / APPRODO_STANDINS_PORT say: {error}")
    config = uvicorn.Config(
        build(),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="critical",  # a truncated answer is meant
        timeout_graceful_shutdown=2,  # seconds; a hanging answer does not keep the process
    )
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)  # the log of calls is long, and none of it is garbage
    uvicorn.Server(config).run(sockets=[listening])


def _socket() -> socket.socket:
    if descriptor := os.environ.get("APPRODO_SOCKET_FD"):
        return socket.socket(fileno=int(descriptor))
    return socket.create_server(("127.0.0.1", int(os.environ.get("APPRODO_STANDINS_PORT", PORT))), backlog=2048)


if __name__ == "__main__":
    main()
