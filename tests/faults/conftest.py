"""One running system for all faults but one, one log of what clients were told, and how long recoveries took."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.bell import Bell
from tests.faults.load import Load
from tests.journeys.system import System, running_system

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
    """Everything `make run` starts, with its own times."""
    with running_system(REDIS_URL=bell.server.url()) as started:
        yield started


@pytest.fixture(scope="package")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What all clients of this system wanted and were told."""
    return tmp_path_factory.mktemp("clients") / "ledger.jsonl"


@pytest.fixture
def load(system: System, log: Path) -> Load:
    """People who save and file while a block runs."""
    return Load(system.address("http"), log)


@pytest.fixture
def recovered() -> Callable[[str, float, float], None]:
    """Note how long something took to recover, beside its bar, in seconds; it is printed, not judged."""
    return lambda what, seconds, bar: _took.append(f"{what}: {seconds:.1f} s (bar {bar:.0f} s)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the recoveries."""
    if _took:
        terminalreporter.section("recovery")
        for line in _took:
            terminalreporter.line(line)
