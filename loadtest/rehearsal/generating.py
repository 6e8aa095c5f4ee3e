"""generating: Locust as a process of its own, one or several, and what they wrote put together."""

import csv
import gzip
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from loadtest.bench.program import die_with_parent
from loadtest.ports import free_port
from loadtest.rehearsal.folder import ANSWERS, OFFERED, Folder, write
from loadtest.rehearsal.stack import ROOT

BEGINS: Final = 60.0  # seconds until the first may come
STOPS: Final = 20.0
CROWD: Final = ROOT / "loadtest" / "rehearsal" / "crowd.py"


class NotGenerated(Exception):
    """Locust did not begin, or left nothing behind; the message holds its last lines."""


@dataclass(frozen=True, slots=True)
class Order:
    """What the generators are to do. `web`: a port of this machine for Locust's page, None for headless."""

    host: str
    profile: str
    seed: int
    scale: float = 0.0
    seconds: float = 0.0
    pace: float = 0.0
    generators: int = 1
    web: int | None = None
    mix: Mapping[str, float] = field(default_factory=dict)

    def arguments(self, place: Path) -> list[str]:
        """Return them as Locust's command line."""
        numbers = {"seed": self.seed, "scale": self.scale, "seconds": self.seconds, "pace": self.pace, **self.mix}
        told = {"host": self.host, "load-profile": self.profile, "folder": str(place), **numbers}
        told["generators"] = self.generators
        return [part for name, value in told.items() for part in (f"--{name}", f"{value}")]


