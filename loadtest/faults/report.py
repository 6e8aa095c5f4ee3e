"""report: the table of the matrix for people, on the screen and as a page, and the same as JSON for programs."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from loadtest.bench.machine import described
from loadtest.conservation import CHECKS
from loadtest.faults.matrix import ELSEWHERE, NOT_BUILT, ROWS
from loadtest.faults.run import Outcome
from loadtest.verdict import LATER

RESULTS: Final = ("red", "not known", "green", "cannot run here")  # the worst first
Row = tuple[int, str, str, str]  # number, fault, result, more


def line(outcome: Outcome) -> str:
    """Return one outcome in a line."""
    rows = ",".join(map(str, outcome.rows))
    return f"{rows:>6}  {outcome.result:<16} {outcome.seconds:5.0f} s  {outcome.name}"


def rows(outcomes: Sequence[Outcome], *, whole: bool) -> Iterator[Row]:
    """Yield every row of the matrix with what is to be said of it; those that were done alone, unless `whole`."""
    for number, fault in ROWS.items():
        done = [one for one in outcomes if number in one.rows]
        if done:
            yield number, fault, _worst(done), ", ".join(one.name for one in done)
        elif number in NOT_BUILT:
            yield number, fault, "not built", "a later capability"
        elif whole:
            known = number in ELSEWHERE
            yield number, fault, "elsewhere" if known else "not done", ELSEWHERE.get(number, "no scenario yet")


def _worst(outcomes: Sequence[Outcome]) -> str:
    results = {one.result for one in outcomes}
    return next(one for one in RESULTS if one in results)


def table(outcomes: Sequence[Outcome], *, whole: bool) -> str:
    """Return the matrix and its results as text."""
    found = rows(outcomes, whole=whole)
    lines = [f"{number:>4}  {result:<16} {fault:<52} {more}" for number, fault, result, more in found]
    return "\n".join(["", *lines, "", sets(), summary(outcomes)])


def sets() -> str:
    """Return what every verdict looks up, and what it cannot yet, in a line."""
    return f"must be empty: {', '.join(CHECKS)}; not built: {', '.join(LATER)}"


def undone() -> str:
    """Return the rows that no scenario does, and why, each in a line."""
    later = [f"{number:>6}  {'not built':<36} {ROWS[number]}" for number in sorted(NOT_BUILT)]
    return "\n".join([*later, *(f"{number:>6}  {'elsewhere':<36} {ELSEWHERE[number]}" for number in ELSEWHERE)])


def summary(outcomes: Sequence[Outcome]) -> str:
    """Return how many were what, in a line."""
    results = [one.result for one in outcomes]
    acked = sum(one.counts.get("acknowledged", 0) for one in outcomes)
    told = ", ".join(f"{results.count(one)} {one}" for one in RESULTS if one in results)
    return f"{told}; {acked:,} acknowledgements looked up in {sum(one.seconds for one in outcomes):.0f} s"


def missed(outcomes: Sequence[Outcome]) -> str:
    """Return once more whatever was not green, with why: the last lines of a long run are the ones that are read."""
    bad = (one for one in outcomes if one.result in ("red", "not known"))
    return "\n".join(text for one in bad for text in (line(one), *(f"         {why}" for why in one.why)))


def write(folder: Path, outcomes: Sequence[Outcome], seed: int, *, whole: bool) -> Path:
    """Write `report.html` and `report.json`; return the page."""
    told = {
        "when": datetime.now(UTC).isoformat(timespec="seconds"),
        "seed": seed,
        "machine": described(),
        "summary": summary(outcomes),
        "sets": sets(),
        "rows": list(rows(outcomes, whole=whole)),
        "scenarios": [asdict(one) for one in outcomes],
    }
    (folder / "report.json").write_text(json.dumps(told, indent=1) + "\n")
    environment = Environment(loader=PackageLoader("loadtest.faults", "."), autoescape=True, undefined=StrictUndefined)
    page = folder / "report.html"
    page.write_text(environment.get_template("report.html").render(told))
    return page
