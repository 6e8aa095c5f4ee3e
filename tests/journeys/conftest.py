"""One running system for all journeys, and people who have not filed yet."""

import asyncio
from collections.abc import Callable, Iterator
from itertools import count

import pytest

from loadtest.conservation import Seen, dup_effect, dup_live, stuck, torn
from loadtest.ledger import History
from loadtest.stored import read
from tests.journeys.applicant import Applicant
from tests.journeys.system import System, running_system

_people = count(1)


@pytest.fixture(scope="package")
def system() -> Iterator[System]:
    """Everything `make run` starts; a failed attempt is tried again within half a second, and what needs the store is
    refused without it (tests/integration/emergency sees the register)."""
    with running_system(APPRODO_BASE="PT0.5S", APPRODO_REGISTER_COPIES="0") as started:
        yield started
        assert {} == asyncio.run(_violations(started))


async def _violations(system: System) -> dict[str, list[str]]:
    """Whatever became of whom: nothing is torn, doubled or forgotten."""
    async with system.connection() as connection:
        seen = Seen(History(), await read(connection), {})
    return {one.__name__: found for one in (torn, dup_live, dup_effect, stuck) if (found := list(one(seen)))}


@pytest.fixture
def applicant(system: System) -> Callable[..., Applicant]:
    """Somebody new, who wants to file a golden case."""
    return lambda case=1: Applicant(system, case, next(_people))
