"""A journal whose bytes are damaged: the counter starts and promises nothing of it; what can be read is brought in."""

import os
import subprocess
import sys
from pathlib import Path

from deploy.local.process import ROOT
from tests.integration.counter.running import TYPED, running_counter
from tests.integration.counter.stoppable import Store
from tests.integration.emergency.test_away import entries, shown, until


def test_a_damaged_journal_stops_no_counter_and_is_salvaged(store: Store, tmp_path: Path) -> None:
    """While it is damaged, whoever may have something in it is refused and certified; afterwards all of it is there."""
    register, damaged = tmp_path / "register", tmp_path / "damaged"
    with running_counter(store.url, tmp_path, APPRODO_REGISTER_COPIES="1") as counter:
        draft = counter.start_draft()
        saved = [counter.save(draft, "income", {"employment": "0"})]
        store.kill()
        saved += [counter.save(draft, "income", {"employment": str(base)}, base) for base in range(1, 5)]
    _spoil(register / "register.sqlite")
    with running_counter(store.url, tmp_path, ready=False, APPRODO_REGISTER_COPIES="1") as counter:
        lives = counter.client.get("/livez")
        without = counter.save(draft, "income", {"employment": "5"}, 5)
        store.start()
        beside = until(lambda: counter.client.get("/readyz"), lambda one: one.status_code == 200)
        read = counter.client.get(draft.path, headers=draft.headers)
        lines = counter.log.read_text()
    register.rename(damaged)
    told = _command("salvage", str(damaged), data=tmp_path)
    with running_counter(store.url, tmp_path, APPRODO_REGISTER_COPIES="1") as counter:
        listed = until(lambda: entries(counter, draft), lambda one: all("revision" in e for e in one["entries"]))
        history = shown(counter, draft, "/sections/income/revisions")
        again = counter.save(draft, "work", TYPED["work"])

    assert [200, 202, 202, 202, 202] == [one.status_code for one in saved]
    assert (200, 503, 503, 200) == (lives.status_code, without.status_code, read.status_code, beside.status_code)
    assert "attempt_certificate" in without.json()
    assert "register.failed" in lines
    assert "4 entries wait again, 0 had been" in told
    assert [one.json()["entry"] for one in saved[1:]] == [one["entry"] for one in listed["entries"]]
    assert [one.json()["receipt"] for one in saved[1:]] == [one["receipt"] for one in listed["entries"]]
    assert [str(base) for base in range(5)] == [one["content"]["employment"] for one in history["revisions"]]
    assert 200 == again.status_code


def _spoil(file: Path) -> None:
    """Its head is gone, and with it everything SQLite goes by."""
    with file.open("r+b") as damaged:
        damaged.write(os.urandom(4_096))


def _command(*arguments: str, data: Path) -> str:
    environment = {"PATH": os.defpath, "APPRODO_DATA": str(data)}
    command = [sys.executable, "-m", "ingest.emergency", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True).stdout
