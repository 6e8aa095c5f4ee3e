"""A counter is killed over its register, and its copies lie with another counter: nothing acknowledged is lost."""

import os
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from loadtest.ports import free_port
from tests.integration.counter.running import running_counter
from tests.integration.counter.stoppable import Store
from tests.integration.emergency.test_away import entries, shown, start_draft, until


def test_what_was_acknowledged_before_a_kill_is_brought_in_by_the_next_counter(
    store: Store, tmp_path: Path, keys_folder: Path
) -> None:
    """Killed after its acknowledgements, with PostgreSQL away; its successor on the same data goes on in order."""
    with running_counter(store.url, tmp_path, APPRODO_REGISTER_COPIES="1", APPRODO_KEYS=str(keys_folder)) as first:
        draft = start_draft(first)
        store.kill()
        acks = [first.save(draft, "income", {"employment": str(base)}, base) for base in range(5)]
        first.process.kill()
        first.process.wait()
    store.start()
    with running_counter(store.url, tmp_path, APPRODO_REGISTER_COPIES="0", APPRODO_KEYS=str(keys_folder)) as second:
        listed = until(lambda: entries(second, draft), _all_in)
        history = shown(second, draft, "/sections/income/revisions")

    assert [202] * 5 == [one.status_code for one in acks]
    assert [one.json()["receipt"] for one in acks] == [one["receipt"] for one in listed["entries"]]
    assert [str(base) for base in range(5)] == [one["content"]["employment"] for one in history["revisions"]]


def test_a_copy_of_a_counter_that_is_gone_is_brought_in_by_the_one_that_kept_it(
    store: Store, tmp_path: Path, keys_folder: Path
) -> None:
    """Two copies before the acknowledgement; then the whole machine of the first is lost."""
    port, (here, there) = free_port(), (tmp_path / "here", tmp_path / "there")
    for folder in (here, there):
        folder.mkdir()
    kept = {"APPRODO_REGISTER_COPIES": "1", "APPRODO_REGISTER_PORT": str(port)}
    asks = {"APPRODO_REGISTER_COPIES": "2", "APPRODO_REGISTER_PEERS": f"http://127.0.0.1:{port}"}
    keys = {"APPRODO_KEYS": str(keys_folder)}
    with running_counter(store.url, there, **kept, **keys) as other:
        with running_counter(store.url, here, **asks, **keys) as first:
            draft = start_draft(first)
            store.kill()
            ack = first.save(draft, "income", {"employment": "1"})
            first.process.kill()
            first.process.wait()
        store.start()
        listed = until(lambda: entries(other, draft), _all_in)

    assert (202, [1]) == (ack.status_code, [one["revision"] for one in listed["entries"]])


def test_with_too_few_copies_it_is_refused_with_a_certificate_and_nothing_is_kept(
    store: Store, tmp_path: Path, keys_folder: Path
) -> None:
    """The other counter does not answer: the number stays used, and what was typed is gone from here."""
    asks = {"APPRODO_REGISTER_COPIES": "2", "APPRODO_REGISTER_PEERS": f"http://127.0.0.1:{free_port()}"}
    with running_counter(store.url, tmp_path, **asks, APPRODO_KEYS=str(keys_folder)) as counter:
        draft = start_draft(counter)
        store.kill()
        refused = counter.save(draft, "income", {"employment": "1"})
        store.start()
        listed = entries(counter, draft)

    assert (503, "store-unavailable") == (refused.status_code, refused.json()["code"])
    assert "attempt_certificate" in refused.json()
    assert [] == listed["entries"]


