"""Rehearse the alerts: `python -m loadtest alerts` breaks things one by one and hears who is told what."""

import json
import sys
import tempfile
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from loadtest.alerts import load
from loadtest.alerts.faults import FAULTS, Fault
from loadtest.alerts.hearing import Hearing
from loadtest.alerts.watching import Watching, watching
from loadtest.rehearsal.stack import NotStarted, Stack, running

IN_TIME = 120.0  # seconds from a fault to a notification
LISTENING = 10.0  # seconds after it in which nothing else may be heard
QUIET = 240.0  # seconds until all is quiet again
PACE = 0.1  # minutes of the rules become six seconds; no less: a look at a dead PostgreSQL takes twelve
GLANCE = 0.5
#: A small counter, so that few are too many for it and the machine stays usable; failed work comes round soon.
SETTINGS = {"APPRODO_UNDER_WAY": "4", "APPRODO_UNDER_WAY_LEAST": "2", "APPRODO_BASE": "PT2S", "APPRODO_CAP": "PT5S"}


@dataclass(slots=True)
class Outcome:
    """What a fault came to: after how many seconds its alert was heard, and what else was."""

    fault: str
    alert: str
    seconds: float | None = None
    others: list[str] = field(default_factory=list)
    echoes: list[str] = field(default_factory=list)  # heard once the fault was over, until all was quiet
    quiet: bool = True
    left: list[str] = field(default_factory=list)  # what sounded still when we no longer waited for quiet

    @property
    def ok(self) -> bool:
        """Say whether the right alert, and only that, was heard in time, and all was quiet again."""
        return self.seconds is not None and not self.others and self.quiet


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse; return 0 where every fault was told rightly, 1 where not, 2 where it could not be rehearsed."""
    parser = ArgumentParser(prog="python -m loadtest alerts", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path(".approdo/rehearsals"), help="folder for alerts.json")
    parser.add_argument("--only", action="append", default=[], help="alert to rehearse (repeatable); default: all")
    asked = parser.parse_args(arguments)
    chosen = [fault for fault in FAULTS if not asked.only or fault.alert in asked.only]
    try:
        outcomes = _rehearse(chosen)
    except NotStarted as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if not asked.only:
        _write(asked.into, outcomes)
    return 0 if all(outcome.ok for outcome in outcomes) else 1


def _rehearse(faults: Sequence[Fault]) -> list[Outcome]:
    hearing = Hearing()
    try:
        with (
            tempfile.TemporaryDirectory(prefix="approdo-alerts-") as folder,
            running(Path(folder) / "data", SETTINGS) as stack,
            watching(stack, hearing, PACE) as eyes,
            load.people(str(stack.where()["http"])),
        ):
            _until_quiet(eyes)
            return [_told(_one(fault, stack, eyes, hearing)) for fault in faults]
    finally:
        hearing.close()


def _one(fault: Fault, stack: Stack, eyes: Watching, hearing: Hearing) -> Outcome:
    """Break it, listen, mend it, and wait until all is quiet."""
    outcome = Outcome(fault.name, fault.alert)
    began = time.monotonic()
    with fault.made(stack):
        broken = time.monotonic()
        while outcome.seconds is None and time.monotonic() < broken + IN_TIME:
            time.sleep(GLANCE)
            right = [one for one in hearing.since(began) if one.alert == fault.alert]
            outcome.seconds = right[0].at - broken if right else None
        time.sleep(LISTENING)
        outcome.others = sorted({one.alert for one in hearing.since(began)} - {fault.alert})
    over = time.monotonic()
    outcome.quiet = _until_quiet(eyes)
    outcome.left = sorted(eyes.sounding())
    outcome.echoes = sorted({one.alert for one in hearing.since(over)} - {fault.alert})
    return outcome


def _until_quiet(eyes: Watching) -> bool:
    """Wait until nothing sounds for a while; say whether it came to that."""
    give_up_at, still_since = time.monotonic() + QUIET, time.monotonic()
    while time.monotonic() < give_up_at:
        if eyes.sounding():
            still_since = time.monotonic()
        if time.monotonic() > still_since + LISTENING:
            return True
        time.sleep(GLANCE)
    return False


def _told(outcome: Outcome) -> Outcome:
    heard = "not heard" if outcome.seconds is None else f"heard after {outcome.seconds:.0f} s"
    also = f"; also {', '.join(outcome.others)}" if outcome.others else ""
    echo = f"; afterwards {', '.join(outcome.echoes)}" if outcome.echoes else ""
    loud = "" if outcome.quiet else f"; not quiet again: {', '.join(outcome.left)}"
    sign = "ok" if outcome.ok else "NOT OK"
    sys.stdout.write(f"{sign:<8}{outcome.fault:<42}{outcome.alert:<18}{heard}{also}{echo}{loud}\n")
    sys.stdout.flush()
    return outcome


def _write(folder: Path, outcomes: Sequence[Outcome]) -> None:
    """Write what preflight reads: what was expected, and what of it was heard, alone and in time."""
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "at": datetime.now(UTC).isoformat(),
        "expected": [outcome.alert for outcome in outcomes],
        "fired": [outcome.alert for outcome in outcomes if outcome.ok],
        "outcomes": [asdict(outcome) for outcome in outcomes],
    }
    (folder / "alerts.json").write_text(json.dumps(told, indent=1))


if __name__ == "__main__":
    sys.exit(main())
