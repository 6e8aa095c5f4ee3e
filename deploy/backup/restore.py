"""restore: a backup becomes the data of a copy again; what was there before is set aside, not removed."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deploy.backup.refusal import CannotBackUp
from deploy.backup.sealing import digest, unseal
from deploy.backup.take import BESIDE, DATABASE, KEPT_BESIDE, MANIFEST, REGISTER
from deploy.local import folders
from deploy.local.process import ROOT
from deploy.local.refusal import CannotStart


def restore(backup: Path, data: Path, identity: str, say: Callable[[str], None]) -> list[Path]:
    """Put a backup in the place of what is in the data folder of a copy that does not run.

    An emergency register that is there stays: what it holds was acknowledged after the backup, and waits for a ledger.
    What waited in the one of the backup waits in it again.

    Returns what was set aside, each beside what took its place. Errors: CannotBackUp; then nothing has changed.
    """
    manifest(backup)
    try:
        place = folders.make(data)
        lock = folders.hold(place.data)
    except CannotStart as error:
        raise CannotBackUp(str(error)) from None
    try:
        return _swap(_opened(backup, place.data, identity, say), place.data, say)
    finally:
        os.close(lock)


def _brought_back(copied: Path, data: Path, say: Callable[[str], None]) -> bool:
    """Say whether the register that is there stays, with what waited in the copy; else the copy takes its place."""
    if not (data / REGISTER).exists() or not copied.exists():
        return (data / REGISTER).exists()
    command = [sys.executable, "-m", "ingest.emergency", "bring-back", str(copied)]
    environment = {**os.environ, "APPRODO_DATA": str(data)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    said = (done.stdout if done.returncode == 0 else done.stderr).strip()
    say(f"the emergency register: {said}")
    return done.returncode == 0


def manifest(backup: Path) -> dict[str, Any]:
    """Return what a backup says of itself, its files being whole. Errors: CannotBackUp."""
    try:
        told: dict[str, Any] = json.loads((backup / MANIFEST).read_text())
        found = {name: digest(backup / name) for name in (DATABASE, BESIDE)}
    except (OSError, ValueError):
        raise CannotBackUp(f"{backup} is not a whole backup") from None
    damaged = [name for name, seen in found.items() if seen != told["files"][name]["sha256"]]
    if damaged:
        raise CannotBackUp(f"{backup / damaged[0]} is damaged: use another backup")
    return told


def latest(backups: Path) -> Path:
    """Return the newest backup in a folder. Errors: CannotBackUp."""
    found = sorted(file.parent for file in backups.glob(f"*Z/{MANIFEST}"))
    if not found:
        raise CannotBackUp(f"there is no backup in {backups}: make backup")
    return found[-1]


def _opened(backup: Path, data: Path, identity: str, say: Callable[[str], None]) -> Path:
    """Open everything into a folder of its own first, so that a wrong key or a full disk changes nothing."""
    opened = data / "restored-unfinished"
    shutil.rmtree(opened, ignore_errors=True)
    try:
        for name, into in ((DATABASE, opened / "postgres"), (BESIDE, opened)):
            say(f"{name} ...")
            into.mkdir(mode=0o700, parents=True, exist_ok=True)
            unseal(backup / name, identity, ["tar", "-x", "-p", "--no-same-owner", "-C", into])
    except BaseException:
        shutil.rmtree(opened, ignore_errors=True)
        raise
    return opened


def _swap(opened: Path, data: Path, say: Callable[[str], None]) -> list[Path]:
    mark = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = []
    for name in ("postgres", *KEPT_BESIDE):
        old = data / name
        if name == REGISTER and _brought_back(opened / name, data, say):
            continue
        if old.exists():
            aside.append(old.rename(data / f"{name}-before-{mark}"))
        if (opened / name).exists():
            (opened / name).rename(old)
    shutil.rmtree(opened, ignore_errors=True)
    return aside
