"""docs/rehearsal.md tells what there is."""

import re
from pathlib import Path

from loadtest.rehearsal.closed_model import RATE, USERS
from loadtest.rehearsal.profiles import PROFILES
from loadtest.rehearsal.timeline import HERE
from loadtest.rehearsal.world import MOST_PRESENT

ROOT = Path(__file__).resolve().parents[3]
TOLD = (ROOT / "docs" / "rehearsal.md").read_text("utf-8")


def test_profiles_are_told_as_they_are():
    """Name by name, with their titles, in their order."""
    table = TOLD.partition("<!-- profiles")[2].partition("<!-- end of profiles")[0]
    told = re.findall(r"^\| `([a-z-]+)` \| (.+) \|$", table, re.MULTILINE)

    assert told == [(profile.name, profile.title) for profile in PROFILES.values()]


def test_figures_of_the_trap_are_those_of_its_script():
    """The rate, the users; and one of the two models shows the stall."""
    closed, opened = re.findall(r"^\| (?:closed|open): .* \| ([0-9]+) ms \|$", TOLD, re.MULTILINE)

    assert f"{RATE} times a second" in TOLD
    assert f"one request each every {1000 * USERS // RATE} ms" in TOLD
    assert int(closed) < 200 < 800 < int(opened)


def test_what_it_names_is_there():
    """Files, timelines, variables of the Makefile."""
    makefile = (ROOT / "Makefile").read_text()
    variables = set(re.findall(r"\b([A-Z]{4,})=", TOLD)) | set(re.findall(r"`([A-Z]{4,})`", TOLD))

    assert all((ROOT / path).exists() for path in re.findall(r"`(loadtest/[a-z_/]+(?:\.py|/))`", TOLD))
    assert f"{MOST_PRESENT:,} people at once" in TOLD
    assert all(f"call said,{name}," in makefile or f"$({name})" in makefile for name in variables - {"FLUSHALL"})
    assert HERE.is_dir()
