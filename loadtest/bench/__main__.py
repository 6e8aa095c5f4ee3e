"""`python -m loadtest.bench [quick]`: measure everything side by side, print it, and write .approdo/bench.json."""

import json
import os
import sys
import time
from pathlib import Path
from random import Random

from loadtest.bench import counters, machine, stores, table
from loadtest.bench.asker import Refused
from loadtest.bench.contestant import Contestant, Server
from loadtest.bench.counters import Counters, section_requests
from loadtest.bench.figures import Round
from loadtest.bench.filings import Filings
from loadtest.bench.jobs import Jobs
from loadtest.bench.line import LineBroken
from loadtest.bench.load import NotAnswered
from loadtest.bench.our_jobs import OurWorkers
from loadtest.bench.plan import FULL, QUICK, Plan
from loadtest.bench.prepared import NotPrepared, prepare
from loadtest.bench.program import NotStarted
from loadtest.bench.ratios import found
from loadtest.bench.saves import Saves
from loadtest.bench.sections import NAMES, bodies
from loadtest.bench.stores import Stores
from loadtest.bench.their_jobs import TheirWorkers
from loadtest.bench.written import written

CHILDREN = ("children",)


def main() -> None:
    """Run the plan; exit 1 where something was refused, lost or did not start, 0 whatever the figures are."""
    plan = QUICK if sys.argv[1:] == ["quick"] else FULL
    data = Path(os.environ.get("APPRODO_DATA") or ".approdo").absolute()
    try:
        with stores.running(data / "bench") as places, counters.running(places) as three:
            _measure(plan, places, three, data / "bench.json")
    except (NotStarted, NotPrepared, NotAnswered, Refused, LineBroken, OSError) as error:
        sys.exit(f"bench: {error}")


def _measure(plan: Plan, places: Stores, three: Counters, report: Path) -> None:
    random = Random(plan.seed)  # noqa: S311 (arrivals, not secrets)
    about = {"machine": machine.described(), "versions": _versions(places)}
    contestants = _contestants(plan, places, three, random)
    results: dict[str, list[Round]] = {one.name: [] for one in contestants}
    for number in range(1, plan.rounds + 1):
        for one in contestants:
            _say(f"round {number} of {plan.rounds}: {one.title}")
            results[one.name].append(one.turn(plan, random))
    ratios = found(results)
    sys.stdout.write("\n" + "\n".join(table.lines(contestants, results, ratios)) + "\n")
    report.write_text(json.dumps(written(plan, contestants, results, ratios, about), indent=1) + "\n")
    sys.stdout.write(f"\n{report}\n")


def _contestants(plan: Plan, places: Stores, three: Counters, random: Random) -> list[Contestant]:
    of = bodies()
    ready = prepare(three.ours.port, plan, of, _say)
    filings = Filings(ready.complete, random)
    parts = {"postgresql": places.postgresql, "valkey": places.valkey}
    ours = {"counter": three.ours.pid, **parts}
    usual = {"server": three.usual.pid, **parts}
    empty = {"server": three.empty.pid}
    return [
        Server("save", "our save, every section", three.ours.port, ours, Saves(ready.open, of)),
        Server("empty", "empty endpoint", three.empty.port, empty, section_requests(of, NAMES)),
        Server("usual", "the usual way", three.usual.port, usual, section_requests(of, NAMES)),
        Server("save-children", "our save, children", three.ours.port, ours, Saves(ready.open, of, CHILDREN)),
        Server("empty-children", "empty endpoint, children", three.empty.port, empty, section_requests(of, CHILDREN)),
        Server("usual-children", "the usual way, children", three.usual.port, usual, section_requests(of, CHILDREN)),
        Server("filing", "our submission", three.ours.port, ours, filings, lambda: plan.filings // plan.rounds),
        Jobs("advance", "our advance", OurWorkers(places)),
        Jobs("dramatiq", "Dramatiq, one message a job", TheirWorkers(places)),
    ]


def _versions(places: Stores) -> dict[str, str]:
    return machine.versions(str(places.ask("SHOW server_version")), places.valkey)


STARTED = time.monotonic()


def _say(line: str) -> None:
    sys.stdout.write(f"bench: {time.monotonic() - STARTED:6.1f} s  {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
