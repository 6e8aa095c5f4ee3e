"""One database, one bell and one house for every walk."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.valkey import Valkey
from loadtest.ports import free_port
from tests.crash.house import House, Stores
from tests.crash.mailbox import begun
from tests.crash.stage import Stage


@pytest.fixture(scope="module")
def stores(
    module_database_url: str, valkey_server: Valkey, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stores]:
    """Where everything is kept, and a mail server."""
    folder: Path = tmp_path_factory.mktemp("house")
    port = free_port()
    made = Stores(module_database_url, valkey_server.url(), folder, port)
    mail = begun(made.letters, port)
    yield made
    mail.stop()


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
