"""house: the system that scenarios break, with everything around it that must outlive it: registries, lines, logs."""

import signal
import socket
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from loadtest.bench import program
from loadtest.bench.program import Program
from loadtest.faults import parts, programs
from loadtest.faults.heard import Stretch
from loadtest.faults.parts import Parts
from loadtest.faults.programs import Programs
from loadtest.faults.proxy import Proxy, proxied
from loadtest.faults.scenario import QUICK, WIRED
from loadtest.ledger import Reader
from loadtest.processes import runs
from loadtest.rehearsal import stack
from loadtest.rehearsal.stack import ROOT, NotStarted, Stack

STARTS: Final = 20.0  # seconds
#: A third of the times of the product, so that many leases can be seen to run out.
QUICK_TIMES: Final = {"APPRODO_LEASE": "PT6S", "APPRODO_HEARTBEAT": "PT1.5S", "APPRODO_REOFFER": "PT5S"}


@dataclass(frozen=True, slots=True)
class Lines:
    """The proxies of a wired system."""

    clients: Proxy
    postgres: Proxy
    redis: Proxy


@dataclass(slots=True)
class House:
    """One running system. `database_url` leads to PostgreSQL past every proxy."""

    folder: Path
    stack: Stack
    programs: Programs
    registries: str
    database_url: str
    lines: Lines | None = None
    parts: Parts | None = None
    beside: list[Program] = field(default_factory=list)
    # Whoever is started by a thread is told to end when that thread does: so it lives as long as the house.
    starter: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1))
    _reader: Reader | None = None
    _crew: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        self._crew = frozenset(self.stack.pids())

    def is_whole(self) -> bool:
        """Say whether every part that was there at the start is there, and ready."""
        pids = self.stack.pids()
        return self._crew <= pids.keys() and all(map(runs, pids.values()))

    @property
    def log(self) -> Path:
        """What the clients of this system were told."""
        return self.folder / "ledger.jsonl"

    def heard(self, since: float, until: float = float("inf")) -> Stretch:
        """Return what people heard between two instants."""
        self._reader = self._reader or Reader(self.log)
        return Stretch(self._reader.read(), since, until, time.time())

    @property
    def counter(self) -> str:
        """Where the counter is, past every proxy."""
        return str(self.stack.where()["http"])

    @property
    def http(self) -> str:
        """Where people reach it."""
        return f"http://127.0.0.1:{self.lines.clients.port}" if self.lines else self.counter

    @property
    def addresses(self) -> Mapping[str, Any]:
        """What the judge is told."""
        return {"http": self.counter, "registries": self.registries, "database_url": self.database_url}

    @property
    def logs(self) -> Path:
        """Where its processes write."""
        return self.stack.data / "logs"

    def environment(self, name: str) -> dict[str, str]:
        """Return what a process started beside the others needs."""
        where = self.stack.where()
        return {
            "APPRODO_DATA": str(self.stack.data),
            "APPRODO_PROCESS": name,
            "APPRODO_REGISTRIES_URL": self.registries,
            "DATABASE_URL": where["database_url"],
            "REDIS_URL": where["redis_url"],
            **{name: value for name, value in self.stack.settings.items() if name in QUICK_TIMES},
        }

    def tell_registries(self, registry: str, mode: str, **rule: object) -> None:
        """Switch the stand-ins (loadtest/standins/control.py)."""
        order = {"registry": registry, "mode": mode, **rule}
        httpx.put(f"{self.registries}/control", json=order, trust_env=False, timeout=10).raise_for_status()

    def calls(self, since: int = 0) -> dict[str, Any]:
        """Return what the stand-ins say they were asked after the call of a number."""
        listed = httpx.get(f"{self.registries}/calls", params={"after": since}, trust_env=False, timeout=10)
        return dict(listed.raise_for_status().json())

    def heal(self) -> None:
        """Let nothing stay broken that was broken on purpose."""
        httpx.delete(f"{self.registries}/control", trust_env=False, timeout=10).raise_for_status()
        for line in (self.lines.clients, self.lines.postgres, self.lines.redis) if self.lines else ():
            line.heal()
        while self.beside:
            self.beside.pop().stop()


