"""The README: its map, its length, its files and its commands are true."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")


def rooms_of_the_map():
    return re.findall(r"^\| `([a-z/]+)/` \| (.+?) \|$", README, flags=re.MULTILINE)


def test_the_map_tells_the_captions():
    """Room by room, what `__init__.py` says."""
    captions = {
        room: ast.get_docstring(ast.parse((ROOT / room / "__init__.py").read_text("utf-8")))
        for room, _ in rooms_of_the_map()
    }

    assert dict(rooms_of_the_map()) == captions
    assert {"core", "bonus", "ingest", "workers", "retry", "monitoring", "loadtest", "deploy"} <= captions.keys()


def test_every_file_it_names_is_there():
    """Paths in backquotes and links."""
    named = re.findall(r"`([a-z_]+/[a-z_/]+(?:\.py|\.json))`", README) + re.findall(r"\]\(([^)]+)\)", README)

    assert [] == [path for path in named if not (ROOT / path).exists()]


@pytest.mark.parametrize("target", sorted(set(re.findall(r"make ([a-z]+)", README)) - {"alone"}))
def test_every_target_it_names_exists(target):
    """`make X` in the text is a target of the Makefile."""
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), flags=re.MULTILINE)


def test_it_is_short_enough_to_be_read():
    """At most 150 lines."""
    assert len(README.splitlines()) <= 150
