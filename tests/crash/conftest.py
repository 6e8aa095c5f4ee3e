"""One database, one bell and one house for every walk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.valkey import Valkey
from tests.crash.house import House, Stores
from tests.crash.stage import Stage


@pytest.fixture(scope="module")
def stores(module_database_url: str, valkey_server: Valkey, tmp_path_factory: pytest.TempPathFactory) -> Stores:
    """Where everything is kept."""
    folder: Path = tmp_path_factory.mktemp("house")
    return Stores(module_database_url, valkey_server.url(), folder)


@pytest.fixture(scope="module")
def house(stores: Stores) -> House:
    """Everybody, not yet connected."""
    return House(stores)


@pytest.fixture(scope="module")
def stage(stores: Stores) -> Iterator[Stage]:
    """The ledger, to be set back."""
    made = Stage(stores)
    yield made
    made.close()
