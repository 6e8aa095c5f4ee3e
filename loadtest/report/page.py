"""page: writes the report of a rehearsal: report.html for people, report.json for programs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined

from loadtest import limits, words
from loadtest.recorded import Recorded, read
from loadtest.report import plots
from loadtest.report.drawing import looks
from loadtest.report.series import Curve, Series, series

ROME = ZoneInfo("Europe/Rome")
SAYS = {
    "pass": "{} would be survived, under this load and {}.",
    "fail": "{} would not be survived as it was rehearsed.",
    "inconclusive": "It is not known: the evidence is not complete, or the load was not what was meant.",
}
KEPT = (
    "Every promise was kept. How fast is not known: the machine was too small for this load, or others were busy on it."
)


def write(folder: Path) -> Path:
    """Write both files into the folder of a rehearsal that has been judged, and return the page's path.

    The folder is described in loadtest/rehearsal/folder.py; `verdict.json` comes from the judge. Errors: OSError.
    """
    recorded, verdict = read(folder), json.loads((folder / "verdict.json").read_text())
    curves = series(recorded)
    report = folder / "report.html"
    report.write_text(page(recorded, verdict, curves))
    as_json = {"verdict": verdict, "run": recorded.run, "curves": asdict(curves)}
    (folder / "report.json").write_text(json.dumps(as_json, separators=(",", ":")) + "\n")
    return report


def page(recorded: Recorded, verdict: Mapping[str, Any], curves: Series) -> str:
    """Return the page, with everything in it: it loads nothing and runs nothing."""
    template = Environment(
        loader=PackageLoader("loadtest.report", "."), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    ).get_template("report.html")
    return template.render(
        run=recorded.run,
        when=_in_rome(recorded.run.get("started_at")),
        minutes=curves.seconds / 60,
        verdict=verdict,
        says=_says(verdict, recorded),
        storm=recorded.storm,
        objectives=[_row(one) for one in verdict["objectives"]],
        plots=_drawn(recorded, curves),
        faults=plots.faults_named(recorded.faults),
        memory=[(name, *_span(curve)) for name, curve in curves.rss_mb.items()],
        seconds=lambda value: words.shown(value, "s"),
    )


def _says(verdict: Mapping[str, Any], recorded: Recorded) -> str:
    if verdict["result"] == "inconclusive" and verdict.get("kept"):
        return KEPT
    return SAYS[verdict["result"]].format(
        "The storm" if recorded.storm else "Launch day", "these faults" if recorded.faults else "without a fault"
    )


def _drawn(recorded: Recorded, curves: Series) -> Mapping[str, str]:
    broken = recorded.faults
    with looks():
        return {
            "load": plots.load(curves, broken, recorded.run.get("phases", [])),
            "ack": plots.ack(curves, broken),
            "work": plots.work(curves, broken),
            "decision": plots.decision(curves, broken),
            "goodput": plots.goodput(curves, broken),
            "cpu": plots.cpu(curves, broken, limits.cores(recorded)),
        }


def _row(one: Mapping[str, Any]) -> dict[str, Any]:
    bar, breach = one["objective"], one["breach"]
    first = (
        f"second {breach['second']:.0f}, at {breach['requests_per_s']:,.0f} requests a second" if breach else "never"
    )
    return {
        "title": bar["title"].removesuffix(" within"),
        "over": bar["over"],
        "bar": f"{bar['sense']} {words.shown(bar['target'], bar['unit'])}",
        "value": words.shown(one["value"], bar["unit"]),
        "met": {True: "met", False: "missed", None: "not measured"}[one["met"]],
        "count": one["count"],
        "margin": f"{one['margin']:.1f} ×" if one["margin"] is not None else "–",
        "first": first,
    }


def _span(curve: Curve) -> Sequence[float]:
    values = [one.value for one in curve]
    return values[0], max(values), values[-1]


def _in_rome(instant: str | None) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(ROME):%d %B %Y, %H:%M:%S}, Rome" if instant else "unknown"
