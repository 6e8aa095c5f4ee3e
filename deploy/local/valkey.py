"""The embedded Valkey: the bell. What it holds may be lost without harm."""

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from deploy.local.process import Command

PING_PATIENCE = 0.5  # seconds


@dataclass(frozen=True, slots=True)
class Valkey:
    """One embedded server, reached through a socket in a private folder."""

    program: Path
    folder: Path
    sockets: Path
    environment: Mapping[str, str]

    @property
    def socket(self) -> Path:
        """The socket it listens on."""
        return self.sockets / "valkey.sock"

    def url(self) -> str:
        """Return its address, as redis-py reads it."""
        return f"unix://{quote(str(self.socket), safe='/')}?db=0"

    def command(self) -> Command:
        """Return how to start the server."""
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self.folder),
            "appendonly": "yes",
            "appendfsync": "everysec",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
        return Command("valkey", [self.program, *arguments], self.environment)

    def is_ready(self, pid: int) -> bool:  # noqa: ARG002 (the socket is ours alone)
        """Say whether it answers."""
        try:
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(PING_PATIENCE)
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def is_listened_to(url: str) -> bool:
    """Say whether anybody takes a connection at the address of a bell that is not ours."""
    place = urlsplit(url)
    try:
        if place.scheme == "unix":
            with socket.socket(socket.AF_UNIX) as client:
                client.settimeout(PING_PATIENCE)
                client.connect(unquote(place.path))
        else:
            socket.create_connection((place.hostname or "localhost", place.port or 6379), PING_PATIENCE).close()
    except OSError:
        return False
    return True
