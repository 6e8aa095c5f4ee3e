"""What the counter's tests share: a keys folder of their own and what is made with it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingest import texts
from ingest.keys import Keys
from ingest.proof.receipts import Receipts
from ingest.texts import Texts

NOW = datetime(2025, 11, 20, 8, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the key files will lie; not made yet."""
    return tmp_path / "keys"


@pytest.fixture
def keys(folder: Path) -> Keys:
    """Keys made on a first run."""
    return Keys(folder, NOW)


@pytest.fixture
def receipts(keys: Keys) -> Receipts:
    """Receipts signed with those keys."""
    return Receipts(keys.receipts)


@pytest.fixture(scope="session")
def italian() -> Texts:
    """The catalogue as it is."""
    return texts.load()
