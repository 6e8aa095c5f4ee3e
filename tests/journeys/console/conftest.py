"""One running system and one browser for what operators and officers do, and people whose applications they see to."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from itertools import count

import pytest
from playwright.async_api import Browser

from tests.journeys.applicant import Applicant
from tests.journeys.console.operator_ import Operator
from tests.journeys.system import System, running_system
from tests.journeys.web.browsers import a_browser, a_phone, chromium

_people = count(700_000)


@pytest.fixture(scope="package")
def system() -> Iterator[System]:
    """Everything `make run` starts; a failed attempt is tried again within half a second."""
    chromium()
    with running_system(APPRODO_BASE="PT0.5S") as started:
        yield started


@pytest.fixture(scope="package")
async def browser() -> AsyncIterator[Browser]:
    """A real browser."""
    async with a_browser() as started:
        yield started


@pytest.fixture
def applicant(system: System) -> Callable[..., Applicant]:
    """Somebody new, who files a golden case."""
    return lambda case=1: Applicant(system, case, next(_people))


@pytest.fixture
async def operator(system: System, browser: Browser) -> AsyncIterator[Callable[..., Operator]]:
    """Somebody at a desk; nothing is loaded from elsewhere, and nothing stands in a page against its policy."""
    async with AsyncExitStack() as desks:

        async def somebody(**settings: object) -> Operator:
            told = {"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **settings}
            desk = await desks.enter_async_context(a_phone(browser, system.address("ops"), **told))
            return Operator(await desk.new_page())

        yield somebody
