"""One running system for all faults, one log of what its clients were told, and how long recoveries took."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from loadtest.faults.load import Load
from tests.conftest import MEASURED
from tests.faults.bell import Bell
from tests.faults.verdict import AskedAgain, Clients
from tests.journeys.system import System, running_system

# A third of the times of the product, so that many leases can be seen to run out.
TIMES = {"APPRODO_LEASE": "PT6S", "APPRODO_HEARTBEAT": "PT1.5S", "APPRODO_REOFFER": "PT5S"}


@pytest.fixture(scope="package")
def bell() -> Iterator[Bell]:
    """A Valkey outside the supervisor's care."""
    with tempfile.TemporaryDirectory(prefix="approdo-bell-") as folder:
        made = Bell(Path(folder))
        yield made
        made.go_away()


@pytest.fixture(scope="package")
def system(bell: Bell) -> Iterator[System]:
    """Everything `make run` starts."""
    with running_system(REDIS_URL=bell.server.url(), **TIMES) as started:
        yield started


@pytest.fixture(scope="package")
def clients(tmp_path_factory: pytest.TempPathFactory) -> Clients:
    """What all clients of this system wanted and were told."""
    return Clients(tmp_path_factory.mktemp("clients") / "ledger.jsonl")


@pytest.fixture
def load(system: System, clients: Clients, record_property: Callable[[str, str], None]) -> Iterator[Load]:
    """People who save and file while a block runs."""
    yield Load(system.address("http"), clients.log)
    for line in clients.told():
        record_property(MEASURED, line)


@pytest.fixture
def asked_again(system: System) -> AskedAgain:
    """The questions that are asked again in this test."""
    return AskedAgain(system)


@pytest.fixture
def recovered(record_property: Callable[[str, str], None]) -> Callable[[str, float, float], None]:
    """Note how long something took to recover, beside its bar, in seconds; it is printed, not judged."""
    return lambda what, seconds, bar: record_property(MEASURED, f"{what}: {seconds:.1f} s (bar {bar:.0f} s)")
