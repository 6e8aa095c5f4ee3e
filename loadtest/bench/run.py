"""A run: every system in every round, on the same machine, with the same bodies."""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random

from loadtest.bench import machine
from loadtest.bench.contestant import Contestant, Server
from loadtest.bench.counters import Counters, section_requests
from loadtest.bench.figures import Round
from loadtest.bench.filings import Filings
from loadtest.bench.jobs import Jobs
from loadtest.bench.our_jobs import OurWorkers
from loadtest.bench.plan import Plan
from loadtest.bench.prepared import prepare
from loadtest.bench.ratios import Ratio, found
from loadtest.bench.saves import Saves
from loadtest.bench.sections import NAMES, bodies
from loadtest.bench.stores import Stores
from loadtest.bench.their_jobs import TheirWorkers

CHILDREN = ("children",)
STARTED = time.monotonic()


class Lost(Exception):
    """The ledger does not hold what was acknowledged; figures of such a counter mean nothing."""


@dataclass(frozen=True, slots=True)
class Run:
    """What was measured, where, and what it came to."""

    plan: Plan
    machine: Mapping[str, object]
    versions: Mapping[str, str]
    titles: Mapping[str, str]  # name of a system: what it is, in the order of a round
    results: Mapping[str, Sequence[Round]]
    ratios: Sequence[Ratio]
    acknowledged: Mapping[str, int]  # and found in the ledger


def measure(plan: Plan, places: Stores, three: Counters) -> Run:
    """Carry out a plan. Errors: NotPrepared, NotStarted, NotAnswered, Refused, LineBroken, Lost."""
    about = machine.described()
    random = Random(plan.seed)  # noqa: S311 (arrivals, not secrets)
    ready = prepare(three.ours.port, plan, bodies(), _say)
    saves, children = Saves(ready.open, bodies()), Saves(ready.open, bodies(), CHILDREN)
    filings = Filings(ready.complete, random)
    contestants = _contestants(plan, places, three, saves, children, filings)
    results: dict[str, list[Round]] = {one.name: [] for one in contestants}
    for number in range(1, plan.rounds + 1):
        for one in contestants:
            _say(f"round {number} of {plan.rounds}: {one.title}")
            results[one.name].append(one.turn(plan, random))
    acknowledged = {"saves": ready.saved + saves.count + children.count, "submissions": filings.count}
    _must_be_kept(acknowledged, places)
    titles = {one.name: one.title for one in contestants}
    return Run(plan, about, _versions(places), titles, results, found(results), acknowledged)


def _contestants(
    plan: Plan, places: Stores, three: Counters, saves: Saves, children: Saves, filings: Filings
) -> list[Contestant]:
    parts = {"postgresql": places.postgresql, "valkey": places.valkey}
    port, ours = three.ours.port, {"counter": three.ours.pid, **parts}
    usual, empty = {"server": three.usual.pid, **parts}, {"server": three.empty.pid}
    every, heavy = (section_requests(bodies(), names) for names in (NAMES, CHILDREN))
    share = filings.left // plan.rounds
    return [
        Server("save", "our save, every section", port, ours, saves),
        Server("empty", "empty endpoint", three.empty.port, empty, every),
        Server("usual", "the usual way", three.usual.port, usual, every),
        Server("save-children", "our save, children", port, ours, children),
        Server("empty-children", "empty endpoint, children", three.empty.port, empty, heavy),
        Server("usual-children", "the usual way, children", three.usual.port, usual, heavy),
        Server("filing", "our submission", port, ours, filings, share),
        Jobs("advance", "our advance", OurWorkers(places)),
        Jobs("dramatiq", "Dramatiq, one message a job", TheirWorkers(places)),
    ]


def _must_be_kept(acknowledged: Mapping[str, int], places: Stores) -> None:
    tables = {"saves": "section_revision", "submissions": "submission"}
    for what, count in acknowledged.items():
        kept = places.ask(f"SELECT count(*) FROM {tables[what]}")  # noqa: S608 (our own names)
        if kept != count:
            raise Lost(f"{count:,} {what} were acknowledged and {kept:,} are in the ledger")


def _versions(places: Stores) -> dict[str, str]:
    return machine.versions(str(places.ask("SHOW server_version")), places.valkey)


def _say(line: str) -> None:
    sys.stdout.write(f"bench: {time.monotonic() - STARTED:6.1f} s  {line}\n")
    sys.stdout.flush()
