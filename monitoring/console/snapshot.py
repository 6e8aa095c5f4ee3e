"""The snapshot: what the page shows, as one value."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.switch import Pause
from core.storage.pressure import Lane
from monitoring.console.forecast import Pace


@dataclass(frozen=True, slots=True)
class Civil:
    """The civil clock, where it is shifted."""

    now: datetime
    offset_seconds: float


@dataclass(frozen=True, slots=True)
class Ledger:
    """Whether PostgreSQL answers, and how old what it said is."""

    reachable: bool
    age_seconds: float


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers at the head of the page; None where nothing is known."""

    acks_per_second: float | None
    ack_p50_seconds: float | None
    ack_p99_seconds: float | None
    batch_size: float | None  # items a commit, on average
    backlog: int | None  # live work rows that are due, offered or under way
    oldest_due_seconds: float | None
    buried: int | None
    silent: int | None
    refused_per_second: float | None
    decided_per_second: float | None


@dataclass(frozen=True, slots=True)
class Point(Figures):
    """The figures at one moment, to be drawn."""

    at: float  # Unix seconds
    channels: Mapping[str, int]  # the backlog of each; empty where nothing is known


@dataclass(frozen=True, slots=True)
class Registry:
    """How a registry has been in the last five minutes."""

    registry: str
    calls: int
    outcomes: dict[str, int]
    p50_seconds: float | None
    p99_seconds: float | None
    breaker: str  # the worst of all processes: open, half_open, closed


@dataclass(frozen=True, slots=True)
class Gauge:
    """A number of the counter's, as it is now: what admission goes by."""

    name: str
    value: float
    unit: str  # "s", or nothing


@dataclass(frozen=True, slots=True)
class Register:
    """The emergency register, as the counter that knows most of it has it; None where nobody has counted."""

    stands_in: bool
    waiting: int
    oldest_seconds: float
    for_a_person: int | None
    interrupted_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Tallied:
    """How often something came out."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class Process:
    """One process of this copy."""

    process: str
    pid: int
    up: bool
    restarts: int
    started_at: datetime | None
    in_hand: int | None  # work rows it holds a lease of; None for who holds none ever


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the page shows."""

    at: datetime
    environment: str
    civil: Civil | None
    ledger: Ledger
    bell_reachable: bool | None
    figures: Figures
    points: Sequence[Point]
    lanes: Sequence[Lane]
    attempts: Sequence[Tallied]
    registries: Sequence[Registry]
    buried: Sequence[Tallied]
    refusals: Sequence[Tallied]
    decisions: Sequence[Tallied]
    submissions: Sequence[Tallied]
    processes: Sequence[Process]
    pauses: Sequence[Pause]
    paces: Sequence[Pace]
    gauges: Sequence[Gauge]
    register: Register | None  # where no counter says anything of it
    broken: int = 0  # attempts our own code failed at, in the last five minutes
    skew_seconds: float | None = None  # how far PostgreSQL's clock and a machine's are apart, the worst

    @property
    def on_the_register(self) -> bool:
        """Say whether PostgreSQL is away, and the emergency register takes saves and filings in its place."""
        return not self.ledger.reachable and self.register is not None and self.register.stands_in
