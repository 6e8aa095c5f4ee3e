"""The embedded PostgreSQL: made once, started by us, and cleared of what a killed postmaster leaves behind."""

import re
import shutil
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from deploy.local.binaries import version
from deploy.local.leftovers import end_all_in
from deploy.local.ordinary import Ordinary
from deploy.local.process import Command, run_to_end
from deploy.local.refusal import CannotStart

Arguments = Sequence[str | Path]
OWNER = "approdo"  # the role and the database
BUILTIN_LOCALES_SINCE = 17
INITDB_PATIENCE = 120.0  # seconds
LEFTOVER_PATIENCE = 2.0  # seconds

SETTINGS = {
    # durability: what a 2xx rests on, stated rather than left to a default
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    # back sooner after a kill: one flush instead of one for each file (it reports errors since Linux 5.8)
    "recovery_init_sync_method": "syncfs",
    # reached through a socket in a private folder, by nothing else
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "cluster_name": "approdo",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
    "max_wal_size": "1GB",
    # many small changes to few rows: keep `work` narrow
    "autovacuum_naptime": "10s",
    # a log that never holds what people typed
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "logging_collector": "off",
    "log_destination": "stderr",
}

#: What a server does that is of use: it recovers, or it writes its log. Its processes say so in their command lines.
AT_WORK = re.compile(r"postgres: (\S+: )?(startup|walwriter)\b")


def is_stuck(pid: int) -> bool:
    """Say whether a server neither recovers nor works.

    Seen of PostgreSQL 18: a recovery that meets an I/O error ends, and the postmaster goes on for ever without one.
    Meanwhile everybody tries to connect: of its children some end while they are asked what they call themselves.
    """
    try:
        children = psutil.Process(pid).children()
    except psutil.Error:
        return False
    titles = [title for child in children if (title := _title(child)) is not None]
    return bool(titles) and not any(AT_WORK.match(title) for title in titles)


def _title(process: psutil.Process) -> str | None:
    """Return what a process calls itself; None where it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return None


@dataclass(frozen=True, slots=True)
class Postgres:
    """One embedded server; `folder` is visible in its command line."""

    binaries: Path
    folder: Path
    sockets: Path
    logs: Path
    who: Ordinary
    environment: Mapping[str, str]

    def url(self, database: str = OWNER) -> str:
        """Return its address, as libpq, asyncpg and SQLAlchemy read it."""
        return f"postgresql://{OWNER}@/{database}?host={quote(str(self.sockets), safe='/')}"

    def command(self) -> Command:
        """Return how to start the server."""
        settings = {**SETTINGS, "unix_socket_directories": f'"{self.sockets}"'}
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return self._command("postgres", [self.binaries / "postgres", "-D", self.folder, *options])

    def prepare(self, tick: Callable[[], None]) -> None:
        """Make the database if there is none, and end what an earlier server left running.

        `tick` is called while it waits and may raise to give up. Errors: CannotStart.
        """
        self.sockets.mkdir(mode=0o700, exist_ok=True)
        self.who.owns(self.sockets)
        if not self.folder.exists():
            self._create(tick)
        self.who.owns(self.folder)
        self._must_be_of_this_version()
        self.clear(tick)

    def clear(self, tick: Callable[[], None]) -> None:
        """End every process of a server that used this folder before, and forget its locks.

        A lock only names a process id, which after a restart of the machine may be anybody's; that nothing runs in
        the folder is known better here.
        """
        end_all_in(self.folder, first=signal.SIGQUIT, patience=LEFTOVER_PATIENCE, tick=tick)
        for lock in (self.folder / "postmaster.pid", *self.sockets.glob(".s.PGSQL.*")):
            lock.unlink(missing_ok=True)

    def is_ready(self, pid: int) -> bool:
        """Say whether the server with this process id accepts connections (a standby, for reading), by its own word."""
        try:
            said = (self.folder / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(said) > 7 and said[0] == str(pid) and said[7].strip() in ("ready", "standby")

    def _create(self, tick: Callable[[], None]) -> None:
        """Make it under another name first, so that a half-made one is never taken for a database."""
        unfinished = self.folder.with_name("postgres-unfinished")
        if unfinished.exists():
            end_all_in(unfinished, first=signal.SIGKILL, patience=LEFTOVER_PATIENCE, tick=tick)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self.who.owns(unfinished)
        initdb: Arguments = [self.binaries / "initdb", "-D", unfinished, *self._options()]
        self._run("initdb", initdb, tick)
        single: Arguments = [self.binaries / "postgres", "--single", "-D", unfinished, "postgres"]
        self._run("createdb", single, tick, told=f"CREATE DATABASE {OWNER}\n".encode())
        unfinished.rename(self.folder)

    def _options(self) -> list[str]:
        builtin = version(self.binaries / "postgres") >= BUILTIN_LOCALES_SINCE
        locale = ("--locale-provider=builtin", "--locale=C.UTF-8") if builtin else ("--locale=C.UTF-8",)
        return ["-U", OWNER, "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--data-checksums", *locale]

    def _run(self, name: str, arguments: Arguments, tick: Callable[[], None], told: bytes = b"") -> None:
        command = self._command(name, arguments, told)
        code, said = run_to_end(command, self.logs, patience=INITDB_PATIENCE, tick=tick)
        if code != 0:
            raise CannotStart(f"PostgreSQL's {name} failed, in {self.folder.parent}: {said or code}")

    def _command(self, name: str, arguments: Arguments, told: bytes = b"") -> Command:
        return Command(
            name,
            arguments,
            self.environment,
            told=told,
            become=self.who.become,
            when_we_die=signal.SIGQUIT,  # at once, and it takes its backends along
        )

    def _must_be_of_this_version(self) -> None:
        ours, theirs = version(self.binaries / "postgres"), (self.folder / "PG_VERSION").read_text().strip()
        if str(ours) != theirs:
            raise CannotStart(
                f"{self.folder} was made by PostgreSQL {theirs} and this is {ours}: "
                "set APPRODO_POSTGRES_BIN to that version, or APPRODO_DATA to a new folder"
            )