@contextmanager
def house(
    folder: Path,
    kind: str,
    *,
    data: Path | None = None,
    options: Sequence[str] = (),
    preload: Path | None = None,
    shim: Mapping[str, str] | None = None,
    root: Path = ROOT,
    **settings: str,
) -> Iterator[House]:
    """Start a system of a kind, and end it with the block. Errors: NotStarted.

    `data`: a folder that holds some already. `options`, `preload` and `shim` are given to PostgreSQL: settings, a
    library, and what that is told by the environment. `root`: the checkout whose code runs.
    """
    folder.mkdir(parents=True)
    given = programs.wrapped(folder / "programs")
    given.give(*options, preload=preload, **(shim or {}))
    with ExitStack() as opened:
        standins = opened.enter_context(registries_beside(folder))
        wanted = {"APPRODO_REGISTRIES_URL": standins, "APPRODO_POSTGRES_BIN": str(given.folder), **settings}
        wanted |= QUICK_TIMES if kind == QUICK else {}
        if kind == WIRED:
            stores = opened.enter_context(parts.beginning(folder / "parts", given))
            yield opened.enter_context(wired_to(stores, folder, standins, wanted))
        else:
            started = opened.enter_context(stack.running(data or folder / "data", wanted, root=root))
            url = str(started.where()["database_url"])
            with _left_alone(House(folder, started, given, standins, url)) as made:
                yield made


@contextmanager
def wired_to(
    stores: Parts,
    folder: Path,
    standins: str,
    wanted: Mapping[str, str],
    *,
    under: Sequence[str] = (),
    name: str = "127.0.0.1",
) -> Iterator[House]:
    """Start a system on stores that run, with a proxy on every line. Errors: NotStarted.

    `under`: a command that runs it; `name`: by which it knows the host of PostgreSQL.
    """
    with (
        proxied(stores.postgres_socket) as postgres,
        proxied(stores.valkey_socket) as redis,
    ):
        urls = {"DATABASE_URL": through(postgres, name), "REDIS_URL": f"redis://127.0.0.1:{redis.port}/0"}
        with stack.running(folder / "data", {**wanted, **urls}, under=under) as started:
            counter = urlsplit(str(started.where()["http"]))
            with proxied(("127.0.0.1", int(counter.port or 0))) as clients:
                made = House(folder, started, stores.programs, standins, stores.database_url)
                made.lines, made.parts = Lines(clients, postgres, redis), stores
                with _left_alone(made):
                    yield made


def through(proxy: Proxy, name: str = "127.0.0.1") -> str:
    """Return the address of PostgreSQL as it is reached through a proxy, on a host of that name."""
    return f"postgresql://approdo@{name}:{proxy.port}/approdo"


@contextmanager
def _left_alone(made: House) -> Iterator[House]:
    """End what was started beside it, however the block ends."""
    try:
        yield made
    finally:
        while made.beside:
            made.beside.pop().stop()


@contextmanager
def registries_beside(folder: Path) -> Iterator[str]:
    """Run stand-ins that no death of the supervisor takes along: their log must be whole. Errors: NotStarted."""
    with socket.create_server(("127.0.0.1", 0), backlog=2048) as listening:
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        begun = program.start("standins", ["-m", "loadtest.standins"], {}, folder, listening=listening)
        try:
            _wait_for(f"{address}/livez", begun)
            yield address
        finally:
            begun.popen.send_signal(signal.SIGTERM)
            begun.stop()


def _wait_for(url: str, begun: Program) -> None:
    give_up_at = time.monotonic() + STARTS
    while True:
        begun.must_run()
        try:
            if httpx.get(url, trust_env=False, timeout=1).is_success:
                return
        except httpx.HTTPError:
            if time.monotonic() > give_up_at:
                raise NotStarted(f"{begun.log.stem} does not answer") from None
        time.sleep(0.05)
