"""One running system for all faults, one log of what its clients were told, and how long recoveries took."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.bell import Bell
from tests.faults.load import Load
from tests.faults.verdict import AskedAgain, Clients
from tests.journeys.system import System, running_system

# A third of the times of the product, so that many leases can be seen to run out.
TIMES = {"APPRODO_LEASE": "PT6S", "APPRODO_HEARTBEAT": "PT1.5S", "APPRODO_REOFFER": "PT5S"}

_took: list[str] = []


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
def clients(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clients]:
    """What all clients of this system wanted and were told."""
    clients = Clients(tmp_path_factory.mktemp("clients") / "ledger.jsonl")
    yield clients
    _took.extend(clients.told())


@pytest.fixture
def load(system: System, clients: Clients) -> Load:
    """People who save and file while a block runs."""
    return Load(system.address("http"), clients.log)


@pytest.fixture
def asked_again(system: System) -> AskedAgain:
    """The questions that are asked again in this test."""
    return AskedAgain(system)


@pytest.fixture
def recovered() -> Callable[[str, float, float], None]:
    """Note how long something took to recover, beside its bar, in seconds; it is printed, not judged."""
    return lambda what, seconds, bar: _took.append(f"{what}: {seconds:.1f} s (bar {bar:.0f} s)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the recoveries, and how requests were answered."""
    if _took:
        terminalreporter.section("recovery, with leases of 6 s")
        for line in _took:
            terminalreporter.line(line)
