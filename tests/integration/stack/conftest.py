"""Toy houses, and two free ports for each."""

import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.stack.running import Running, running
from tests.integration.stack.toy_house import build


@pytest.fixture
def house() -> Iterator[Path]:
    """A house of its own, in a folder with a short name that everyone may read."""
    yield from _house()


@pytest.fixture
def ports() -> dict[str, str]:
    """Settings with two free ports."""
    return _ports()


@pytest.fixture(scope="module")
def stack() -> Iterator[Running]:
    """One running stack that the tests of a file share."""
    for folder in _house():
        with running(folder, **_ports()) as started:
            yield started


def _house() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="approdo-house-"))
    folder.chmod(0o755)
    yield build(folder)
    shutil.rmtree(folder, ignore_errors=True)


def _ports() -> dict[str, str]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return {
            "APPRODO_HTTP_PORT": str(one.getsockname()[1]),
            "APPRODO_OPS_PORT": str(other.getsockname()[1]),
        }
