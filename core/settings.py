"""Every environment variable, read once, grouped, frozen and checked at start."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from pydantic import AwareDatetime, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

EARLIEST, LATEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)  # of the civil clock
STOP_WAITS = timedelta(seconds=10)  # how long requests under way may take once the counter is told to stop
TEN_YEARS = timedelta(days=3_650)  # a token cannot tell a day after 2106, nor a calendar one after 9999


PREFIX = "APPRODO_"


class SettingsError(Exception):
    """A setting is wrong; the message is one line that names the variable."""


class Environment(StrEnum):
    """Where this runs; development alone offers demonstration switches (the civil clock, stand-ins)."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


class _Group(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore", env_ignore_empty=True)

    @field_validator("*")
    @classmethod
    def _lasts(cls, value: object) -> object:
        """A wait of nothing is a loop that never rests, and one of less than nothing a promise broken at once."""
        if isinstance(value, timedelta) and value <= timedelta(0):
            raise ValueError("must be longer than nothing")
        return value


class Place(_Group):
    """Where this copy lives and what it is called."""

    environment: Environment = Environment.DEVELOPMENT  # development alone offers demonstration switches
    data: Path = Path(".approdo")  # everything this copy keeps: database, keys, logs, run files
    keys: Path | None = None  # key files; default: <data>/keys
    process: str = Field(default="", pattern=r"^[a-z0-9-]{0,40}$")  # the name of this process in metrics and logs
    http_port: int = Field(default=8000, ge=1, le=65535)  # the public port
    ops_port: int = Field(default=8001, ge=1, le=65535)  # the operators' port, loopback only
    socket_fd: int | None = Field(default=None, ge=0)  # a listening socket, handed down in place of a port
    traces_url: str | None = None  # where spans are sent, OTLP over HTTP; unset: nowhere, and no library is loaded
    public_url: str | None = None  # where callers reach the counter; unset: the contract points to where it was read
    status_url: str | None = None  # where callers reach the public status page; unset: on the operators' port
    status_port: int | None = Field(default=None, ge=1, le=65535)  # a port for the public status page and nothing else
    status_host: str = "127.0.0.1"  # the address that port listens at
    synthetic: timedelta | None = None  # how often a synthetic applicant files, end to end; unset: never
    civil_now: AwareDatetime | None = Field(
        default=None, ge=EARLIEST, lt=LATEST
    )  # sets the civil clock at first start; RFC 3339 with its offset

    @model_validator(mode="after")
    def _ports_differ(self) -> Self:
        if self.http_port == self.ops_port:
            raise ValueError("APPRODO_HTTP_PORT and APPRODO_OPS_PORT must differ")
        return self

    @model_validator(mode="after")
    def _address_is_http(self) -> Self:
        _must_begin("APPRODO_PUBLIC_URL", self.public_url, ("http", "https"))
        _must_begin("APPRODO_TRACES_URL", self.traces_url, ("http", "https"))
        _must_begin("APPRODO_STATUS_URL", self.status_url, ("http", "https"))
        return self

    @property
    def keys_folder(self) -> Path:
        """The folder of the key files."""
        return self.keys or self.data / "keys"

    @property
    def status_page(self) -> str | None:
        """The address of the public status page, where there is one: a copy for development has it on this machine."""
        if self.status_url is not None:
            return f"{self.status_url.rstrip('/')}/stato"
        return f"http://localhost:{self.ops_port}/stato" if self.environment is Environment.DEVELOPMENT else None

    @property
    def public_folder(self) -> Path:
        """The folder of what the public is told: the book of incidents, and the desk."""
        return self.data / "public"

    @property
    def mail_folder(self) -> Path:
        """The folder of letters that no mail server takes, in development."""
        return self.data / "mail"

    @property
    def pages(self) -> str:
        """Where the mother's pages are, as letters say it."""
        return self.public_url or f"http://localhost:{self.http_port}"

    @property
    def run_folder(self) -> Path:
        """The folder in which each process says where it can be found."""
        return self.data / "run"

    @property
    def register_folder(self) -> Path:
        """The folder of the emergency register's journal, shared by the counters of one machine."""
        return self.data / "register"


class MailTls(StrEnum):
    """How the line to the mail server is kept private."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"  # only for a server on this very machine


class Mail(_Group):
    """Letters: notices to applicants, and to the office. Without a mail server production sends none."""

    mail_host: str | None = None  # the mail server; unset: in development letters are written to <data>/mail
    mail_port: int = Field(default=587, ge=1, le=65535)  # its port
    mail_tls: MailTls = MailTls.STARTTLS  # how the line is kept private
    mail_sender: str = Field(
        default="approdo@approdo.example", pattern=r"^([^<>\r\n]*<[^\s@<>]+@[^\s@<>]+>|[^\s@<>]+@[^\s@<>]+)$"
    )  # the sender of every letter
    mail_user: str | None = None  # the name to log in with, if the server asks
    mail_password_file: Path | None = None  # the file that holds the password, and nothing else
    mail_office: str | None = Field(
        default=None, pattern=r"^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]+$"
    )  # the address that is told of complaints
    mail_patience: timedelta = timedelta(days=5)  # how long a letter is tried; then a person takes over
    letters: bool = True  # whether letters are sent at all


class Crew(_Group):
    """How many of each process one machine runs."""

    counters: int = Field(default=1, ge=1, le=64)  # processes that take requests, on one public socket
    workers: int = Field(default=2, ge=1, le=64)  # processes that move accepted work
    relays: int = Field(default=1, ge=1, le=16)  # processes that bring due work to the bell


class Stores(_Group):
    """The ledger and the bell; unset means the embedded parts."""

    database_url: str | None = Field(default=None, validation_alias="DATABASE_URL")  # PostgreSQL
    database_url_file: Path | None = Field(
        default=None, validation_alias="DATABASE_URL_FILE"
    )  # a file that holds the same, for a secret
    redis_url: str | None = Field(default=None, validation_alias="REDIS_URL")  # Redis or Valkey
    postgres_bin: Path | None = None  # programs of the embedded PostgreSQL; default: the wheel's, else Debian's newest
    pool_size: int = Field(default=5, ge=1, le=100)  # connections a process keeps for reading
    sync_standby: bool = False  # nothing is acknowledged unless a synchronous standby of PostgreSQL holds it too

    @model_validator(mode="after")
    def _addresses_are_of_the_right_kind(self) -> Self:
        _must_begin("DATABASE_URL", self.database_url, ("postgresql", "postgres"))
        _must_begin("REDIS_URL", self.redis_url, ("redis", "rediss", "unix"))
        return self

    def named_database(self) -> str | None:
        """Return the address of PostgreSQL that somebody named, here or in a file; None: nobody did.

        Errors: SettingsError, if the file cannot be read or holds no address.
        """
        return self.database_url or _kept_in(self.database_url_file)


class Counter(_Group):
    """The counter's limits."""

    body_bytes: int = Field(default=65_536, ge=1_024)  # the largest body of a request
    deadline: timedelta = Field(
        default=timedelta(seconds=9), lt=STOP_WAITS
    )  # from joining a batch to its answer; less than a stop waits
    batch: int = Field(default=256, ge=1, le=2_000)  # the most items one commit carries
    waiting: int = Field(default=4_096, ge=1)  # items that may wait for a commit; beyond it 503
    under_way: int = Field(default=512, ge=1)  # requests under way at once, at most; the limit adapts below it
    under_way_least: int = Field(default=16, ge=1)  # how low that limit may go
    answer: timedelta = timedelta(milliseconds=250)  # what an answer may take before fewer requests are let in
    draft_life: timedelta = Field(default=timedelta(days=120), le=TEN_YEARS)  # how long a draft can be saved to
    draft_retention: timedelta = Field(
        default=timedelta(days=30), le=TEN_YEARS
    )  # how long after that an unfiled draft is kept

    @model_validator(mode="after")
    def _least_below_most(self) -> Self:
        if self.under_way_least > self.under_way:
            raise ValueError("APPRODO_UNDER_WAY_LEAST must not be more than APPRODO_UNDER_WAY")
        return self


class Emergency(_Group):
    """The emergency register: what is taken while PostgreSQL is away."""

    register_copies: int = Field(
        default=1, ge=0, le=9
    )  # durable copies before an acknowledgement, this machine's included; 0: nothing is taken
    register_peers: str = ""  # base addresses of the other counters' ports for copies, separated by spaces
    register_host: str = "127.0.0.1"  # where this counter listens for the copies of others
    register_port: int | None = Field(default=None, ge=1, le=65535)  # and its port; unset: it keeps none for others

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        for address in self.peers:
            _must_begin("APPRODO_REGISTER_PEERS", address, ("http", "https"))
        if self.register_copies > 1 + len(self.peers):
            raise ValueError("APPRODO_REGISTER_COPIES asks for more copies than APPRODO_REGISTER_PEERS can keep")
        return self

    @property
    def peers(self) -> list[str]:
        """The addresses, one by one."""
        return self.register_peers.split()


class Loop(_Group):
    """The work loop: leases, offers, and how long we are patient."""

    batch_ids: int = Field(default=200, ge=1, le=1_000)  # ids in one message
    lease: timedelta = timedelta(seconds=20)  # how long a silent worker holds what it claimed
    heartbeat: timedelta = timedelta(seconds=5)  # how often a worker renews its leases
    reoffer: timedelta = timedelta(seconds=15)  # what was offered and not claimed comes round again
    relay_interval: timedelta = timedelta(milliseconds=200)  # between two rounds of a relay
    poll_interval: timedelta = timedelta(seconds=3)  # how often a worker looks for itself while the bell is silent
    drain: timedelta = timedelta(seconds=4)  # how long a stopping worker finishes what it holds
    base: timedelta = timedelta(seconds=5)  # backoff: min(cap, base * 2^n) with full jitter
    cap: timedelta = timedelta(minutes=15)  # the longest wait before another attempt
    patience: timedelta = timedelta(hours=24)  # how long attempts go on; then a person takes over
    lone_crashes: int = Field(default=3, ge=1)  # crashes alone that bury a work row

    @model_validator(mode="after")
    def _inner_before_outer(self) -> Self:
        if not self.heartbeat * 2 < self.lease:
            raise ValueError("APPRODO_HEARTBEAT must be less than half of APPRODO_LEASE")
        return self


class Registries(_Group):
    """The services that verify."""

    registries_url: str | None = None  # base address; the development stack gives the stand-ins'
    registry_concurrency: int = Field(default=32, ge=1)  # calls under way at one registry, per process

    @model_validator(mode="after")
    def _address_is_http(self) -> Self:
        _must_begin("APPRODO_REGISTRIES_URL", self.registries_url, ("http", "https"))
        return self


class Backups(_Group):
    """Whom backups are sealed for, and what opens them (age)."""

    backup_recipient: str | None = Field(
        default=None, pattern=r"^age1[0-9a-z]{58}$"
    )  # a public key; in production it must be named, in development one is made
    backup_identity: Path | None = None  # the file that opens backups; default: <data>/backups/identity


@dataclass(frozen=True, slots=True)
class Settings:
    """All groups; the composition root of a process takes them apart and passes values down."""

    place: Place
    crew: Crew
    stores: Stores
    counter: Counter
    emergency: Emergency
    loop: Loop
    registries: Registries
    mail: Mail
    backups: Backups

    @property
    def sends_letters(self) -> bool:
        """Say whether what is written as a notice goes anywhere."""
        somewhere = self.mail.mail_host is not None or self.place.environment is Environment.DEVELOPMENT
        return self.mail.letters and somewhere

    @property
    def backups_folder(self) -> Path:
        """The folder of the backups, each in one of its own."""
        return self.place.data / "backups"

    def database_url(self) -> str:
        """Return the address of PostgreSQL: DATABASE_URL, or that of the copy that runs on this data."""
        return _needed("DATABASE_URL", self.stores.named_database() or _of_the_running_copy(self.place))

    def redis_url(self) -> str:
        """Return the address of Redis or Valkey."""
        return _needed("REDIS_URL", self.stores.redis_url)

    def registries_url(self) -> str:
        """Return the base address of the registries."""
        return _needed("APPRODO_REGISTRIES_URL", self.registries.registries_url)


GROUPS = (Place, Crew, Stores, Counter, Emergency, Loop, Registries, Mail, Backups)  # in the order of Settings


def load() -> Settings:
    """Read and check the environment.

    Errors: SettingsError with one line that names what is wrong, never the value (it may be a secret).
    """
    try:
        known = Settings(Place(), Crew(), Stores(), Counter(), Emergency(), Loop(), Registries(), Mail(), Backups())
    except ValidationError as error:
        raise SettingsError(_one_line(error)) from None
    if known.stores.sync_standby and known.emergency.register_copies == 1:
        raise SettingsError(
            "APPRODO_REGISTER_COPIES: one copy is less than what APPRODO_SYNC_STANDBY wants to be acknowledged; "
            "name two or more, or 0 for no emergency register"
        )
    return known


def no_setting(variables: Iterable[str]) -> str | None:
    """Return one line about the first of these variables that looks like a setting and is none; None if all are known.

    For a person at a terminal, who may have mistyped it; a container's own variables may begin like ours.
    """
    known = sorted(_variable(group, name) for group in GROUPS for name in group.model_fields)
    for variable in sorted(variables):
        if variable.startswith(PREFIX) and variable not in known:
            alike = get_close_matches(variable.removeprefix(PREFIX), [name.removeprefix(PREFIX) for name in known], n=1)
            hint = f": is {PREFIX}{alike[0]} meant?" if alike else " (docs/settings.md lists them)"
            return f"{variable} is no setting{hint}"
    return None


def _variable(group: type[_Group], name: str) -> str:
    return str(group.model_fields[name].validation_alias or f"{PREFIX}{name.upper()}")


def _kept_in(file: Path | None) -> str | None:
    """Return what a file of a secret holds. Errors: SettingsError, which names the setting and nothing it holds."""
    if file is None:
        return None
    try:
        address = file.read_text().strip()
    except (OSError, ValueError):
        raise SettingsError("DATABASE_URL_FILE names a file that cannot be read") from None
    if not address.startswith(("postgresql://", "postgres://")):
        raise SettingsError("DATABASE_URL_FILE must hold an address that begins with postgresql://")
    return address


def _of_the_running_copy(place: Place) -> str | None:
    """Return what `make run` wrote down about the system it runs, so that operators' commands find it."""
    try:
        address: str | None = json.loads((place.run_folder / "system.json").read_bytes()).get("database_url")
    except (OSError, ValueError):
        return None
    return address


def _needed(variable: str, value: str | None) -> str:
    if value is None:
        raise SettingsError(f"{variable} is not set, and no system that `make run` started is running on this data")
    return value


def _must_begin(variable: str, value: str | None, schemes: tuple[str, ...]) -> None:
    if value is None:
        return
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018 (read, so that it is checked)
    except ValueError:
        raise ValueError(f"{variable} is no address: its host or its port cannot be read") from None
    if parts.scheme not in schemes or (schemes[0] == "http" and not parts.hostname):
        raise ValueError(f"{variable} must be an address that begins with {schemes[0]}://")


def _one_line(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    name = "_".join(str(part) for part in first["loc"]).upper()
    reason = first["msg"].removeprefix("Value error, ")
    if not name:
        return reason
    return f"{name if name.endswith('_URL') and not name.startswith('REG') else 'APPRODO_' + name}: {reason}"
