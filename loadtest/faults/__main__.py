"""`python -m loadtest.faults` (`make faults`): the fault matrix on real processes; a table, a report, an exit code."""

import random
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from loadtest.faults import acts, report
from loadtest.faults.run import Outcome, run
from loadtest.faults.scenario import SCENARIOS, Scenario

COULD_NOT = 2  # the exit code where nothing was done


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the matrix; return 0 only where all that was done is green, 1 else, 2 where nothing was done."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = _parser()
    asked = parser.parse_args(arguments)
    chosen = list(_chosen(asked.only))
    if asked.list:
        for scenario in chosen:
            _say(f"{','.join(map(str, scenario.rows)):>6}  {scenario.name:<36} {scenario.title}")
        _say("" if asked.only else f"{report.undone()}\n{report.sets()}")
        return 0
    if not chosen:
        sys.stderr.write(f"faults: no scenario is named {asked.only}\n")
        return COULD_NOT
    seed = asked.seed or random.SystemRandom().randrange(1, 10**6)
    folder = asked.folder.absolute() / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    folder.mkdir(mode=0o700, parents=True)
    _say(f"{len(chosen)} scenarios, seed {seed}, {folder}")
    outcomes = list(run(chosen, folder, seed, _told, keep=asked.keep))
    page = report.write(folder, outcomes, seed, whole=not asked.only)
    _say(report.table(outcomes, whole=not asked.only))
    _say(f"again: make faults SEED={seed}" + (f" ONLY={asked.only}" if asked.only else ""))
    _say(f"report: {page}")
    if missed := report.missed(outcomes):
        _say(missed)
    return 0 if all(one.result in ("green", "cannot run here") for one in outcomes) else 1


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--only", default="", help="numbers of rows, or names of scenarios, with commas between them")
    parser.add_argument("--seed", type=int, default=0, help="the same one draws the same instants")
    parser.add_argument("--list", action="store_true", help="list the scenarios, and go")
    parser.add_argument("--keep", action="store_true", help="keep the data of every system")
    parser.add_argument("--folder", type=Path, default=Path(".approdo/faults"), help="where reports are kept")
    return parser


def _chosen(only: str) -> list[Scenario]:
    wanted = {part.strip() for part in only.split(",") if part.strip()}
    listed = sorted(SCENARIOS, key=lambda one: acts.ORDER.index(one.on))
    return [one for one in listed if not wanted or one.name in wanted or wanted & set(map(str, one.rows))]


def _told(outcome: Outcome) -> None:
    _say(report.line(outcome))
    for text in (*outcome.why, *outcome.bars, *outcome.notes):
        _say(f"         {text}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
