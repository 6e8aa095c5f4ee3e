"""take: one backup, of the database as it is at one instant and of what it cannot be read without."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from core.settings import Settings
from deploy.backup.identity import recipient
from deploy.backup.refusal import CannotBackUp
from deploy.backup.sealing import seal
from deploy.local.binaries import postgres_folder, version
from deploy.local.process import ROOT
from deploy.local.refusal import CannotStart

DATABASE, BESIDE, MANIFEST = "postgres.tar.age", "beside.tar.age", "manifest.json"
KEPT_BESIDE = KEYS, REGISTER = "keys", "register"  # of the data folder: keys, and what waits in the register

Say = Callable[[str], None]


def take(known: Settings, say: Say) -> Path:
    """Back up the running system; return the folder, which is there whole or not at all.

    `pg_basebackup` gives a copy of the cluster with the log that makes it consistent: what was acknowledged before
    it began is in it. The emergency register is copied before it, so that what is brought in meanwhile is in both
    rather than in neither, and the keys after it, so that none is missing. Errors: CannotBackUp, SettingsError.
    """
    whom, url = recipient(known), known.database_url()
    began = datetime.now(UTC)
    folder = known.backups_folder / began.strftime("%Y%m%dT%H%M%SZ")
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700, parents=True)
    try:
        register = _register(known, unfinished, say)
        files = {DATABASE: _database(known, url, unfinished, whom, say)}
        files[BESIDE] = _beside(known, unfinished, register, whom, say)
        shutil.rmtree(unfinished / REGISTER, ignore_errors=True)
        told = {"began_at": began.isoformat(), "postgresql": _version(known), "recipient": whom, "files": files}
        (unfinished / MANIFEST).write_text(json.dumps(told, indent=1) + "\n")
        unfinished.rename(folder)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    return folder


def _database(known: Settings, url: str, folder: Path, whom: str, say: Say) -> dict[str, object]:
    say("the database ...")
    program = _programs(known) / "pg_basebackup"
    command: Sequence[str | Path] = [
        program,
        "-d",
        url,
        "-D",
        "-",
        "-Ft",
        "-X",
        "fetch",
        "--checkpoint=fast",
        "--no-password",
    ]
    return _sealed(seal(command, {"PATH": os.defpath, "LANG": "C.UTF-8"}, folder / DATABASE, whom))


def _register(known: Settings, folder: Path, say: Say) -> Path | None:
    """Have the register copied into a folder; return the folder it lies in now, or None where there never was one.

    A register so damaged that nobody can copy it goes along as it lies: a person may still read more of it.
    """
    if not (known.place.data / REGISTER).exists():
        return None
    say("the emergency register ...")
    command = [sys.executable, "-m", "ingest.emergency", "copy", str(folder / REGISTER)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 (our own)
    if done.returncode == 0:
        return folder if (folder / REGISTER).exists() else None
    say(f"it cannot be copied, and goes along as it lies: {done.stderr.strip()}")
    return known.place.data


def _beside(known: Settings, folder: Path, register: Path | None, whom: str, say: Say) -> dict[str, object]:
    say("the keys ...")
    data = known.place.data
    if known.place.keys_folder != data / KEYS or not (data / KEYS).exists():
        raise CannotBackUp(f"the keys do not lie in {data / KEYS}: back them up where they lie, and set APPRODO_DATA")
    command: list[str | Path] = ["tar", "-c", "-C", data.absolute(), KEYS]
    if register is not None:
        command += ["-C", register.absolute(), REGISTER]  # tar counts a relative one from the folder before it
    return _sealed(seal(command, {"PATH": os.defpath}, folder / BESIDE, whom))


def _sealed(bytes_and_digest: tuple[int, str]) -> dict[str, object]:
    size, digest = bytes_and_digest
    return {"bytes": size, "sha256": digest}


def _programs(known: Settings) -> Path:
    try:
        return postgres_folder(known.stores.postgres_bin)
    except CannotStart as error:
        raise CannotBackUp(str(error)) from None


def _version(known: Settings) -> int:
    return version(_programs(known) / "postgres")