class Generating:
    """Locust at work; `began` is None until the first may come, in seconds since the epoch."""

    def __init__(self, order: Order, place: Path) -> None:
        self._order, self._place = order, place
        (place / "locust").mkdir(parents=True, exist_ok=True)
        self._processes = list(self._started())
        self.began: float | None = None

    def pids(self) -> list[int]:
        """Return the processes that make load."""
        makers = self._processes[1:] or self._processes
        return [process.pid for process in makers if process.poll() is None]

    def wait_until_begun(self) -> float:
        """Return when the load began, in seconds since the epoch. Errors: NotGenerated."""
        give_up_at = time.monotonic() + BEGINS
        while len(found := list(self._told("began"))) < self._order.generators:
            if not self.runs() or time.monotonic() > give_up_at:
                raise NotGenerated(f"the load did not begin:\n{self.said()}")
            time.sleep(0.02)
        self.began = min(one["started_at"] for one in found)
        return self.began

    def runs(self) -> bool:
        """Say whether people still come or settle; Locust itself goes on until it has written its own report."""
        return self._processes[0].poll() is None and len(list(self._told("ended"))) < self._order.generators

    def stop(self) -> None:
        """End every process, the asked way first."""
        give_up_at = time.monotonic() + STOPS
        while self._any_runs() and not self.runs() and time.monotonic() < give_up_at:
            time.sleep(0.1)  # it writes its own report
        for process in self._processes:
            with suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        for process in self._processes:
            try:
                process.wait(STOPS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def said(self) -> str:
        """Return the end of what Locust wrote."""
        return (self._place / "locust" / "locust.log").read_text(errors="replace")[-2_000:]

    def gather(self, folder: Folder) -> dict[str, Any]:
        """Put together what all generators wrote; return what they say of themselves. Errors: NotGenerated."""
        began, ended = list(self._told("began")), list(self._told("ended"))
        if self.began is None or len(ended) < self._order.generators:
            raise NotGenerated(f"a generator left nothing behind:\n{self.said()}")
        late = [one["started_at"] - self.began for one in began]
        places = [self._place / f"generator-{number}" for number in range(self._order.generators)]
        lateness = _put_answers_together(places, late, folder.answers)
        _put_offered_together([place / "offered.csv" for place in places], folder.offered)
        _put_ledgers_together([place / "ledger.jsonl" for place in places], folder.ledger)
        for place in places:
            shutil.rmtree(place)
        return {
            "processes": self._order.generators,
            "cpu_share": round(max(one["cpu_s"] / one["seconds"] for one in ended), 3),
            "cpu_s": round(sum(one["cpu_s"] for one in ended), 2),
            "seconds": round(max(one["seconds"] for one in ended), 2),
            "arrivals": sum(one["arrivals"] for one in ended),
            "dropped": sum(one["dropped"] for one in ended),
            "left": sum(one["left"] for one in ended),
            "broken_journeys": [text for one in ended for text in one["broken"]],
            "lateness_p99_ms": round(1000 * lateness, 2),
        }

    def _any_runs(self) -> bool:
        return any(process.poll() is None for process in self._processes)

    def _told(self, name: str) -> Iterator[dict[str, Any]]:
        for number in range(self._order.generators):
            with suppress(OSError):
                yield json.loads((self._place / f"generator-{number}" / f"{name}.json").read_text())

    def _started(self) -> Iterator["subprocess.Popen[bytes]"]:
        said = self._order.arguments(self._place)
        place = self._place / "locust"
        kept = ["--csv", str(place / "stats"), "--html", str(place / "locust.html")]
        page = ["--headless", "--only-summary"]
        if self._order.web is not None:
            page = ["--autostart", "--autoquit", "1", "--web-host", "127.0.0.1", "--web-port", str(self._order.web)]
        if self._order.generators == 1:
            yield self._locust([*said, *kept, *page])
            return
        port = str(free_port())
        waits = ["--expect-workers", str(self._order.generators)]
        yield self._locust(
            [*said, *kept, *page, *waits, "--master", "--master-bind-host", "127.0.0.1", "--master-bind-port", port]
        )
        for _ in range(self._order.generators):
            yield self._locust([*said, "--worker", "--master-host", "127.0.0.1", "--master-port", port])

    def _locust(self, arguments: Sequence[str]) -> "subprocess.Popen[bytes]":
        with (self._place / "locust" / "locust.log").open("ab") as output:
            return subprocess.Popen(  # noqa: S603 (a command of our own making)
                [sys.executable, "-m", "locust", "-f", str(CROWD), "--loglevel", "WARNING", *arguments],
                cwd=ROOT,
                env={name: value for name, value in os.environ.items() if not name.startswith("LOCUST_")},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=die_with_parent,  # noqa: PLW1509 (threads begin after it)
            )


def _put_answers_together(places: Iterable[Path], late: Iterable[float], target: Path) -> float:
    """Write all answers into one compressed file; return by how many seconds 99 of 100 were at most sent late."""
    lateness = []
    with gzip.open(target, "wt", newline="", compresslevel=3) as text:
        writer = csv.writer(text)
        writer.writerow(ANSWERS)
        for place, by in zip(places, late, strict=True):
            with (place / "answers.csv").open(newline="") as answers:
                for line in list(csv.reader(answers))[1:]:
                    due, started, ended = (float(cell) + by for cell in line[:3])
                    lateness.append(started - due)
                    writer.writerow([f"{due:.6f}", f"{started:.6f}", f"{ended:.6f}", *line[3:]])
    return sorted(lateness)[int(len(lateness) * 0.99)] if lateness else 0.0


def _put_offered_together(files: Iterable[Path], target: Path) -> None:
    sums: dict[int, Counter[str]] = {}
    for file in files:
        with file.open(newline="") as text:
            for line in csv.DictReader(text):
                sums.setdefault(int(line["second"]), Counter()).update({name: int(line[name]) for name in OFFERED[1:]})
    write(target, OFFERED, ([second, *(sums[second][name] for name in OFFERED[1:])] for second in sorted(sums)))


def _put_ledgers_together(files: Sequence[Path], target: Path) -> None:
    """One log after the other; intents are numbered on, so that none has the number of another."""
    if len(files) == 1:
        shutil.copyfile(files[0], target)
        return
    with target.open("w") as all_of_them:
        before = 0
        for file in files:
            highest = before
            with file.open() as lines:
                for line in map(json.loads, lines):
                    if line["intent"] is not None:
                        line["intent"] += before
                        highest = max(highest, line["intent"])
                    all_of_them.write(json.dumps(line) + "\n")
            before = highest
