"""What every process does once at its composition root: watch itself, and say where it can be watched."""

import os
import platform
import signal
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import prometheus_client

from core.hooks import Observe
from monitoring import logs
from monitoring.listeners import listen
from monitoring.scrape_port import ScrapePort
from monitoring.series import Series


@dataclass(frozen=True, slots=True)
class Watch:
    """A process under watch: what it hands down, and where it is seen."""

    process: str
    observe: Observe
    series: Series
    log: logs.Log
    metrics: str  # address of its /metrics
    run_file: Path

    def announce(self) -> None:
        """Write the run file: from now on the process is found, and counted as up.

        The file is `{"pid": int, "metrics": address}`, replaced whole. Where it cannot be written (disk full) the
        process goes on unseen, and says so in its lines.
        """
        whole = self.run_file.with_suffix(".tmp")
        try:
            self.run_file.parent.mkdir(parents=True, exist_ok=True)
            whole.write_bytes(orjson.dumps({"pid": os.getpid(), "metrics": self.metrics}))
            whole.replace(self.run_file)
        except OSError as error:
            self.observe("announcement.failed", failure=type(error).__name__)


@contextmanager
def watched(
    process: str, data: Path, *, fd: int = 1, announce: bool = True, traces_url: str | None = None
) -> Iterator[Watch]:
    """Put this process under watch until the block ends.

    Arguments: its name in series, lines and run file (`counter-1`), the folder of this copy's state, the descriptor
    that lines go to, and where spans are sent, if anywhere. With `announce=False` the caller calls `Watch.announce()`
    once it is ready.
    On the way out the run file goes, unless a successor of the same name has written its own. A process that crashed
    leaves it: it is still expected, so it counts as down until another is in its place.
    """
    prometheus_client.disable_created_metrics()  # type: ignore[no-untyped-call]
    log, series = logs.start(process, fd), Series()
    series.build.info({"version": _version(), "python": platform.python_version(), "process": process})
    series.lines_lost.set_function(lambda: log.lines.lost)
    port = ScrapePort(series.registry)
    observe, traces = _traced(listen(series, log.logger), traces_url, process)
    watch = Watch(process, observe, series, log, port.address, data / "run" / f"{process}.json")
    _end_in_order()
    started = time.monotonic()
    watch.observe("process.started", pid=os.getpid())
    try:
        if announce:
            watch.announce()
        yield watch
    except Exception as error:
        log.logger.critical("process.crashed", exc_info=error)
        raise
    except BaseException:  # it was asked to stop
        _withdraw(watch.run_file)
        raise
    else:
        _withdraw(watch.run_file)
    finally:
        watch.observe("process.stopped", seconds=time.monotonic() - started)
        port.close()
        if traces is not None:
            traces.close()
        log.close()


def _traced(observe: Observe, url: str | None, process: str) -> tuple[Observe, Any]:
    """Let spans be sent, where that is wanted; where it is not, the library for it is not even there."""
    if url is None:
        return observe, None
    traces = import_module("monitoring.traces").Traces(url, process)
    return traces.beside(observe), traces


def _end_in_order() -> None:
    """SIGTERM unwinds the stack: uvicorn raises it once more when it has stopped, which would end us on the spot.

    A process that waits for the signal in its own way has its handler in place of this one.
    """
    if threading.current_thread() is threading.main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))


def _withdraw(run_file: Path) -> None:
    with suppress(OSError, ValueError):
        if orjson.loads(run_file.read_bytes())["pid"] == os.getpid():
            run_file.unlink()


def _version() -> str:
    project = Path(__file__).parent.parent / "pyproject.toml"
    try:
        return str(tomllib.loads(project.read_text())["project"]["version"])
    except (OSError, ValueError, KeyError):
        return "unknown"
