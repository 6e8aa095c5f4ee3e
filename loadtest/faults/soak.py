"""`python -m loadtest.faults.soak` (`make soak`): faults drawn from a seed for as long as is said, and a verdict."""

import random
import signal
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from loadtest.faults import report
from loadtest.faults.attempt import Attempt
from loadtest.faults.run import Outcome
from loadtest.faults.scenario import ALONE, Scenario
from loadtest.faults.schedule import drawn, written
from loadtest.faults.soaking import soak
from loadtest.rehearsal.breaking import Done
from loadtest.rehearsal.stack import NotStarted
from loadtest.rehearsal.timeline import WrongTimeline, read

SPARE: Final = 60.0  # seconds a soak may last longer than it was told
COULD_NOT: Final = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Soak; return 0 where all is green, 1 where it is not, 2 where nothing was done."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    asked = _parser().parse_args(arguments)
    seed = asked.seed or random.SystemRandom().randrange(1, 10**6)
    folder = asked.folder.absolute() / f"{datetime.now(UTC):%Y%m%d-%H%M%S}"
    try:
        faults = read(asked.schedule, asked.seconds) if asked.schedule else drawn(seed, asked.seconds)
        folder.mkdir(mode=0o700, parents=True)
        (folder / "schedule.toml").write_text(written(faults, seed))
        _say(f"{len(faults)} faults in {asked.seconds:.0f} s, seed {seed}, {folder / 'schedule.toml'}")

        def faults_drawn(attempt: Attempt) -> None:
            """Faults one after the other, as the schedule says."""
            soak(attempt, faults, asked.seconds, _told)

        scenario = Scenario((), ALONE, faults_drawn, asked.people, asked.seconds + SPARE)
        attempt, began = Attempt(scenario, folder, random.Random(seed)), time.monotonic()  # noqa: S311 (no secret)
        scenario.act(attempt)
    except (NotStarted, WrongTimeline) as error:
        sys.stderr.write(f"soak: {error}\n")
        return COULD_NOT
    return _close(attempt, round(time.monotonic() - began, 1), folder, seed, asked.seconds)


def _close(attempt: Attempt, took: float, folder: Path, seed: int, seconds: float) -> int:
    why, bars = attempt.told, [bar.told() for bar in attempt.bars]
    told = (attempt.result, took, why, bars, attempt.notes, attempt.counts)
    outcome = Outcome((), "soak", attempt.scenario.title, *told)
    page = report.write(folder, [outcome], seed, whole=False)
    for text in (report.line(outcome), *why, *bars, *attempt.notes, report.summary([outcome])):
        _say(text)
    _say(f"again: make soak SECONDS={seconds:g} SEED={seed}\nreport: {page}")
    return 0 if attempt.result == "green" else 1


def _parser() -> ArgumentParser:
    parser = ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--seconds", type=float, default=600.0, help="how long people come and things break")
    parser.add_argument("--seed", type=int, default=0, help="the same one draws the same faults")
    parser.add_argument("--schedule", default="", help="a timeline to be done instead of a drawn one")
    parser.add_argument("--people", type=int, default=6, help="how many there are at once")
    parser.add_argument("--folder", type=Path, default=Path(".approdo/soaks"), help="where reports are kept")
    return parser


def _told(done: Done) -> None:
    _say(f"{done.at:6.1f} s  {done.fault.told()}")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
