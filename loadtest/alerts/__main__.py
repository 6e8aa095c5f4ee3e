"""Rehearse the alerts (`python -m loadtest alerts`): faults one by one; who hears, what is seen, what cures."""

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from pathlib import Path

from loadtest.alerts import report
from loadtest.alerts.faults import FAULTS
from loadtest.alerts.kept import keep
from loadtest.alerts.outcome import Outcome
from loadtest.alerts.rehearsing import rehearse
from loadtest.rehearsal.stack import NotStarted


def main(arguments: Sequence[str] | None = None) -> int:
    """Rehearse; return 0 where every fault was told rightly, 1 where not, 2 where it could not be rehearsed."""
    parser = ArgumentParser(prog="python -m loadtest alerts", description=__doc__)
    parser.add_argument("--into", type=Path, default=Path(".approdo/rehearsals"), help="folder for what was found")
    parser.add_argument("--only", action="append", default=[], help="alert to rehearse (repeatable); default: all")
    asked = parser.parse_args(arguments)
    chosen = [fault for fault in FAULTS if not asked.only or fault.alert in asked.only]
    if unknown := set(asked.only) - {fault.alert for fault in FAULTS}:
        parser.error(f"no fault raises {', '.join(sorted(unknown))}: there are {', '.join(f.alert for f in FAULTS)}")
    folder, done = asked.into / "alerts", []
    try:
        for outcome in rehearse(chosen, folder):
            done.append(_told(outcome))
            report.write(folder, keep(asked.into, done))
    except NotStarted as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"report: {folder / report.NAME}\n")
    return 0 if all(outcome.ok for outcome in done) else 1


def _told(outcome: Outcome) -> Outcome:
    page = f"; the public page: {outcome.page.in_words}" if outcome.page else ""
    echo = f"; afterwards {', '.join(outcome.echoes)}" if outcome.echoes else ""
    told = (
        f"heard after {_seconds(outcome.seconds)}, light {_seconds(outcome.lit_seconds)}, "
        f"public {_seconds(outcome.said_seconds)}{page}; cured in {_seconds(outcome.cured_seconds)}{echo}"
    )
    sign = "ok" if outcome.ok else "NOT OK"
    sys.stdout.write(f"{sign:<8}{outcome.fault:<42}{outcome.alert:<18}{told}\n")
    sys.stdout.writelines(f"        {words}\n" for words in outcome.wrong)
    sys.stdout.flush()
    return outcome


def _seconds(took: float | None) -> str:
    return "never" if took is None else f"{took:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
