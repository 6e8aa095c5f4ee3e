"""One running system for all journeys, and people who have not filed yet."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.journeys.applicant import Applicant
from tests.journeys.system import System, running_system

_people = count(1)


@pytest.fixture(scope="package")
def system() -> Iterator[System]:
    """Everything `make run` starts; a failed attempt is tried again within half a second."""
    with running_system(APPRODO_BASE="PT0.5S") as started:
        yield started


@pytest.fixture
def applicant(system: System) -> Callable[..., Applicant]:
    """Somebody new, who wants to file a golden case."""
    return lambda case=1: Applicant(system, case, next(_people))
