"""A log of this test's own, and everything that starting one changes put back afterwards."""

import logging
import os
import sys
import threading

import orjson
import pytest
import structlog

from monitoring import logs


@pytest.fixture
def untouched_process():
    """Whatever a log sets for the whole process is as it was once the test is over."""
    root = logging.getLogger()
    before = list(root.handlers), root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    root.handlers[:], level, logging.raiseExceptions = before
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


class Written:
    """A log that writes to a file, and what is in the file."""

    def __init__(self, path):
        self._path = path
        self.fd = os.open(path, os.O_RDWR | os.O_CREAT)
        self.log = logs.start("counter-1", self.fd)

    def text(self):
        """Everything written so far; the log is closed by it."""
        self.log.close()
        return self._path.read_text()

    def lines(self):
        """The same, as objects."""
        return [orjson.loads(line) for line in self.text().splitlines()]


@pytest.fixture
def written(tmp_path, untouched_process):
    """A log that writes to a file."""
    written = Written(tmp_path / "lines")
    yield written
    written.log.close()
    os.close(written.fd)
