"""The three counters: ours, the empty endpoint and the usual way, each a process of its own."""

import http.client
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from loadtest.bench.asker import SameBodies, head, whole
from loadtest.bench.program import NotStarted, Program, start
from loadtest.bench.sections import Bodies, in_turn
from loadtest.bench.stores import Stores

TOKEN_CHARACTERS = 72  # of an access token of ours
PATIENCE = 30.0  # seconds a server may take to come up
# Full load keeps every line busy, and the others turn nobody away: what an answer costs is measured here, and whom to
# let in is measured elsewhere (`make goodput`). Admission does its work for each request all the same.
ROOM = {"APPRODO_UNDER_WAY": "4096", "APPRODO_UNDER_WAY_LEAST": "4096"}


@dataclass(frozen=True, slots=True)
class Counter:
    """One server: where it listens, and its process."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Counters:
    """All three."""

    ours: Counter
    empty: Counter
    usual: Counter


@contextmanager
def running(stores: Stores) -> Iterator[Counters]:
    """Run all three until the block ends. Errors: NotStarted."""
    usual = {"DATABASE_URL": stores.usual_url}
    with ExitStack() as stack:
        yield Counters(
            _started(stack, stores, "counter", "ingest", "/readyz", **ROOM),
            _started(stack, stores, "empty", "loadtest.bench.empty", "/openapi.json"),
            _started(stack, stores, "usual", "loadtest.bench.usual", "/openapi.json", **usual),
        )


def section_requests(bodies: Bodies, names: Sequence[str]) -> SameBodies:
    """Return what the two others are asked: the same bodies and headers as ours."""
    heads = {name: head("PUT", f"/sections/{name}", "x" * TOKEN_CHARACTERS) for name in names}
    return SameBodies([whole(heads[name], b'if-match: "1"', body) for name, body in in_turn(bodies, names)])


def _started(stack: ExitStack, stores: Stores, name: str, module: str, ready: str, **environment: str) -> Counter:
    listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=2048))
    given = {**stores.environment, "APPRODO_PROCESS": f"bench-{name}", **environment}
    program = start(name, ["-m", module], given, stores.logs, listening=listening)
    stack.callback(program.stop)
    port = int(listening.getsockname()[1])
    _wait_for(program, port, ready)
    return Counter(port, program.pid)


def _wait_for(program: Program, port: int, path: str) -> None:
    give_up_at = time.monotonic() + PATIENCE
    while not _answers(port, path):
        program.must_run()
        if time.monotonic() > give_up_at:
            raise NotStarted(f"{program.log.stem} is not ready:\n{program.last_lines()}")
        time.sleep(0.05)


def _answers(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
