"""The terminal never holds the supervisor up."""

import os
from pathlib import Path

from deploy.local.terminal import Terminal


def test_a_reader_that_stopped_reading_is_not_waited_for(tmp_path: Path) -> None:
    """A full pipe loses lines; the log has them all."""
    reading, writing = os.pipe()
    with os.fdopen(reading), os.fdopen(writing, "w") as screen:
        terminal = Terminal(tmp_path / "log", screen)
        for _ in range(3_000):
            terminal.write("x" * 100)

    assert len((tmp_path / "log").read_text().splitlines()) == 3_000


def test_a_reader_that_has_gone_is_no_accident(tmp_path: Path) -> None:
    """`make run | head -1` does not take the system down."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as screen:
        Terminal(tmp_path / "log", screen).say("still here")

    assert "still here" in (tmp_path / "log").read_text()


def test_a_log_that_cannot_be_written_is_no_accident(tmp_path: Path) -> None:
    """A full disk takes the log, not the system."""
    with (tmp_path / "screen").open("w") as screen:
        Terminal(Path("/dev/full"), screen).say("still here")

    assert "still here" in (tmp_path / "screen").read_text()