def test_two_counters_keep_each_others_entries_and_bring_each_in_once(
    store: Store, tmp_path: Path, keys_folder: Path
) -> None:
    """Both hold all of it and both bring it in, at once; and what a tab types at either goes on from the other.

    With one of them gone the other refuses with a certificate, and takes again when it is back.
    """
    ports, folders = (free_port(), free_port()), (tmp_path / "one", tmp_path / "two")
    settings = [_keeps_for_the_other(keys_folder, ports[place], ports[1 - place]) for place in (0, 1)]
    for folder in folders:
        folder.mkdir()
    with running_counter(store.url, folders[0], **settings[0]) as one:
        with running_counter(store.url, folders[1], **settings[1]) as two:
            draft = start_draft(one)
            store.kill()
            acks = [(one, two)[base % 2].save(draft, "income", {"employment": str(base)}, base) for base in range(6)]
            store.start()
            listed = until(lambda: entries(two, draft), _all_in)
            waited = until(lambda: waiting(folders), lambda counts: counts == [0, 0])
            history = shown(one, draft, "/sections/income/revisions")
            store.kill()
        refused = one.save(draft, "income", {"employment": "alone"}, 6)
        with running_counter(store.url, folders[1], ready=False, **settings[1]):
            again = until(
                lambda: one.save(draft, "income", {"employment": "6"}, 6), lambda answer: answer.status_code == 202
            )
        store.start()

    assert [202] * 6 == [ack.status_code for ack in acks]
    assert [f'"{revision}"' for revision in range(1, 7)] == [ack.headers["etag"] for ack in acks]
    assert [ack.json()["entry"] for ack in acks] == [entry["entry"] for entry in listed["entries"]]
    assert [0, 0] == waited
    assert [str(base) for base in range(6)] == [revision["content"]["employment"] for revision in history["revisions"]]
    assert (503, "store-unavailable") == (refused.status_code, refused.json()["code"])
    assert "attempt_certificate" in refused.json()
    assert 202 == again.status_code


def waiting(folders: Sequence[Path]) -> list[int]:
    """How many entries wait in each counter's journal."""
    counts = []
    for folder in folders:
        with closing(sqlite3.connect(folder / "register" / "register.sqlite")) as journal:
            counts += journal.execute("SELECT count(*) FROM entry WHERE outcome = 'waiting'").fetchone()
    return counts


def _keeps_for_the_other(keys_folder: Path, port: int, other: int) -> dict[str, str]:
    return {
        "APPRODO_KEYS": str(keys_folder),
        "APPRODO_REGISTER_COPIES": "2",
        "APPRODO_REGISTER_PORT": str(port),
        "APPRODO_REGISTER_PEERS": f"http://127.0.0.1:{other}",
    }


@pytest.mark.skipif(os.geteuid() != 0, reason="a small file system needs root")
def test_with_a_full_disk_it_is_refused_and_goes_on_when_there_is_room(
    store: Store, small_disk: Callable[[], Path], keys_folder: Path
) -> None:
    """Never a 500; the acknowledgements before and after it are all there."""
    folder = small_disk()
    with running_counter(store.url, folder, APPRODO_REGISTER_COPIES="1", APPRODO_KEYS=str(keys_folder)) as counter:
        draft = start_draft(counter)
        store.kill()
        before = counter.save(draft, "income", {"employment": "1"})
        filler = _fill(folder)
        answers = [counter.save(draft, "work", {"periods": [{"employer": "x" * 400}] * 40}) for _ in range(3)]
        filler.unlink()
        after = counter.save(draft, "income", {"employment": "2"}, 1)
        store.start()
        listed = until(lambda: entries(counter, draft), _all_in)

    assert (202, 202) == (before.status_code, after.status_code)
    assert {503} == {one.status_code for one in answers}
    assert [1, 2] == [one["revision"] for one in listed["entries"]]


@pytest.fixture(scope="module")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys that all counters of this store share; its ledger knows no others."""
    return tmp_path_factory.mktemp("of-all") / "keys"


@pytest.fixture
def small_disk(request: pytest.FixtureRequest) -> Callable[[], Path]:
    """A file system of one megabyte."""

    def made() -> Path:
        folder = Path(tempfile.mkdtemp(prefix="approdo-small-"))
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], check=True)
        request.addfinalizer(folder.rmdir)
        request.addfinalizer(lambda: subprocess.run(["umount", "-l", str(folder)], check=True))
        return folder

    return made


def _fill(folder: Path) -> Path:
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return filler


def _all_in(told: dict[str, object]) -> bool:
    listed = told["entries"]
    return bool(listed) and all("revision" in one for one in listed)
