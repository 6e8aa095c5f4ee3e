"""report: the rehearsal of alerts as a page with its pictures; it loads nothing from elsewhere."""

import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from loadtest.alerts.faults import FAULTS
from loadtest.alerts.outcome import Outcome

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
NAME = "report.html"
HEADINGS = ("", "Fault", "Alert", "Heard", "Light", "Public word", "Cured in", "Page p99", "Asked of capacity", "At")
_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; color: #17324d; margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; }
th, td { text-align: left; padding: .3rem .8rem; border-bottom: 1px solid #dde3ea; }
figure { display: inline-block; margin: 0 1rem 1rem 0; } img { border: 1px solid #dde3ea; max-height: 30rem; }
.wrong { color: #b3261e; } dt { font-weight: 600; }
"""


def write(folder: Path, outcomes: Sequence[Outcome]) -> Path:
    """Write `report.html` beside the pictures and return it."""
    file = folder / NAME
    file.write_text("\n".join(_lines(outcomes)))
    return file


def steps(alert: str, runbook: Path = RUNBOOK) -> dict[str, str]:
    """Return what the runbook says of an alert, by the word its lines begin with: Look, Do, Over when."""
    _, _, section = runbook.read_text().partition(f"## {alert}\n")
    found = re.findall(r"^- (Look|Do|Over when): (.*?)(?=^- |\Z)", section.partition("\n## ")[0], re.M | re.S)
    return {name: " ".join(words.split()) for name, words in found}


def _lines(outcomes: Sequence[Outcome]) -> Iterator[str]:
    yield '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Alerts rehearsed</title>'
    yield f"<style>{_STYLE}</style></head><body><h1>Alerts rehearsed</h1>"
    good = sum(outcome.ok for outcome in outcomes)
    yield f"<p>{good} of {len(FAULTS)} faults were heard alone, seen and cured, each when it was rehearsed last.</p>"
    yield "<table><thead><tr>" + "".join(f"<th>{name}</th>" for name in HEADINGS) + "</tr></thead><tbody>"
    for outcome in outcomes:
        yield "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in _cells(outcome)) + "</tr>"
    yield "</tbody></table>"
    for outcome in outcomes:
        yield from _of(outcome)
    yield "</body></html>"


def _cells(outcome: Outcome) -> tuple[str, ...]:
    took = (outcome.seconds, outcome.lit_seconds, outcome.said_seconds, outcome.cured_seconds)
    page = f"{outcome.page.p99 * 1000:.0f} ms" if outcome.page else ""
    times = f"{outcome.page.times:.0f} times" if outcome.page and outcome.page.times else ""
    told = ["never" if one is None else f"{one:.0f} s" for one in took]
    sign = "ok" if outcome.ok else "NOT OK"
    return (sign, outcome.fault, outcome.alert, *told, page, times, outcome.at[:16].replace("T", " "))


def _of(outcome: Outcome) -> Iterator[str]:
    runbook = steps(outcome.alert)
    yield f'<h2 id="{outcome.alert}">{escape(outcome.alert)}: {escape(outcome.fault)}</h2>'
    for words in outcome.wrong:
        yield f'<p class="wrong">{escape(words)}</p>'
    light = outcome.light
    said = {
        "The console's light": f"{light.promise} ({light.state}): {light.reason}" if light else "did not change",
        "The public page": " | ".join(outcome.public),
        "The public page, timed": outcome.page.in_words if outcome.page else "",
        "The runbook says": runbook.get("Do", ""),
        "What was done": outcome.cure,
        "Over when": runbook.get("Over when", ""),
    }
    told = (f"<dt>{name}</dt><dd>{escape(words)}</dd>" for name, words in said.items() if words)
    yield f"<dl>{''.join(told)}</dl>"
    for picture in outcome.pictures:
        yield f'<figure><a href="{picture}"><img src="{picture}" alt="{escape(picture)}"></a></figure>'
