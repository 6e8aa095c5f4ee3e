"""Lines never cost their writer anything but themselves."""

import os
from contextlib import suppress

import pytest

from monitoring.lines import Lines


@pytest.fixture
def pipe():
    """A pipe that nobody reads."""
    reader, writer = os.pipe()
    yield reader, writer
    for end in (reader, writer):
        with suppress(OSError):
            os.close(end)


def test_lines_arrive_in_order(tmp_path):
    """One line each, in the order in which they were put."""
    fd = os.open(tmp_path / "lines", os.O_WRONLY | os.O_CREAT)
    lines = Lines(fd)
    for number in range(2_000):
        lines.put(b"%d" % number)
    lines.close()
    os.close(fd)

    assert (tmp_path / "lines").read_bytes().split() == [b"%d" % number for number in range(2_000)]
    assert lines.lost == 0


def test_a_full_disk_costs_lines_only():
    """Each line lost is counted."""
    fd = os.open("/dev/full", os.O_WRONLY)
    lines = Lines(fd)
    lines.put(b"one")
    lines.close()
    os.close(fd)

    assert lines.lost == 1


def test_a_closed_pipe_costs_lines_only(pipe):
    """Whoever read them went away."""
    reader, writer = pipe
    os.close(reader)
    lines = Lines(writer)
    lines.put(b"one")
    lines.put(b"two")
    lines.close()

    assert lines.lost == 2


def test_a_reader_that_stopped_reading_stops_nobody(pipe):
    """What there is no room for is lost and counted; putting never waits, and closing waits no longer than told."""
    reader, writer = pipe
    lines = Lines(writer, room=10)
    for _ in range(200):
        lines.put(b"x" * 4_096)
    lines.close(0.01)

    assert lines.lost > 100
    os.close(reader)
