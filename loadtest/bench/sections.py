"""Sections as people fill them in: the contents of the golden cases, as a browser writes them."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CASES = Path(__file__).parents[1] / "cases.json"
NAMES = ("applicant", "children", "work", "income", "payment", "declarations")

Bodies = Mapping[str, Sequence[bytes]]  # section: different bodies, at least two


def bodies() -> Bodies:
    """Return the different bodies of each section that a filing needs, in the order of the cases."""
    cases: list[dict[str, Any]] = json.loads(CASES.read_text())
    return {name: list(dict.fromkeys(written(case[name]) for case in cases if name in case)) for name in NAMES}


def written(content: object) -> bytes:
    """Return a section's content the way `JSON.stringify` and `fetch` send it."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def in_turn(of: Bodies, names: Sequence[str]) -> list[tuple[str, bytes]]:
    """Return sections and bodies so that every section has the same share and every body its turn."""
    longest = max(len(of[name]) for name in names)
    return [(name, of[name][turn % len(of[name])]) for turn in range(longest) for name in names]
