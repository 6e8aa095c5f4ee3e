"""Run the whole system on this machine: `python -m deploy.local`."""

import os
import signal
import sys
from pathlib import Path

from core import settings
from core.settings import SettingsError
from deploy.local import folders
from deploy.local.linux import die_with_parent
from deploy.local.process import PRIVATE
from deploy.local.refusal import CannotStart
from deploy.local.stack import Stack
from deploy.local.stop_request import StopRequest


def main() -> int:
    """Run until somebody asks to stop; return 0 then, and 1 if it could not start (a line says why)."""
    os.umask(PRIVATE)
    stop_request = StopRequest()
    _end_with_make()
    try:
        known = settings.load()
    except SettingsError as error:
        return _refuse(str(error))
    if mistyped := settings.no_setting(os.environ):
        return _refuse(mistyped)
    try:
        place = folders.make(known.place.data)
        lock = folders.hold(place.data)
        try:
            Stack(known, place, os.environ, stop_request).run()
        finally:
            folders.let_go(place)
            os.close(lock)
    except (CannotStart, SettingsError) as error:
        return _refuse(str(error))
    except OSError as error:  # whoever writes into an open file is not told its name
        where = error.filename or known.place.data
        return _refuse(f"{error.strerror}: {where}; APPRODO_DATA names the folder in which all is kept")
    return 0


def _refuse(line: str) -> int:
    sys.stderr.write(f"approdo: {line}\n")
    return 1


def _end_with_make() -> None:
    """If `make` started us, be told to stop should it be killed."""
    parent = os.getppid()
    if _is_make(parent):
        die_with_parent(parent, signal.SIGTERM)


def _is_make(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip() in ("make", "gmake")
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
