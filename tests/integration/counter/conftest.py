"""A counter that the tests of one file share, on a database of theirs."""

from collections.abc import Iterator

import pytest

from tests.integration.counter.running import Draft, RunningCounter, running_counter


@pytest.fixture(scope="module")
def counter(module_database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCounter]:
    """A running counter."""
    with running_counter(module_database_url, tmp_path_factory.mktemp("counter")) as started:
        yield started


@pytest.fixture
def draft(counter: RunningCounter) -> Draft:
    """A draft that holds nothing."""
    return counter.start_draft()
