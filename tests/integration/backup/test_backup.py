"""A backup of the running system opens for one key alone, has all that was acknowledged before it, and runs again."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from tests.journeys.applicant import Applicant
from tests.journeys.system import ROOT, System, running_system


@pytest.fixture(scope="module")
def system() -> Iterator[System]:
    """A running system of this file's own."""
    with running_system() as system:
        yield system


@pytest.fixture(scope="module")
def before(system: System) -> Applicant:
    """Who filed before the backup was taken."""
    applicant = Applicant(system, 1, 9_001)
    applicant.filed()
    return applicant


@pytest.fixture(scope="module")
def backup(system: System, before: Applicant) -> Path:
    """The backup of the running system."""
    done = system.run("deploy.backup", "take")
    assert done.returncode == 0, done.stderr
    (folder,) = [file.parent for file in (system.data / "backups").glob("*/manifest.json")]
    return folder


@pytest.fixture(scope="module")
def after(system: System, backup: Path) -> Applicant:
    """Who filed after it."""
    applicant = Applicant(system, 1, 9_002)
    applicant.filed()
    return applicant


def drilled(system: System, *arguments: str) -> tuple[int, str, dict[str, object]]:
    done = system.run("deploy.backup", "drill", *arguments)
    said, result = done.stdout + done.stderr, system.data / "backups" / "drill.json"
    assert result.exists(), said
    return done.returncode, said, json.loads(result.read_text())


def restored(backup: Path, data: Path, identity: Path) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": os.defpath, "APPRODO_DATA": str(data), "APPRODO_BACKUP_IDENTITY": str(identity)}
    command = [sys.executable, "-m", "deploy.backup", "restore", "--from", str(backup)]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_nothing_in_a_backup_can_be_read_without_its_key(backup: Path, before: Applicant):
    """Neither what people typed nor the keys; and the files are whole by their digests."""
    for file in backup.glob("*.age"):
        assert file.read_bytes().startswith(b"age-encryption.org/v1\n")
        assert before.tax_code.encode() not in file.read_bytes()


def test_a_drill_names_exactly_what_was_acknowledged_since(system: System, before: Applicant, after: Applicant):
    """From the receipts: the earlier is held, the later is listed, and nothing is missing."""
    code, said, result = drilled(system)

    assert code == 0, said
    assert (result["ok"], result["missing"], result["held"], result["later"]) == (True, 0, 1, 1)
    assert after.submission in said
    assert before.submission not in said


def test_a_drill_sees_what_a_backup_lacks(system: System, after: Applicant, backup: Path, tmp_path: Path):
    """A backup said to have begun after the later filing lacks it: the checker is seen red."""
    lying = tmp_path / "backup"
    lying.mkdir()
    for file in backup.iterdir():
        (lying / file.name).hardlink_to(file)
    told = json.loads((lying / "manifest.json").read_text())
    (lying / "manifest.json").unlink()
    (lying / "manifest.json").write_text(json.dumps(told | {"began_at": "2099-01-01T00:00:00+00:00"}))

    code, said, result = drilled(system, "--from", str(lying))

    assert (code, result["ok"], result["missing"]) == (1, False, 1)
    assert "MISSING, acknowledged before the backup" in said
    assert after.submission in said


def test_receipts_from_people_are_held_against_a_backup_too(
    system: System, before: Applicant, after: Applicant, tmp_path: Path
):
    """Whoever lost the ledger still has what people kept; what is no receipt of ours is counted apart."""
    receipts = [one.get(f"/v1/submissions/{one.submission}/receipt").json()["receipt"] for one in (before, after)]
    kept = tmp_path / "receipts.txt"
    kept.write_text("\n".join([*receipts, "not.a.receipt"]))

    code, said, _ = drilled(system, "--receipts", str(kept))

    assert code == 0, said
    assert "1 of 2 acknowledged are in the backup" in said
    assert "1 are no receipts of this system" in said


def test_another_key_opens_nothing_and_changes_nothing(backup: Path, tmp_path: Path):
    """One line says which file and that the identity is the wrong one."""
    wrong = tmp_path / "identity"
    wrong.write_text(f"{pyrage.x25519.Identity.generate()}\n")
    data = tmp_path / "data"
    (data / "postgres").mkdir(parents=True)

    done = restored(backup, data, wrong)

    assert done.returncode == 1
    assert "does not open with this identity" in done.stderr
    assert ["postgres"] == [path.name for path in data.glob("postgres*")]


def test_a_damaged_backup_is_refused_before_anything_is_touched(backup: Path, system: System, tmp_path: Path):
    """Its digest says so."""
    damaged = tmp_path / "backup"
    damaged.mkdir()
    for file in backup.iterdir():
        (damaged / file.name).write_bytes(file.read_bytes())
    (damaged / "postgres.tar.age").write_bytes(b"age-encryption.org/v1\nnothing")

    done = restored(damaged, tmp_path / "data", system.data / "backups" / "identity")

    assert done.returncode == 1
    assert "is damaged" in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_running_system_is_not_replaced(backup: Path, system: System):
    """Restoring under its feet is refused."""
    done = restored(backup, system.data, system.data / "backups" / "identity")

    assert done.returncode == 1
    assert "already running" in done.stderr


def test_a_restored_system_goes_on_where_the_backup_left_it(backup: Path, system: System, before: Applicant):
    """The earlier application is read with its old token and its receipt verifies; what was there is set aside."""

    def put_back(data: Path) -> None:
        (data / "postgres").mkdir(parents=True)
        done = restored(backup, data, system.data / "backups" / "identity")
        assert done.returncode == 0, done.stderr

    with running_system(put_back) as again:
        answer = again.client.get(f"/v1/submissions/{before.submission}", headers=before.headers)
        receipt = again.client.get(f"/v1/submissions/{before.submission}/receipt", headers=before.headers)
        checked = again.client.post("/v1/receipt-verifications", json={"receipt": receipt.json()["receipt"]})

        assert answer.status_code in (200, 303), answer.text
        assert checked.json()["valid"] is True
        assert list(again.data.glob("postgres-before-*"))
        assert register_of(again.data) != register_of(system.data), "a number could be given out twice"


def test_what_a_register_took_since_survives_a_restore(backup: Path, system: System, tmp_path: Path):
    """It was acknowledged, and its machine has it: the restored database gets it."""
    data = tmp_path / "data"
    for name in ("postgres", "register"):
        shutil.copytree(system.data / "register", data / name)
    with sqlite3.connect(data / "register" / "register.sqlite") as journal:
        journal.execute("INSERT INTO meta VALUES ('mine', 'yes')")

    done = restored(backup, data, system.data / "backups" / "identity")

    assert done.returncode == 0, done.stderr
    assert "the emergency register: 0 entries wait again" in done.stdout
    assert register_of(data) == register_of(system.data)
    with sqlite3.connect(data / "register" / "register.sqlite") as journal:
        assert [("yes",)] == journal.execute("SELECT value FROM meta WHERE name = 'mine'").fetchall()
    assert [] == list(data.glob("register-before-*"))


def register_of(data: Path) -> str:
    """The letters of the emergency register in a data folder."""
    with sqlite3.connect(data / "register" / "register.sqlite") as journal:
        return str(journal.execute("SELECT value FROM meta WHERE name = 'register'").fetchone()[0])
