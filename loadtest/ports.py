"""Ports that nobody takes meanwhile: none of those the kernel gives to whoever connects, and each given once."""

import os
import socket

# Below the kernel's own (32 768 to 60 999): what is free among those may be somebody's connection a moment later.
LOWEST, MANY = 20_000, 12_000
_reserved: list[int] = []  # descriptors, held until this process ends


def free_port() -> int:
    """Return a port of 127.0.0.1 on which nothing listens, and which nobody else who asks here is given."""
    first = os.getpid() * 97 + len(_reserved)
    for place in range(MANY):
        port = LOWEST + (first + place) % MANY
        if _reserve(port) and _is_free(port):
            return port
    raise OSError("no port is free")


def two_ports() -> dict[str, str]:
    """Return what settings name the ports of a system of its own."""
    return {"APPRODO_HTTP_PORT": str(free_port()), "APPRODO_OPS_PORT": str(free_port())}


def _reserve(port: int) -> bool:
    """Hold a name that only one process of the machine can hold, and that goes with it."""
    held = socket.socket(socket.AF_UNIX)
    try:
        held.bind(f"\0approdo-port-{port}")
    except OSError:
        held.close()
        return False
    _reserved.append(held.detach())
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
