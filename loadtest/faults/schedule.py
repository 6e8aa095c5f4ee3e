"""schedule: faults drawn from a seed, one after the other, and written as a timeline that can be replayed."""

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from loadtest.rehearsal.timeline import Fault

FIRST: Final = 3.0  # seconds of load before the first
CALM: Final = (5.0, 11.0)  # seconds from the end of one to the next: single faults, each seen to be over

MENU: Final = (
    *(Fault(0, "kill", part) for part in ("counter", "worker-1", "worker-2", "lone-worker", "relay", "postgres")),
    *(Fault(0, "kill", part) for part in ("counter", "worker-2", "postgres", "redis", "monitoring")),
    *(Fault(0, "restart", part) for part in ("counter", "worker-1", "relay", "postgres")),
    *(Fault(0, "freeze", part, lasts) for part, lasts in (("counter", 3), ("counter", 8), ("worker-1", 8))),
    *(Fault(0, "freeze", part, lasts) for part, lasts in (("relay", 3), ("redis", 6), ("monitoring", 4))),
    Fault(0, "flush", "redis"),
    Fault(0, "flush", "redis"),
    *(Fault(0, mode, "registries", 4) for mode in ("503", "429", "hang", "truncated", "html")),
    Fault(0, "slow", "registries", 5, by=1.5),
)


def drawn(seed: int, seconds: float) -> list[Fault]:
    """Return the faults of so many seconds; the same seed gives the same."""
    chance, at, found = random.Random(seed), FIRST, list[Fault]()  # noqa: S311 (no secret)
    while at < seconds - CALM[0]:
        fault = replace(chance.choice(MENU), at=round(at, 1))
        found.append(fault)
        at += fault.lasts + chance.uniform(*CALM)
    return found


def written(faults: Sequence[Fault], seed: int) -> str:
    """Return them as a timeline file (loadtest/rehearsal/timeline.py)."""
    return f"# Drawn from seed {seed}.\n" + "".join(map(_one, faults))


def _one(fault: Fault) -> str:
    lines = ["", "[[fault]]", f'at = "{fault.at:g} s"', f'what = "{fault.what}"', f'target = "{fault.target}"']
    lines += [f'lasts = "{fault.lasts:g} s"'] if fault.lasts else []
    lines += [f"by = {fault.by}"] if fault.by is not None else []
    return "\n".join([*lines, ""])
