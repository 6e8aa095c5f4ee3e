"""`python -m loadtest.capacity`: find the highest rate at which the objectives hold; write .approdo/capacity.json."""

import json
import os
import shutil
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from loadtest.bench import database, machine
from loadtest.bench.database import Database
from loadtest.bench.line import LineBroken
from loadtest.bench.load import NotAnswered
from loadtest.capacity import costs
from loadtest.capacity.applications import PER_FILING, STEPS, Applications
from loadtest.capacity.bottleneck import named
from loadtest.capacity.search import highest
from loadtest.capacity.trial import LINES, Offer, Trial
from loadtest.rehearsal import stack
from loadtest.rehearsal.stack import NotStarted, Stack

SECONDS = 8.0  # of each rate
SEARCH = 150.0  # seconds after which no further rate is tried: all of it ends within five minutes
WARM = 4.0
FIRST, PRESSED = 60.0, 4.0  # a rate that any machine holds; seconds of full load that say where to look
ON_TOP = 0.9  # of what full load gave, where the search begins
CIVIL_NOW = "2025-11-20T09:00:00+01:00"  # inside the filing window of the programme


def main() -> None:
    """Search, print, and write. Exit 1 where the system did not start, or no rate was seen to hold."""
    parser = ArgumentParser(prog="make capacity", description=__doc__)
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long each rate is offered")
    parser.add_argument("--seed", type=int, default=20_251_120)
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    data = Path(os.environ.get("APPRODO_DATA") or ".approdo").absolute()
    try:
        with _system(data / "capacity") as system, database.opened(system.where()["database_url"]) as ledger:
            found = measure(system, ledger, asked.seconds, Random(asked.seed))  # noqa: S311 (a load, not a secret)
    except (NotStarted, LineBroken, NotAnswered, OSError) as error:
        sys.exit(f"capacity: {error}")
    (data / "capacity.json").write_text(json.dumps(found, indent=1) + "\n")
    sys.stdout.write("\n" + "\n".join(told(found)) + f"\n\n{data / 'capacity.json'}\n")
    sys.exit(0 if found["rate_per_s"] else 1)


@dataclass(slots=True)
class _Search:
    """The trials of one search, in the order in which they were made."""

    offer: Offer
    seconds: float
    trials: list[Trial]
    until: float = field(default_factory=lambda: time.monotonic() + SEARCH)

    def has_time(self) -> bool:
        """Say whether one more rate may be tried."""
        return time.monotonic() < self.until

    def holds(self, rate: float) -> bool:
        """Try a rate, and once more where it did not hold: a machine has slow moments."""
        trial = self._tried(rate)
        return trial.holds or self._tried(rate).holds

    def _tried(self, rate: float) -> Trial:
        trial = self.offer.offer(rate, self.seconds)
        self.trials.append(trial)
        _say(_row(trial))
        return trial


def measure(system: Stack, ledger: Database, seconds: float, random: Random) -> dict[str, Any]:
    """Return what was found, as it is written down."""
    applications = Applications(random)
    port = urlsplit(system.where()["http"]).port or 80
    offer = Offer(port, applications, system.pids(), ledger, random)
    before = costs.standing(ledger)
    offer.press(WARM)
    pressed = offer.press(PRESSED)
    _say(f"full load on {LINES} lines: {pressed:,.0f} requests a second")
    search = _Search(offer, seconds, [])
    rate, above = highest(search.holds, max(FIRST, 0.5 * pressed), ON_TOP * pressed, may_go_on=search.has_time)
    stored = costs.grown(ledger, before, applications.answers.total() - applications.refused)
    at = max((one for one in search.trials if one.holds), key=lambda one: one.rate, default=None)
    over = min((one for one in search.trials if one.rate == above), key=lambda one: one.holds, default=None)
    cores = float(len(os.sched_getaffinity(0)))
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rate_per_s": rate,
        "filings_per_s": rate / PER_FILING,
        "requests_per_filing": PER_FILING,
        "steps": STEPS,
        "did_not_hold_at": above if over else None,
        "missed": over.missed if over else [],
        "bottleneck": named(over, cores) if over else "not reached",
        "generator_was_busy": bool(over and not over.is_ours),
        "p50_s": at.p50 if at else None,
        "p99_s": at.p99 if at else None,
        "crew": system.crew(),
        "costs": costs.of(at) if at else {},
        "stored": stored,
        "trials": [{**asdict(one), "holds": one.holds} for one in search.trials],
        "machine": machine.described(),
        "versions": machine.versions(ledger.value("SHOW server_version"), system.pids()["valkey"]),
    }


def told(found: dict[str, Any]) -> Iterator[str]:
    """Yield what was found, for people."""
    if not found["rate_per_s"]:
        yield f"no rate was seen to hold: {'; '.join(found['missed'])}"
        return
    yield (
        f"capacity: {found['rate_per_s']:,.0f} requests a second, {found['filings_per_s']:.1f} filings a second"
        f" ({found['requests_per_filing']} requests each), 99 of 100 within {found['p99_s'] * 1000:.0f} ms"
    )
    if found["did_not_hold_at"]:
        yield f"not at {found['did_not_hold_at']:,.0f}: {'; '.join(found['missed'])}"
    yield f"bottleneck: {found['bottleneck']}"
    each = ", ".join(f"{part} {cost * 1000:.1f}" for part, cost in found["costs"]["cpu_s_per_filing"].items())
    yield f"CPU of one filing with its decision, in ms: {each}"
    yield f"stored by one filing: {found['stored']['bytes_per_filing'] / 1024:.0f} kB"


@contextmanager
def _system(place: Path) -> Iterator[Stack]:
    shutil.rmtree(place, ignore_errors=True)
    began = time.monotonic()
    with stack.running(place / "data", {"APPRODO_CIVIL_NOW": CIVIL_NOW}) as system:
        _say(f"a system of its own is ready after {time.monotonic() - began:.0f} s")
        yield system
    shutil.rmtree(place, ignore_errors=True)


def _row(trial: Trial) -> str:
    result = "holds" if trial.holds else f"does not hold: {'; '.join(trial.missed)}"
    return f"{trial.rate:7,.0f} requests a second: 99 of 100 within {trial.p99 * 1000:6.0f} ms, {result}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
