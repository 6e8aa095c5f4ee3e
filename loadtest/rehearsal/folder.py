"""folder: what a rehearsal leaves behind, file by file; the verdict and the report read nothing else.

All seconds are counted from `started_at`, the instant at which the load began.
"""

import csv
import gzip
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

#: One line per second: how many people meant to arrive in it, how many did, how many found no room in the generator.
OFFERED = ("second", "intended", "started", "dropped")

#: One line per request; its operation is draft, save, read, submission, standing or look. `intended_at` is when its
#: person meant to send it, which is where its latency counts from; `code` is the problem's, or what broke; `retry` is 1
#: where the same thing had been sent before. `retry_after`: when she was told to come again, in seconds; `certified`: a
#: certificate of the attempt came with it; `waits`: she does as she is told; `gave_up`: it was to be kept, and she
#: never asked again.
ANSWERS = (
    "intended_at",
    "started_at",
    "answered_at",
    "operation",
    "channel",
    "status",
    "code",
    "retry",
    "retry_after",
    "certified",
    "waits",
    "gave_up",
)

#: Processes that are sampled; each has the columns `<name>_cpu_s` (used since it was first seen, its successors'
#: included) and `<name>_rss_mb`. `others`: whatever else runs on the machine, of which only the CPU is known.
OTHERS = "others"
PROCESSES = ("counter", "workers", "relay", "monitoring", "postgres", "valkey", "standins", "generator", OTHERS)

#: One line per second; a cell is empty where nobody could say. `decided` counts decisions since the load began.
SAMPLES = (
    "second",
    "backlog",
    "oldest_due_s",
    "decided",
    "buried",
    *(f"{name}_{what}" for name in PROCESSES for what in ("cpu_s", "rss_mb")),
)


@dataclass(frozen=True, slots=True)
class Folder:
    """One rehearsal's folder, `.approdo/rehearsals/<time>/`."""

    place: Path

    @property
    def run(self) -> Path:
        """What was done: `run.json`."""
        return self.place / "run.json"

    @property
    def offered(self) -> Path:
        """OFFERED, as CSV with a header."""
        return self.place / "offered.csv"

    @property
    def answers(self) -> Path:
        """ANSWERS, as compressed CSV with a header."""
        return self.place / "answers.csv.gz"

    @property
    def ledger(self) -> Path:
        """The client's own log (loadtest/ledger.py)."""
        return self.place / "ledger.jsonl"

    @property
    def samples(self) -> Path:
        """SAMPLES, as CSV with a header."""
        return self.place / "samples.csv"

    @property
    def stack(self) -> Path:
        """The data of the system that was rehearsed on."""
        return self.place / "stack"


def rows(file: Path) -> Iterator[Mapping[str, str]]:
    """Yield the lines of a CSV file, compressed or not, by the names of its header."""
    with gzip.open(file, "rt", newline="") if file.suffix == ".gz" else file.open(newline="") as text:
        yield from csv.DictReader(text)


def write(file: Path, columns: Iterable[str], lines: Iterable[Iterable[object]]) -> None:
    """Write a CSV file, compressed where its name says so."""
    with gzip.open(file, "wt", newline="") if file.suffix == ".gz" else file.open("w", newline="") as text:
        writer = csv.writer(text)
        writer.writerow(columns)
        writer.writerows(lines)
