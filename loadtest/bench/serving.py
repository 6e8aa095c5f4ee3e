"""How a server of the bench is served: the same uvicorn, with the same options, as our counter."""

import os
import socket
from typing import Any

import uvicorn


def serve(app: Any) -> None:
    """Serve an ASGI application on the socket handed down (APPRODO_SOCKET_FD) until SIGTERM."""
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http="httptools",
        ws="none",
        interface="asgi3",
        proxy_headers=False,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=2,
    )
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=int(os.environ["APPRODO_SOCKET_FD"]))])
