"""PostgreSQL is there and says nothing: all go into the register, and only who finds out has to wait for it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from core.storage.database import CONNECT_SECONDS
from loadtest.faults.proxy import proxied
from tests.integration.counter.running import RunningCounter, running_counter
from tests.integration.counter.stoppable import Store
from tests.integration.counter.test_frozen_store import frozen
from tests.integration.emergency.test_away import entries, start_draft, until

AT_ONCE, AFTERWARDS = 12, 20
Silenced = tuple[RunningCounter, Callable[[], AbstractContextManager[None]]]


@pytest.fixture(scope="module")
def keys_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The keys that all counters of this store share."""
    return tmp_path_factory.mktemp("of-all") / "keys"


@pytest.fixture(params=["frozen", "black hole"])
def silenced(request: pytest.FixtureRequest, store: Store, tmp_path: Path, keys_folder: Path) -> Iterator[Silenced]:
    """A counter with a register, and what makes its store fall silent: it stands still, or nothing gets there."""
    settings = {"APPRODO_REGISTER_COPIES": "1", "APPRODO_KEYS": str(keys_folder)}
    if request.param == "frozen":
        with running_counter(store.url, tmp_path, **settings) as counter:
            yield counter, lambda: frozen(store)
        return
    socket = Path(parse_qs(urlsplit(store.url).query)["host"][0]) / ".s.PGSQL.5432"
    owner, database = urlsplit(store.url).username, urlsplit(store.url).path
    with proxied(socket) as line:
        url = f"postgresql://{owner}@127.0.0.1:{line.port}{database}"

        @contextmanager
        def swallowed() -> Iterator[None]:
            line.black_hole()
            try:
                yield
            finally:
                line.heal()

        with running_counter(url, tmp_path, **settings) as counter:
            yield counter, swallowed


def test_all_go_into_the_register_and_only_the_first_wait_to_find_out(silenced: Silenced) -> None:
    """Those of the first moment are acknowledged within their deadline, the rest at once; all are there afterwards."""
    counter, silence = silenced
    drafts = [start_draft(counter) for _ in range(AT_ONCE)]
    with silence():
        with ThreadPoolExecutor(AT_ONCE) as people:
            first = list(people.map(lambda draft: counter.save(draft, "income", {"employment": "0"}), drafts))
        began = [time.monotonic()]
        then = []
        for base in range(1, AFTERWARDS + 1):
            then.append(counter.save(drafts[0], "income", {"employment": str(base)}, base))
            began.append(time.monotonic())
        refused = counter.client.get(drafts[0].path, headers=drafts[0].headers)

    listed = until(lambda: entries(counter, drafts[0]), lambda one: all("revision" in each for each in one["entries"]))
    others = [until(lambda: entries(counter, one), _is_in) for one in drafts[1:]]  # noqa: B023

    assert {202} == {one.status_code for one in (*first, *then)}
    assert max(after - before for before, after in pairwise(began)) < CONNECT_SECONDS  # nobody has waited for the store
    assert 503 == refused.status_code
    assert list(range(1, AFTERWARDS + 2)) == [one["revision"] for one in listed["entries"]]
    assert AT_ONCE - 1 == len(others)


def _is_in(told: dict) -> bool:
    return bool(told["entries"]) and all("revision" in one for one in told["entries"])
