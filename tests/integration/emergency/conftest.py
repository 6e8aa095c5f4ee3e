"""Counters whose PostgreSQL can be taken away, and whose emergency register stands in for it."""

from collections.abc import Iterator

import pytest

from deploy.local.postgres import Postgres
from tests.contracts.openapi import Contract, document
from tests.integration.counter.running import RunningCounter, running_counter
from tests.integration.counter.stoppable import Store, stoppable_store


@pytest.fixture(scope="module")
def store(postgres_server: Postgres) -> Iterator[Store]:
    """A PostgreSQL that may be ill-treated."""
    with stoppable_store(postgres_server) as made:
        yield made


@pytest.fixture(scope="module")
def counter(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCounter]:
    """A counter on it, whose every answer to its client is held against the document."""
    with running_counter(store.url, tmp_path_factory.mktemp("register"), APPRODO_REGISTER_COPIES="1") as started:
        started.client.event_hooks["response"].append(Contract(document()).agrees)
        yield started
