"""How a failure is told: its class and the frames it passed through, never its message."""

import re
import sys
from collections.abc import Iterator, MutableMapping
from pathlib import Path
from traceback import walk_tb
from types import CodeType, TracebackType
from typing import Any

_ROOT = str(Path(__file__).parent.parent) + "/"
_LIBRARY = re.compile(r".*/(?:site-packages|python3\.\d+)/")
_MOST_FRAMES = 12
_MOST_CAUSES = 5


def explain(_logger: Any, _method: str, line: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace `exc_info` by `failure`, `causes`, `frames` and, where PostgreSQL gave one, `sqlstate`."""
    error = _error(line.pop("exc_info", None))
    return line if error is None else {**line, **told(error)}


def told(error: BaseException) -> dict[str, Any]:
    """Return the fields that tell of `error`; the message may quote what somebody typed, so it stays out."""
    causes = list(_causes(error))
    fields = {
        "failure": type(error).__qualname__,
        "causes": [type(cause).__qualname__ for cause in causes] or None,
        "frames": list(_frames(error.__traceback__))[-_MOST_FRAMES:],
        "sqlstate": next(filter(None, map(_sqlstate, (error, *causes))), None),
    }
    return {name: value for name, value in fields.items() if value is not None}


def place_of(filename: str, line: int, function: str = "") -> str:
    """Return a place in the code without the folders of this machine."""
    return f"{_short(filename)}:{line} {function}".rstrip()


def _error(given: object) -> BaseException | None:
    if given is True:
        return sys.exc_info()[1]
    if isinstance(given, tuple):
        given = given[1]
    return given if isinstance(given, BaseException) else None


def _causes(error: BaseException) -> Iterator[BaseException]:
    for _ in range(_MOST_CAUSES):
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is None:
            return
        yield cause
        error = cause


def _frames(traceback: TracebackType | None) -> Iterator[str]:
    for frame, line in walk_tb(traceback):
        code: CodeType = frame.f_code
        yield place_of(code.co_filename, line, code.co_name)


def _short(filename: str) -> str:
    if filename.startswith(_ROOT) and "site-packages" not in filename:
        return filename.removeprefix(_ROOT)
    library = _LIBRARY.match(filename)
    return filename[library.end() :] if library else filename.rsplit("/", 1)[-1]


def _sqlstate(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
    return state if isinstance(state, str) else None
