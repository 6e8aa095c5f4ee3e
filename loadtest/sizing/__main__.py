"""`python -m loadtest plan`: what a launch day needs, from what `make capacity` measured."""

import json
import os
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from loadtest.rehearsal.profiles import PROFILES
from loadtest.sizing import told
from loadtest.sizing.backlog import course
from loadtest.sizing.demand import AUDIENCE, Demand
from loadtest.sizing.needs import Assumed, needs
from loadtest.sizing.page import page

STEPS = 5_000  # of a day's course, at most
NOT_MEASURED = "plan: {} is not there: `make capacity` measures what one filing costs, in under five minutes"


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan, print, and write plan.json and plan.html beside the capacity; return 0, or 2 where nothing was measured."""
    asked = _parser().parse_args(arguments)
    file = asked.capacity or Path(os.environ.get("APPRODO_DATA") or ".approdo") / "capacity.json"
    try:
        capacity = json.loads(file.read_text())
    except (OSError, ValueError):
        sys.stderr.write(NOT_MEASURED.format(file) + "\n")
        return 2
    assumed = _assumed(asked)
    demand = Demand(PROFILES[asked.profile], asked.audience)
    step = max(1.0, demand.profile.seconds / STEPS)
    filings = list(demand.filings(step))
    need = needs(demand, sum(filings), capacity, assumed)
    passing = course(filings, need.decided, step)
    (file.parent / "plan.html").write_text(page(demand, need, passing, capacity, assumed))
    written = {
        "planned_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "profile": demand.profile.name,
        "audience": demand.audience,
        "peak_filings_per_s": demand.peak,
        "needs": asdict(need),
        "ends_s": passing.ends,
        "most_waiting": max(passing.waiting),
        "longest_wait_s": max(passing.waits),
        "assumed": asdict(assumed),
    }
    (file.parent / "plan.json").write_text(json.dumps(written, indent=1) + "\n")
    lines = [f"{demand.profile.title}; {demand.audience:,} people, {sum(filings):,.0f} file on this occasion", ""]
    lines += [f"  {name:<14}{figure:<18}{how}" for name, figure, how in told.rows(need, passing)]
    lines += ["", told.limit(demand, need, passing, assumed), "", "Assumed:"]
    lines += [f"  - {one}" for one in told.assumptions(demand, capacity, assumed)]
    sys.stdout.write("\n".join([*lines, "", str(file.parent / "plan.html"), ""]))
    return 0


def _parser() -> ArgumentParser:
    usual = Assumed()
    parser = ArgumentParser(prog="python -m loadtest plan", description=__doc__)
    parser.add_argument("--profile", choices=[name for name in PROFILES if name not in ("steady", "ci")], required=True)
    parser.add_argument("--audience", type=int, default=AUDIENCE, help="people who apply at all")
    parser.add_argument("--quota", type=float, default=usual.quota_per_s, help="calls a second that a registry takes")
    parser.add_argument("--requests", type=float, default=usual.requests_per_filing, help="requests to a filing")
    parser.add_argument("--busy", type=float, default=usual.busy, help="share of its core a process is planned at")
    parser.add_argument("--capacity", type=Path, help="what `make capacity` wrote; default: .approdo/capacity.json")
    return parser


def _assumed(asked: Namespace) -> Assumed:
    return Assumed(requests_per_filing=asked.requests, busy=asked.busy, quota_per_s=asked.quota)


if __name__ == "__main__":
    sys.exit(main())
