"""Series, lines, names and run files may fail: no acknowledgement notices."""

import fcntl
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import httpx
import pytest

from deploy.local.postgres import OWNER
from loadtest.faults.proxy import proxied
from loadtest.faults.scenario import CannotRun
from loadtest.faults.shims import built
from tests.conftest import Postgres
from tests.integration.counter.running import TYPED, RunningCounter, running_counter

Running = Callable[..., AbstractContextManager[RunningCounter]]
SOON = 15.0  # seconds any one answer may take: half of what the slowest ill would cost; nothing here measures speed
SAVES = 12
HALF_A_MINUTE = 30_000  # milliseconds (loadtest/faults/shims/names.c)


def kept_up(counter: RunningCounter) -> None:
    """Start, save and file, each acknowledged, and read back."""
    draft = counter.start_draft()
    revisions = counter.fill(draft, applicant={"tax_code": None})
    for base in range(1, SAVES):
        answer = counter.save(draft, "income", {"employment": str(base)}, base)
        assert 200 == answer.status_code, answer.text
        assert answer.elapsed.total_seconds() < SOON
    assert 202 == counter.file(draft, revisions | {"income": SAVES}).status_code
    assert len(TYPED) == len(counter.client.get(draft.path, headers=draft.headers).json()["sections"])


@pytest.fixture(scope="module")
def running(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Running:
    """Runs counters on one store, with the keys its data was begun with."""
    keys = str(tmp_path_factory.mktemp("begun") / "keys")
    return partial(running_counter, APPRODO_KEYS=keys)


@contextmanager
def deaf_reader() -> Iterator[int]:
    """A pipe that nobody reads, full to the brim."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4_096)
    while _takes(writing):
        pass
    os.set_blocking(writing, True)
    yield writing
    os.close(reading)
    os.close(writing)


def _takes(writing: int) -> bool:
    try:
        return os.write(writing, b"x" * 512) > 0
    except BlockingIOError:
        return False


@contextmanager
def closed_reader() -> Iterator[int]:
    """A pipe whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@contextmanager
def full_disk() -> Iterator[int]:
    """A file on a disk without room."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        yield full.fileno()


@pytest.mark.parametrize(("lines", "are_lost"), [(deaf_reader, False), (closed_reader, True), (full_disk, True)])
def test_lines_that_cannot_be_written_cost_nobody_anything(
    running: Running,
    module_database_url: str,
    tmp_path: Path,
    lines: Callable[[], AbstractContextManager[int]],
    are_lost: bool,
) -> None:
    """Whoever reads them has gone, or the disk is full: they are lost, and counted. While nobody reads, they wait."""
    with lines() as descriptor, running(module_database_url, tmp_path, lines_to=descriptor) as counter:
        kept_up(counter)
        for _ in range(40):  # of which there is a line now and then
            counter.client.post("/v1/drafts", content=b"{", headers={"content-type": "application/json"})
        kept_up(counter)

        assert are_lost == (lines_lost(tmp_path) > 0)


def lines_lost(data: Path) -> float:
    """What the counter's series say."""
    shown = httpx.get(
        json.loads((data / "run" / "counter-1.json").read_text())["metrics"], trust_env=False, timeout=SOON
    )
    return next(
        float(line.split()[1]) for line in shown.text.splitlines() if line.startswith("approdo_log_lines_lost ")
    )


def test_a_run_file_that_cannot_be_written_hides_a_process_and_nothing_else(
    running: Running, module_database_url: str, tmp_path: Path
) -> None:
    """It goes on unseen."""
    (tmp_path / "run").write_text("a file where the folder should be")
    with running(module_database_url, tmp_path) as counter:
        kept_up(counter)


def test_readers_of_the_series_who_never_go_on_keep_nobody_waiting(
    running: Running, module_database_url: str, tmp_path: Path
) -> None:
    """Fifty connect and say nothing, or ask and do not read."""
    with running(module_database_url, tmp_path) as counter:
        told = json.loads((tmp_path / "run" / "counter-1.json").read_text())
        address = httpx.URL(told["metrics"])
        lines = [socket.create_connection((address.host, address.port), timeout=SOON) for _ in range(50)]
        for line in lines[::2]:
            line.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        kept_up(counter)
        for line in lines:
            line.close()


@pytest.fixture(scope="module")
def spoiled(
    running: Running,
    postgres_server: Postgres,
    module_database_url: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[RunningCounter, Path]]:
    """A counter in ill surroundings, which knows its store by a name; and the folder that tells what is ill."""
    ill, name = tmp_path_factory.mktemp("ill"), module_database_url.rpartition("?")[0].rpartition("/")[2]
    with proxied(postgres_server.sockets / ".s.PGSQL.5432") as line:
        url = f"postgresql://{OWNER}@localhost:{line.port}/{name}"
        program = ["tests.fakes.ill_surroundings", str(ill), "ingest"]
        shimmed = {"LD_PRELOAD": _names_shim(ill), "APPRODO_SHIM_NAMES": str(ill / "names")}
        with running(url, tmp_path_factory.mktemp("counter"), program=program, **shimmed) as counter:
            yield counter, ill


def _names_shim(folder: Path) -> str:
    """The loop looks names up in a library of its own, past Python: so they are taken away below both."""
    try:
        return str(built("names", folder))
    except CannotRun as reason:
        pytest.skip(str(reason))


@pytest.mark.parametrize(("what", "bytes_"), [("series", 0), ("names", 0), ("names", HALF_A_MINUTE)])
def test_what_surrounds_a_counter_may_fail(spoiled: tuple[RunningCounter, Path], what: str, bytes_: int) -> None:
    """Nothing can be counted; no name is found, at once or after half a minute: whoever saves and files is answered."""
    counter, ill = spoiled
    kept_up(counter)
    (ill / what).write_bytes(bytes(bytes_))
    try:
        kept_up(counter)
    finally:
        (ill / what).unlink()
    kept_up(counter)
