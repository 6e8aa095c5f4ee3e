"""The fixtures every room shares: real PostgreSQL and Valkey, on their own folder, for the length of one test run."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest
import redis
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from core.settings import load
from deploy.local.binaries import postgres_folder, valkey_program
from deploy.local.ordinary import choose
from deploy.local.postgres import Postgres
from deploy.local.process import ROOT, start
from deploy.local.valkey import Valkey
from loadtest import ports

PATIENCE = 60.0  # seconds a part may take to come up on a busy machine
ENVIRONMENT = {"PATH": os.defpath, "LANG": "C.UTF-8", "TZ": "UTC"}
MOST_OF_AN_ADDRESS = 50  # bytes that the temporary folder may take of a socket's
MEASURED = "measured"  # the property under which a test notes a figure that is printed and not judged
#: What takes longest comes first: begun last, it would go on alone when the other processes have nothing left to do.
LONGEST = (
    *("tests/journeys/web", "tests/faults", "tests/integration/counter", "tests/integration/stack"),
    *("tests/journeys/console", "tests/journeys/web/each_step", "tests/journeys", "tests/integration/workers"),
    *("tests/integration/emergency", "tests/planted", "tests/integration/monitoring", "tests/integration/backup"),
    *("tests/integration/rehearsal", "tests/contracts", "tests/integration/storage", "tests/integration/registries"),
)
_numbers = count(1)
_measured: list[str] = []
# Hypothesis as it is under CI, everywhere: the same examples each time, and a slow machine is no fault. To look on:
# `--hypothesis-profile=default --hypothesis-seed=7`.
settings.load_profile("ci")
# A Unix socket's address holds 107 bytes: where TMPDIR takes more than what ours leave, it is passed over.
if len(os.fsencode(tempfile.gettempdir())) > MOST_OF_AN_ADDRESS:
    tempfile.tempdir = "/tmp"


class ByFolder(LoadScopeScheduling):  # type: ignore[misc]
    """The tests of one folder run in one process, in their order, so that what they share is started once."""

    def _split_scope(self, nodeid: str) -> str:
        return folder_of(nodeid)


def folder_of(nodeid: str) -> str:
    """Return the folder of a test."""
    return nodeid.partition("::")[0].rpartition("/")[0]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let what takes longest be begun first; else the order stays."""
    first = {folder: place for place, folder in enumerate(LONGEST)}
    items.sort(key=lambda item: first.get(folder_of(item.nodeid), len(first)))


def pytest_xdist_auto_num_workers() -> int:
    """One process more than there are processors: for four tenths of their time the tests wait for parts."""
    return len(os.sched_getaffinity(0)) + 1


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFolder:
    """Share the tests out over processes by folder."""
    return ByFolder(config, log)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Collect the figures, of whatever process."""
    if report.when == "teardown":
        _measured.extend(str(value) for name, value in report.user_properties if name == MEASURED)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print them."""
    if _measured:
        terminalreporter.section("measured, not judged")
        for line in dict.fromkeys(_measured):
            terminalreporter.line(line)


@pytest.fixture(scope="session")
def stack_folder() -> Iterator[Path]:
    """A private folder with a short name, for the parts of this test run alone."""
    folder = Path(tempfile.mkdtemp(prefix="approdo-tests-"))
    (folder / "logs").mkdir()
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_server(stack_folder: Path) -> Iterator[Postgres]:
    """A real PostgreSQL with every durability setting on."""
    binaries = postgres_folder(load().stores.postgres_bin)
    who = choose(binaries / "postgres", stack_folder)
    folder, sockets, logs = (stack_folder / name for name in ("postgres", "sockets", "logs"))
    server = Postgres(binaries, folder, sockets, logs, who, ENVIRONMENT)
    server.prepare(lambda: time.sleep(0.01))
    with _running(server, logs, stop=signal.SIGINT):
        yield server


@pytest.fixture(scope="session")
def migrated_template(postgres_server: Postgres) -> str:
    """The name of a database that holds the tables and no rows; made once, copied for each test."""
    _psql(postgres_server, "CREATE DATABASE migrated TEMPLATE template0")
    migrate = [sys.executable, "-m", "core.storage.migrate"]
    environment = {**ENVIRONMENT, "DATABASE_URL": postgres_server.url("migrated")}
    done = subprocess.run(migrate, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.fail(f"the migrations do not run:\n{done.stdout}{done.stderr}")
    return "migrated"


@pytest.fixture
def database_url(postgres_server: Postgres, migrated_template: str) -> Iterator[str]:
    """The address of a migrated database of this test's own."""
    with _copy_of(migrated_template, postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(postgres_server: Postgres, migrated_template: str) -> Iterator[str]:
    """The address of a migrated database that the tests of one file share."""
    with _copy_of(migrated_template, postgres_server) as url:
        yield url


@pytest.fixture
def empty_database_url(postgres_server: Postgres) -> Iterator[str]:
    """The address of a database without any table."""
    with _copy_of("template0", postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def valkey_server(stack_folder: Path) -> Iterator[Valkey]:
    """A real Valkey."""
    folder = stack_folder / "valkey"
    folder.mkdir()
    server = Valkey(valkey_program(), folder, stack_folder, ENVIRONMENT)
    with _running(server, stack_folder / "logs", stop=signal.SIGTERM):
        yield server


@pytest.fixture
def redis_url(valkey_server: Valkey) -> str:
    """The address of a Valkey that holds nothing."""
    with redis.Redis.from_url(valkey_server.url()) as client:
        client.flushall()
    return valkey_server.url()


@pytest.fixture
def free_port() -> int:
    """A TCP port on which nothing listens."""
    return ports.free_port()


@contextmanager
def _running(server: Postgres | Valkey, logs: Path, *, stop: signal.Signals) -> Iterator[None]:
    process = start(server.command(), logs)
    try:
        give_up_at = time.monotonic() + PATIENCE
        while not server.is_ready(process.pid):
            assert process.ended() is None, process.last_lines()
            assert time.monotonic() < give_up_at, "it does not come up"
            time.sleep(0.01)
        yield
    finally:
        process.ask(stop)
        try:
            process.popen.wait(PATIENCE)
        finally:
            process.end_group()


@contextmanager
def _copy_of(template: str, server: Postgres) -> Iterator[str]:
    name = f"test_{next(_numbers)}"
    _psql(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield server.url(name)
    _psql(server, f"DROP DATABASE {name} WITH (FORCE)")


def _psql(server: Postgres, statement: str) -> None:
    arguments = [server.binaries / "psql", "-X", "-q", "-d", server.url("postgres"), "-c", statement]
    done = subprocess.run(arguments, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
