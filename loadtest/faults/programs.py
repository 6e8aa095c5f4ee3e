"""programs: PostgreSQL's own, behind a script that gives it options and libraries anew at each start."""

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from loadtest.rehearsal.stack import ROOT

WRAPPED: Final = ("postgres", "initdb", "psql", "pg_basebackup", "pg_controldata")


@dataclass(frozen=True, slots=True)
class Programs:
    """A folder to be named by APPRODO_POSTGRES_BIN. `real`: where the programs are."""

    folder: Path
    real: Path

    def give(self, *options: str, preload: Path | None = None, **environment: str) -> None:
        """Let the server be started with these from now on."""
        lines = [f"export {name}={shlex.quote(value)}" for name, value in environment.items()]
        lines += [f"export LD_PRELOAD={shlex.quote(str(preload))}"] if preload else []
        told = " ".join(shlex.quote(part) for option in options for part in ("-c", option))
        (self.folder / "given.sh").write_text("\n".join([*lines, f'set -- "$@" {told}', ""]))

    def run(self, name: str, *arguments: str | Path) -> str:
        """Run one to its end and return what it said. Errors: subprocess.CalledProcessError."""
        command = [str(self.folder / name), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env={"PATH": os.defpath})  # noqa: S603
        return done.stdout


def wrapped(folder: Path) -> Programs:
    """Make the scripts in a folder; nothing is given yet."""
    folder.mkdir(parents=True, mode=0o755)
    programs = Programs(folder, _real())
    programs.give()
    for name in WRAPPED:
        script = folder / name
        given = f'. "{folder}/given.sh"\n' if name == "postgres" else ""
        first = f'[ "$1" = -D ] || exec "{programs.real / name}" "$@"\n' if given else ""
        script.write_text(f'#!/bin/sh\n{first}{given}exec "{programs.real / name}" "$@"\n')
        script.chmod(0o755)
    return programs


def _real() -> Path:
    """Ask those who start PostgreSQL where they find it."""
    command = [sys.executable, "-m", "deploy.local.binaries"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)  # noqa: S603 (our own)
    return Path(said.stdout.strip())
