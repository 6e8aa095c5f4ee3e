"""Toy houses, and two free ports for each."""

import shutil
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.settings import load
from deploy.local.binaries import postgres_folder
from deploy.local.ordinary import choose
from deploy.local.postgres import Postgres
from loadtest.ports import two_ports
from tests.conftest import ENVIRONMENT
from tests.integration.stack.running import Running, running
from tests.integration.stack.toy_house import build


@pytest.fixture(autouse=True)
def hears_a_hangup() -> Iterator[None]:
    """Started under nohup, the tests would hand on to each house that it is to be deaf to SIGHUP."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


@pytest.fixture(scope="session")
def made_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a database that was made once, for houses to copy."""
    folder = tmp_path_factory.mktemp("made")
    binaries = postgres_folder(load().stores.postgres_bin)
    who = choose(binaries / "postgres", folder)
    server = Postgres(binaries, folder / "postgres", folder / "sockets", folder, who, ENVIRONMENT)
    server.prepare(lambda: time.sleep(0.02))
    return server.folder


@pytest.fixture
def empty_house() -> Iterator[Path]:
    """A house in which nothing has been started yet, in a folder with a short name that everyone may read."""
    folder = Path(tempfile.mkdtemp(prefix="approdo-house-"))
    folder.chmod(0o755)
    yield build(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def house(empty_house: Path, made_database: Path) -> Path:
    """A house with a database that is made already, in `<house>/data`."""
    (empty_house / "data").mkdir(mode=0o700)
    shutil.copytree(made_database, empty_house / "data" / "postgres")
    return empty_house


@pytest.fixture
def ports() -> dict[str, str]:
    """Settings with two free ports."""
    return two_ports()


@pytest.fixture(scope="module")
def stack(made_database: Path) -> Iterator[Running]:
    """One running stack that the tests of a file share."""
    with tempfile.TemporaryDirectory(prefix="approdo-house-") as folder:
        house = build(Path(folder))
        (house / "data").mkdir(mode=0o700)
        shutil.copytree(made_database, house / "data" / "postgres")
        with running(house, **two_ports()) as started:
            yield started
