"""A few seconds of fuzzing for each parser; `python -m tests.fuzz PARSER SECONDS` goes on for longer."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SECONDS = 4
PARSERS = ("body", "preconditions", "key", "base64url", "receipt", "form")

pytest.importorskip("atheris", reason="atheris has no wheel for this Python")


@pytest.mark.parametrize("parser", PARSERS)
def test_nothing_breaks_a_parser(parser, record_property):
    """Bounded in time; how many inputs were tried is told."""
    command = [sys.executable, "-m", "tests.fuzz", parser, str(SECONDS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stderr[-3_000:]
    (told,) = [line for line in done.stderr.splitlines() if line.startswith("Done ")]
    record_property("measured", f"fuzzed {parser}: {told}")
