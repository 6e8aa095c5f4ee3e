"""Prometheus and Alertmanager beside a system: each has a place that nobody else is given meanwhile."""

import socket
from pathlib import Path

import pytest

from deploy.watch.parts import alertmanager, prometheus


@pytest.fixture
def tools(tmp_path):
    """Both, on any ports that are free; neither runs yet."""
    program = Path("/usr/bin/true")
    both = prometheus(program, tmp_path, 0), alertmanager(program, tmp_path, 0)
    yield both
    for tool in both:
        tool.kept.close()


def test_a_place_is_kept_until_its_part_listens_there(tools):
    """The kernel gives it to nobody who connects or asks for any port; the part itself may have it."""
    for tool in tools:
        host, port = tool.kept.getsockname()
        with socket.socket() as other, pytest.raises(OSError, match="in use"):
            other.bind((host, port))
        with socket.create_server((host, port)) as itself, socket.create_connection((host, port)):
            itself.accept()[0].close()

    assert f"--web.listen-address={tools[0].place}" in tools[0].command
    assert len({tool.address for tool in tools}) == 2


def test_where_a_port_is_taken_another_is_kept(tmp_path):
    """Somebody watches another system already."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        part = prometheus(Path("/usr/bin/true"), tmp_path, port)

        assert part.kept.getsockname()[1] not in (0, port)
        part.kept.close()
