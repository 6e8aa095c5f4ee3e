"""Log lines: one JSON object a line on standard output, the libraries' too."""

import logging
import sys
import threading
from collections.abc import MutableMapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any

import orjson
import structlog
from structlog.typing import FilteringBoundLogger

from monitoring.failures import explain, place_of
from monitoring.fields import guard
from monitoring.lines import Lines

LIBRARIES = ("uvicorn", "uvicorn.error", "uvicorn.access", "dramatiq", "sqlalchemy", "httpx", "asyncio", "py.warnings")


@dataclass(frozen=True, slots=True)
class Log:
    """What a composition root holds: where to say things, and the way out to close at the end."""

    logger: FilteringBoundLogger
    lines: Lines

    def close(self) -> None:
        """Write what is waiting; never longer than a second."""
        self.lines.close()


def start(process: str, fd: int = 1) -> Log:
    """Begin to write lines for `process` to `fd`, and send the libraries' warnings and uncaught errors the same way.

    Call it once, at the composition root: it sets structlog, the root of stdlib logging and the interpreter's hooks.
    """
    lines = Lines(fd)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            explain,
            _stamped_guard,
            _render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=lambda *_: _Way(lines),
        cache_logger_on_first_use=True,
    )
    logger: FilteringBoundLogger = structlog.get_logger(process=process)
    _route_libraries(logger)
    _route_uncaught(logger)
    return Log(logger, lines)


class _Way:
    """The end of structlog's chain: every level is the same way out."""

    def __init__(self, lines: Lines) -> None:
        self.debug = self.info = self.warning = self.error = self.critical = self.msg = lines.put


class FromLibraries(logging.Handler):
    """Says that a library warned, where, and the template of what it said.

    Nothing is filled into the template, and a text that has nothing to fill in may have been filled in already:
    it is left out, and the place tells a reader where to find it.
    """

    def __init__(self, logger: FilteringBoundLogger) -> None:
        super().__init__(logging.WARNING)
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        """Say it; never raise."""
        try:
            failed = record.levelno >= logging.ERROR
            self._logger.log(
                record.levelno,
                "library.failed" if failed else "library.warned",
                library=record.name,
                said=record.msg if record.args else None,
                where=place_of(record.pathname, record.lineno),
                exc_info=record.exc_info,
            )
        except Exception:  # noqa: BLE001 - a line is never worth an error in the library that spoke
            return


def _stamped_guard(logger: Any, method: str, line: MutableMapping[str, Any]) -> dict[str, Any]:
    at = line.pop("at", "")
    return {"at": at, **guard(logger, method, line)}


def _render(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> bytes:
    return orjson.dumps(line, default=lambda _: "[withheld]", option=orjson.OPT_NON_STR_KEYS)


def _route_libraries(logger: FilteringBoundLogger) -> None:
    logging.raiseExceptions = False  # otherwise a failing handler prints the record, message and all
    logging.captureWarnings(capture=True)
    root = logging.getLogger()
    root.handlers[:] = [FromLibraries(logger)]
    root.setLevel(logging.WARNING)
    for name in LIBRARIES:
        library = logging.getLogger(name)
        library.handlers.clear()
        library.propagate = True
        library.setLevel(logging.WARNING)


def _route_uncaught(logger: FilteringBoundLogger) -> None:
    """An uncaught error would print its message on standard error; it goes the way of all others instead."""

    def in_process(_type: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
        if not isinstance(error, KeyboardInterrupt):
            logger.critical("process.crashed", exc_info=error)

    def in_thread(crash: threading.ExceptHookArgs) -> None:
        logger.error("thread.crashed", exc_info=crash.exc_value)

    def in_finalizer(failed: "sys.UnraisableHookArgs") -> None:
        logger.warning("finalizer.failed", exc_info=failed.exc_value)

    sys.excepthook = in_process
    threading.excepthook = in_thread
    sys.unraisablehook = in_finalizer
