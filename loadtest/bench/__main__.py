"""`python -m loadtest.bench`: measure everything side by side, print it, and write .approdo/bench.json."""

import json
import os
import signal
import sys
from pathlib import Path

from loadtest.bench import counters, stores
from loadtest.bench.asker import Refused
from loadtest.bench.line import LineBroken
from loadtest.bench.load import NotAnswered
from loadtest.bench.plan import FULL, QUICK
from loadtest.bench.prepared import NotPrepared
from loadtest.bench.program import NotStarted
from loadtest.bench.run import Lost, measure
from loadtest.bench.table import lines
from loadtest.bench.written import written


def main() -> None:
    """Run the plan, the short one where QUICK is set.

    Exit 1 where something did not start, was refused or was lost; 0 whatever the figures say.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    plan = QUICK if os.environ.get("QUICK") else FULL
    data = Path(os.environ.get("APPRODO_DATA") or ".approdo").absolute()
    try:
        with stores.running(data / "bench") as places, counters.running(places) as three:
            run = measure(plan, places, three)
    except (NotStarted, NotPrepared, NotAnswered, Refused, Lost, LineBroken, OSError) as error:
        sys.exit(f"bench: {error}")
    except KeyboardInterrupt:
        sys.exit(130)
    report = data / "bench.json"
    report.write_text(json.dumps(written(run), indent=1) + "\n")
    sys.stdout.write("\n" + "\n".join(lines(run)) + f"\n\n{report}\n")


if __name__ == "__main__":
    main()
