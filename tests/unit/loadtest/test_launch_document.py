"""docs/launch.md tells the sets and the objectives that there are."""

import re
from pathlib import Path

from loadtest import objectives
from loadtest.conservation import CHECKS
from loadtest.objectives import Objective
from loadtest.verdict import MEANS
from loadtest.words import shown

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "launch.md"
BARS = [one for one in vars(objectives).values() if isinstance(one, Objective)]


def table(name):
    """Return the rows of a table of the document."""
    part = DOCUMENT.read_text("utf-8").partition(f"<!-- {name}:")[2].partition(f"<!-- end of {name}")[0]
    return [tuple(row.split(" | ")) for row in re.findall(r"^\| (.+) \|$", part, re.MULTILINE)[1:]]


def test_the_sets_are_told_as_they_are():
    """Name by name, in their order, with what the report says of each."""
    assert [(f"`{name}`", MEANS[name]) for name in CHECKS] == table("sets")


def test_the_objectives_are_told_as_they_are():
    """Title, bar and what each is counted over."""
    told = [(bar.title.removesuffix(" within"), f"{bar.sense} {shown(bar.target, bar.unit)}", bar.over) for bar in BARS]

    assert told == table("objectives")
