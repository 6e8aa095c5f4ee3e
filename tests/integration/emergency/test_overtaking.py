"""What waits in the register goes before anything newer of its draft, also when PostgreSQL has long been back."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.counter.running import running_counter
from tests.integration.counter.stoppable import Store
from tests.integration.emergency.test_away import entries, shown, start_draft, until


@contextmanager
def nobody_brings_in(register: Path) -> Iterator[Callable[[], None]]:
    """Hold what whoever brings in must hold, from before there is anybody; give what lets it go."""
    register.mkdir(mode=0o700, exist_ok=True)
    with (register / "importing").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield lambda: fcntl.flock(lock, fcntl.LOCK_UN)


def test_a_newer_save_waits_behind_an_older_one_that_is_not_in_yet(store: Store, tmp_path: Path) -> None:
    """Others are acknowledged by the ledger meanwhile; hers by the register, and she reads nothing older than that."""
    takes = {"APPRODO_REGISTER_COPIES": "1"}
    with nobody_brings_in(tmp_path / "register") as go_on, running_counter(store.url, tmp_path, **takes) as counter:
        draft = start_draft(counter)
        assert 200 == counter.save(draft, "income", {"employment": "0"}).status_code
        store.kill()
        older = counter.save(draft, "income", {"employment": "1"}, 1)
        store.start()
        other = until(lambda: counter.save(start_draft(counter), "work", {}), lambda one: one.status_code == 200)
        newer = counter.save(draft, "income", {"employment": "2"}, 2)
        read = counter.client.get(draft.path, headers=draft.headers)
        go_on()
        until(lambda: entries(counter, draft), lambda one: all("revision" in e for e in one["entries"]))
        after = counter.save(draft, "income", {"employment": "3"}, 3)
        history = shown(counter, draft, "/sections/income/revisions")

    assert [202, 200, 202, 503, 200] == [one.status_code for one in (older, other, newer, read, after)]
    assert ["0", "1", "2", "3"] == [one["content"]["employment"] for one in history["revisions"]]
    assert [] == history["not_taken"]
