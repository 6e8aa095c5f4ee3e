"""kept: what every fault came to when it was rehearsed last, as `make preflight` and the report read it."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from loadtest.alerts.eyes import Light
from loadtest.alerts.faults import FAULTS
from loadtest.alerts.outcome import Outcome
from loadtest.status_page import Timed

NAME = "alerts.json"


def keep(folder: Path, new: Sequence[Outcome]) -> list[Outcome]:
    """Keep outcomes beside those of the faults that were not rehearsed this time; return all, in their order.

    Expected is every alert there is a fault for, rehearsed or not; the whole is as old as its oldest part.
    """
    known = {one.alert: one for one in (*_read(folder / NAME), *new)}
    outcomes = [known[fault.alert] for fault in FAULTS if fault.alert in known]
    told = {
        "at": min(one.at for one in outcomes),
        "expected": [fault.alert for fault in FAULTS],
        "fired": [one.alert for one in outcomes if one.ok],
        "outcomes": [asdict(one) | {"wrong": one.wrong} for one in outcomes],
    }
    folder.mkdir(parents=True, exist_ok=True)
    whole = (folder / NAME).with_suffix(".tmp")
    whole.write_text(json.dumps(told, indent=1, ensure_ascii=False))
    whole.replace(folder / NAME)
    return outcomes


def _read(file: Path) -> list[Outcome]:
    """Return what was kept; nothing where there is none, or another version wrote it."""
    try:
        return [_outcome(dict(one)) for one in json.loads(file.read_text())["outcomes"]]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def _outcome(told: dict[str, object]) -> Outcome:
    del told["wrong"]
    for name, kind in (("light", Light), ("page", Timed)):
        told[name] = kind(**told[name]) if told[name] else None  # type: ignore[arg-type]
    return Outcome(**told)  # type: ignore[arg-type]
