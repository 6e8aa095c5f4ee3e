"""A counter that the tests of one file share, on a database of theirs."""

from collections.abc import Iterator

import pytest

from deploy.local.postgres import Postgres
from tests.contracts.openapi import Contract, document
from tests.integration.counter.running import Draft, RunningCounter, running_counter
from tests.integration.counter.stoppable import Store, stoppable_store


@pytest.fixture(scope="module")
def counter(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCounter]:
    """A running counter, whose every answer to its client is held against the document."""
    with running_counter(module_database_url, tmp_path_factory.mktemp("counter")) as started:
        started.client.event_hooks["response"].append(Contract(document()).agrees)
        yield started


@pytest.fixture(scope="package")
def store(postgres_server: Postgres) -> Iterator[Store]:
    """A PostgreSQL that may be ill-treated."""
    with stoppable_store(postgres_server) as made:
        yield made


@pytest.fixture(scope="package")
def keys_of_store(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Where the keys lie that its data was begun with: no counter promises anything on it with others."""
    return {"APPRODO_KEYS": str(tmp_path_factory.mktemp("begun") / "keys")}


@pytest.fixture(scope="package")
def counter_of_store(
    store: Store, keys_of_store: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RunningCounter]:
    """A counter on it, whose every answer to its client is held against the document."""
    with running_counter(store.url, tmp_path_factory.mktemp("counter"), **keys_of_store) as started:
        started.client.event_hooks["response"].append(Contract(document()).agrees)
        yield started


@pytest.fixture
def draft(counter: RunningCounter) -> Draft:
    """A draft that holds nothing."""
    return counter.start_draft()
